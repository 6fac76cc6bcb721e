"""`run.py manage …`: Django's commands, with the servers they need.

What runs is used as it is; what had to be started is stopped again at the end.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from local.running import payments, supervisor
from local.servers import state
from local.servers.services import Services


def main(arguments: Sequence[str]) -> int:
    """Run the command; its exit code is ours."""
    here = state.current()
    services = Services(here)
    command = [sys.executable, str(state.ROOT / "manage.py"), *arguments]
    with contextlib.ExitStack() as stack:
        environment = stack.enter_context(services.used())
        if services.postgres:
            # Where a restore drill may make a database. No other process knows it.
            drill = services.postgres.url("postgres", "postgres")
            environment = {"FLATTR_DRILL_URL": drill} | environment
        if services.simulates_payments:
            marked = environment | dict([supervisor.mark(here)])
            stack.enter_context(
                payments.running(here, marked, services.payments_port())
            )
        child = subprocess.Popen(command, env=environment)
        # ^C reaches the command as well; it decides, and we still tidy up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

        def pass_on(number: int, _frame: FrameType | None) -> None:
            child.send_signal(number)

        signal.signal(signal.SIGTERM, pass_on)
        return _exit_code(child.wait())


def _exit_code(code: int) -> int:
    return 128 - code if code < 0 else code

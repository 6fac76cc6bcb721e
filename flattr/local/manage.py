"""`run.py manage …`: Django's commands, with the servers they need.

What runs is used as it is; what had to be started is stopped again at the end.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from flattr.local import state
from flattr.local.services import Services


def main(arguments: Sequence[str]) -> int:
    """Run the command; its exit code is ours."""
    command = [sys.executable, str(state.ROOT / "manage.py"), *arguments]
    with Services(state.current()).used() as environment:
        child = subprocess.Popen(command, env=environment)
        # ^C reaches the command as well; it decides, and we still tidy up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

        def pass_on(number: int, _frame: FrameType | None) -> None:
            child.send_signal(number)

        signal.signal(signal.SIGTERM, pass_on)
        return _exit_code(child.wait())


def _exit_code(code: int) -> int:
    return 128 - code if code < 0 else code

"""PostgreSQL and Valkey of a state, shared by all commands that run on it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from local.servers import binaries
from local.servers.postgres import Cluster
from local.servers.processes import CannotStart
from local.servers.state import Attendance, State, locked
from local.servers.valkey import Valkey

WEB_PORT = "8000"


class Services:
    """What a command needs: servers named in the environment, else our own.

    With DATABASE_URL and DATABASE_OWNER_URL set no PostgreSQL is started, with
    REDIS_URL no Valkey. With STRIPE_API_KEY set payments are that account's at Stripe,
    else they are simulated.
    """

    def __init__(self, state: State, *, durable: bool = True) -> None:
        self.state = state
        given = [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if _env(name)]
        if len(given) == 1:
            raise CannotStart(
                f"{given[0]} is set alone: DATABASE_URL and DATABASE_OWNER_URL "
                "are the two roles of one database; set both or neither."
            )
        self.postgres = None if given else Cluster(state, durable=durable)
        self.valkey = None if _env("REDIS_URL") else Valkey(state)
        self.simulates_payments = not _env("STRIPE_API_KEY")
        self._attendance = Attendance(state.path / "users.lock")

    def enter(self) -> None:
        """Start what does not run, and be counted among its users."""
        with self._locked():
            self._attendance.join()
            try:
                self.start()
            except BaseException:
                if self._attendance.leave():
                    self.stop()
                raise

    def leave(self) -> bool:
        """Stop the servers, unless somebody else uses them; say whether."""
        with self._locked():
            last = self._attendance.leave()
            if last:
                self.stop()
            return last

    def repair(self) -> str:
        """Start again what ended although it is used; its name, if there was one."""
        for name, server in (("PostgreSQL", self.postgres), ("Valkey", self.valkey)):
            if server and server.pid() is None:
                with self._locked():
                    server.start()
                return name
        return ""

    @contextlib.contextmanager
    def used(self) -> Iterator[dict[str, str]]:
        """The environment of a command, with the servers running meanwhile."""
        self.enter()
        try:
            yield self.environment()
        finally:
            self.leave()

    def start(self) -> None:
        if self.postgres:
            self.postgres.start()
        if self.valkey:
            self.valkey.start()

    def stop(self) -> None:
        if self.valkey:
            self.valkey.stop()
        if self.postgres:
            self.postgres.stop()

    def environment(self) -> dict[str, str]:
        """This process's environment with what local mode adds; what is set stays."""
        own = self._addresses() | {
            "SECRET_KEY": self.state.secret("SECRET_KEY", 48),
            "FLATTR_ENCRYPTION_KEY": self.state.secret("FLATTR_ENCRYPTION_KEY"),
        }
        if self.postgres:
            own["DATABASE_URL"] = self.postgres.url("app")
            own["DATABASE_OWNER_URL"] = self.postgres.url("owner")
        if self.valkey:
            own["REDIS_URL"] = self.valkey.url()
        if self.simulates_payments:
            own |= self._payments()
        given = {name: value for name, value in os.environ.items() if value}
        return own | given | self._fixed()

    def _addresses(self) -> dict[str, str]:
        port = int(self.state.read("port", WEB_PORT))
        return {
            "SITE_URL": f"http://127.0.0.1:{port}",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "FLATTR_DEMO_BLOG_URL": f"http://localhost:{port + 1}",
            "FLATTR_PROOF_HOSTS": f"localhost:{port + 1}",
        }

    def _payments(self) -> dict[str, str]:
        """Where payments are simulated, and the secrets shared with that."""
        return {
            "STRIPE_API_BASE": f"http://127.0.0.1:{self.payments_port()}",
            "STRIPE_API_KEY": f"sk_test_{self._letters('STRIPE_API_KEY')}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{self._letters('STRIPE_WEBHOOK_SECRET')}",
            "STRIPE_CONNECT_WEBHOOK_SECRET": (
                f"whsec_{self._letters('STRIPE_CONNECT_WEBHOOK_SECRET')}"
            ),
        }

    def payments_port(self) -> int:
        """Where payments are simulated: behind the platform's and the demo blog's."""
        return int(self.state.read("port", WEB_PORT)) + 2

    def _letters(self, name: str) -> str:
        return self.state.secret(name, 24)

    def _fixed(self) -> dict[str, str]:
        fixed = {"FLATTR_LOCAL": "1", "FLATTR_STATE": str(self.state.path)}
        if self.postgres:
            # psql for `manage dbshell`, of the server's own version.
            programs = binaries.installed()
            fixed["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
        return fixed

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with locked(self.state.folder() / "services.lock"):
            yield


def _env(name: str) -> str:
    return os.environ.get(name, "")

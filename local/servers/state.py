"""The state directory: everything that Flattr keeps on one machine."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class State:
    """A directory that is made when first written to, and may be deleted whole."""

    path: Path

    def folder(self, *names: str) -> Path:
        folder = self.path.joinpath(*names)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def secret(self, name: str, random_bytes: int = 32) -> str:
        """Random bytes as URL-safe base64, made once, readable by their owner only."""
        path = self.path / "secrets" / name
        if not path.exists():
            _write_once(
                path, base64.urlsafe_b64encode(secrets.token_bytes(random_bytes))
            )
        return path.read_text()

    def write(self, name: str, text: str) -> None:
        """Keep a text for the state's owner alone, whole or not at all."""
        path = self.folder() / name
        handle, made = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        Path(made).replace(path)

    def read(self, name: str, default: str) -> str:
        path = self.path / name
        return path.read_text() if path.exists() else default


def current() -> State:
    """The state that `--state` or FLATTR_STATE names, else `.local/` in the house."""
    return State(Path(os.environ.get("FLATTR_STATE") or ROOT / ".local").resolve())


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for an exclusive lock, which ends with the block or with this process."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Attendance:
    """Who uses a server that several processes share, so that the last one ends it.

    Both verbs are called under the lock that also guards the server's start.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def join(self) -> None:
        self._file = self._path.open("a")
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Go, and say whether nobody else is here."""
        assert self._file is not None, "leave() without join()"
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            self._file.close()
            self._file = None


def _write_once(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    Path(made).unlink()

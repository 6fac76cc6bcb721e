"""Processes of other programs: who they run as, whether they live, how they end."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

# Servers get a clean environment: no LD_LIBRARY_PATH, PGOPTIONS or TMPDIR of ours.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"}

Account = pwd.struct_passwd


class CannotStart(Exception):
    """A server cannot run here; the text tells a person why and what to do."""


def launch(
    command: Sequence[str | Path],
    *,
    log: IO[bytes],
    account: Account | None = None,
    environment: Mapping[str, str] = ENVIRONMENT,
    folder: str | Path = "/",
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, as `account` when one is given."""
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    except PermissionError as error:
        raise _cannot_change_user(account) from error


def run(command: Sequence[str | Path], *, account: Account | None = None) -> str:
    """The output of a short program, run as `account` when one is given."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    except PermissionError as error:
        raise _cannot_change_user(account) from error
    if done.returncode:
        raise CannotStart(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that ended and was not yet waited for does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def command_line(pid: int) -> str:
    """The command of a running process, empty when there is none."""
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""


def wait_until(
    true: Callable[[], bool], *, seconds: float, pause: float = 0.02
) -> bool:
    """Ask again and again until it is true or the time is over."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def end(pid: int, sign: signal.Signals, *, seconds: float) -> None:
    """Ask a leader to end; after that time kill its whole group."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sign)
    if not wait_until(lambda: not is_alive(pid), seconds=seconds):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(pid), seconds=5)


def kill_group(leader: int) -> None:
    """End at once what is left of a session, whether or not its leader lives."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def marked(name: str, value: str) -> list[int]:
    """The processes in whose environment that variable had that value when they
    began."""
    return [one.pid for one in psutil.process_iter() if _has(one, name, value)]


def _has(process: psutil.Process, name: str, value: str) -> bool:
    try:
        return process.environ().get(name) == value
    except (psutil.Error, OSError):  # somebody else's, or gone meanwhile
        return False


def can_reach(account: Account, path: Path) -> bool:
    """Whether that account may walk down to this path, by the modes of its parents.

    Parts that do not exist yet are ours to make and do not count.
    """
    return all(_may_enter(account, part) for part in path.parents if part.exists())


def _may_enter(account: Account, folder: Path) -> bool:
    found = folder.stat()
    if found.st_uid == account.pw_uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.pw_gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _cannot_change_user(account: Account | None) -> CannotStart:
    name = account.pw_name if account else "this user"
    return CannotStart(
        f"PostgreSQL does not run as root, and this root may not become {name!r} "
        "(its capabilities were dropped). Run this as an ordinary user."
    )

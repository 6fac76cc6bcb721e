"""Directories for unix sockets: short, private, and ours."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from local.servers.processes import Account, CannotStart

# sun_path holds 104 bytes on macOS and 108 on Linux, a final zero included;
# ".s.PGSQL.5432.lock" is the longest name we put behind it.
LONGEST = 104 - 1 - len("/.s.PGSQL.5432.lock")


def folder_for(home: Path, salt: str) -> Path:
    """`run` in the server's home, or a short name elsewhere if that is too long.

    The salt is the state's own, so that a state made anew at the same place never
    meets the sockets of a server that outlived the old one.
    """
    inside = home / "run"
    if len(os.fsencode(inside)) <= LONGEST:
        return inside
    name = hashlib.sha256(f"{home}\0{salt}".encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"flattr-{name}"


def make(folder: Path, account: Account | None) -> None:
    """Make the directory with mode 0700, or refuse one that is not private to us.

    Its name can be guessed when it lies in a shared directory, so what is already
    there is only used if it is a real directory of the right owner.
    """
    owner = account.pw_uid if account else os.geteuid()
    if not folder.is_symlink() and not folder.exists():
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise CannotStart(
            f"{folder} belongs to somebody else or is no directory; remove it."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)

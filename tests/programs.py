"""Programs that a hostile test needs and that no wheel brings: Debian's.

Where they are not and cannot be installed the test is skipped, and says so; in CI that
is a failure, so that nothing is silently left out there.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from local.running import debian

FAKETIME = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "libfaketime")


def program(name: str, package: str) -> str:
    """Where that program is; Debian's package is installed where it is not."""
    found = _on_path(name)
    if not found and debian.install(package):
        found = _on_path(name)
    return found or _without(name)


def faketime() -> str:
    """The library to preload into a process whose clock is to be wrong."""
    pattern, package = FAKETIME
    folder = Path("/")
    found = next(folder.glob(pattern.lstrip("/")), None)
    if not found and debian.install(package):
        found = next(folder.glob(pattern.lstrip("/")), None)
    return str(found) if found else _without("libfaketime")


def _on_path(name: str) -> str | None:
    # Debian keeps servers where an ordinary user's PATH does not look.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _without(name: str) -> str:
    reason = f"There is no {name} here, and it could not be installed."
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)

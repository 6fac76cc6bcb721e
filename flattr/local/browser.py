"""A Chromium for the tests: the one that is here, else Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# With fonts, which its package only recommends.
PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")


def find() -> str | None:
    """The program of a Chromium on this machine."""
    for name in NAMES:
        if program := shutil.which(name):
            return program
    return str(ON_MACOS) if ON_MACOS.exists() else None


def install() -> bool:
    """Install Debian's, which takes root; say whether there is one now."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium, once …", flush=True)
        apt("update")
        apt("install", "--yes", "--no-install-recommends", *PACKAGES)
    return find() is not None


def apt(*words: str) -> None:
    done = subprocess.run(
        ["apt-get", "-q", *words],  # noqa: S607
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{done.stdout}{done.stderr}".rstrip(), flush=True)

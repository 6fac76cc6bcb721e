"""A Chromium for the tests: the one that is here, else Debian's."""

from __future__ import annotations

import shutil
from pathlib import Path

from local.running import debian

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
    debian.install(*PACKAGES)
    return find() is not None

"""Programs of Debian's that a check or test needs and a machine may not have."""

from __future__ import annotations

import os
import shutil
import subprocess


def install(*packages: str) -> bool:
    """Install them, which takes root and apt; say whether that was possible and done."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        return False
    print(f"Installing Debian's {packages[0]}, once …", flush=True)
    _run(apt, "update")
    return _run(apt, "install", "--yes", "--no-install-recommends", *packages)


def _run(apt: str, *words: str) -> bool:
    done = subprocess.run(
        # Somebody else may be installing just now.
        [apt, "-q", "-o", "DPkg::Lock::Timeout=300", *words],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{done.stdout}{done.stderr}".rstrip(), flush=True)
    return done.returncode == 0

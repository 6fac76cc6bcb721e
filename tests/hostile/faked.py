"""Processes whose clock is wrong: libfaketime goes into them, the database keeps its own."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from tests.programs import faketime


def environment(offset: str, zone: str) -> dict[str, str]:
    """Of a process that stands in that time zone and whose clock is so many seconds
    ahead or behind: "+600", "-600"."""
    return {"LD_PRELOAD": faketime(), "FAKETIME": offset, "TZ": zone}


class Dial:
    """A file that says what a process believes the time is, while it runs."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.began = time.time()
        file.write_text("+0")

    def environment(self, zone: str) -> dict[str, str]:
        return {
            "LD_PRELOAD": faketime(),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "TZ": zone,
        }

    def turn(self, moment: datetime, faster: int) -> None:
        """It is about that moment now, and time runs so many times as fast: both are
        counted from when the process began."""
        now = time.time()
        passed = (now - self.began) * (faster - 1)
        offset = moment.timestamp() - now - passed
        making = self.file.with_suffix(".making")
        making.write_text(f"{offset:+.0f} x{faster}")
        making.replace(self.file)

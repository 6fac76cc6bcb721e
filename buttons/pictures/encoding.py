"""Make a file a picture, in a process of its own (`buttons.pictures.shrinking`).

A file that breaks, slows or takes over a decoder does so where there is nothing to
break: no connection, no file, no secret, five seconds, under 150 MB (T52).
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from pathlib import Path

from buttons.models.picture import MOST_BYTES, MOST_SOURCE_BYTES
from buttons.pictures import shrinking

# By the clock; it works for five of them at most (`shrinking.SECONDS`).
SECONDS = 10.0
PROGRAM = str(Path(shrinking.__file__).resolve())
CODES = {"kind", "broken", "pixels", "memory", "small"}


class BadPicture(Exception):
    """It becomes no picture; the code of why (`buttons.pictures.wanting.WHY_NOT`)."""

    @property
    def code(self) -> str:
        return str(self)


def encode(body: bytes, kind: str) -> bytes:
    """A stranger's file as WebP of our own making, cut for a `face` or a `thing`;
    refused with `BadPicture`."""
    if len(body) > MOST_SOURCE_BYTES:
        raise BadPicture("heavy")
    status, answer = _in_a_process(body, kind)
    if status == 0 and _is_webp(answer):
        return answer
    code = answer.decode("ascii", "replace")
    if status == shrinking.REFUSED and code in CODES:
        raise BadPicture(code)
    # A decoder may crash, and the kernel kills what works for longer than it may.
    raise BadPicture("slow" if status == -signal.SIGKILL else "broken")


def _in_a_process(body: bytes, kind: str) -> tuple[int, bytes]:
    """How it ended, and the start of what it wrote."""
    program = [sys.executable, "-I", PROGRAM, kind]
    child = subprocess.Popen(  # noqa: S603
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    )
    timer = threading.Timer(SECONDS, child.kill)
    timer.start()
    try:
        with child:
            assert child.stdin is not None
            assert child.stdout is not None
            # It reads everything before it writes anything.
            with contextlib.suppress(BrokenPipeError), child.stdin:
                child.stdin.write(body)
            answer = child.stdout.read(MOST_BYTES + 1)
            if len(answer) > MOST_BYTES:
                child.terminate()
    finally:
        timer.cancel()
    return child.returncode, answer


def _is_webp(answer: bytes) -> bool:
    """One picture and nothing beside it: what was taken over may write anything."""
    size = int.from_bytes(answer[4:8], "little") + 8
    return (
        len(answer) <= MOST_BYTES
        and answer[:4] == b"RIFF"
        and answer[8:16] == b"WEBPVP8 "
        and len(answer) == size
        and int.from_bytes(answer[16:20], "little") + 20 in {size, size - 1}
    )

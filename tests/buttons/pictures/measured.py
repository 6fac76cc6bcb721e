"""How much memory the process takes that makes a picture (a program of its own).

A process counts what the one that started it held at that moment as its own, so a small
one has to start it:

    python -I measured.py PROGRAM face|thing <file
"""

from __future__ import annotations

import json
import os
import subprocess
import sys


def main() -> None:
    body = sys.stdin.buffer.read()
    child = subprocess.Popen(
        [sys.executable, "-I", *sys.argv[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(body)
    child.stdin.close()
    answer = child.stdout.read()
    _pid, status, used = os.wait4(child.pid, 0)
    seen = {
        "status": os.waitstatus_to_exitcode(status),
        "bytes": len(answer),
        "memory": used.ru_maxrss * 1024,
        "seconds": used.ru_utime + used.ru_stime,
    }
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()

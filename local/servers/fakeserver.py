"""A Redis in Python for machines without one: `python fakeserver.py PORT HOME`.

HOME is only a mark, by which a later start knows whose process this is.
"""

from __future__ import annotations

import sys

from fakeredis import TcpFakeServer

if __name__ == "__main__":
    TcpFakeServer(("127.0.0.1", int(sys.argv[1]))).serve_forever()

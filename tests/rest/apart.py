"""A machine of its own for one program: the platform by TLS, under the old names.

`unshare` runs this in new namespaces of mounts, network and processes. What it lays
over files is seen by nobody else, its port 443 is no other's, and all ends with it.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import certifi

UNSHARE = (
    *("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"),
    *("--mount-proc", "--propagation", "private", "--"),
)
HOSTS = Path("/etc/hosts")
# The bundle that `requests` trusts when nobody tells it another.
BUNDLE = Path(certifi.where())
TOLD_ANOTHER = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}
MOUNT = ("mount", "--bind")
SET_INTERFACE_FLAGS, UP = 0x8914, 0x1


def main(folder: Path, program: Path) -> int:
    """Run the program among the folder's `hosts` and `bundle.pem`, with the platform
    behind its `chain.pem` and `key.pem`; what the program returned."""
    lay(folder / "hosts", HOSTS)
    lay(folder / "bundle.pem", BUNDLE)
    bring_up_loopback()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", "443", "--no-access-log"),
            *("--blocking-threads", "2"),
            *("--ssl-certificate", str(folder / "chain.pem")),
            *("--ssl-keyfile", str(folder / "key.pem")),
            "flattr.wsgi:application",
        ],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    wait_for(server)
    known = {name: os.environ[name] for name in os.environ.keys() - TOLD_ANOTHER}
    return subprocess.run([sys.executable, program], env=known, check=False).returncode


def lay(file: Path, over: Path) -> None:
    subprocess.run([*MOUNT, str(file), str(over)], check=True)


def bring_up_loopback() -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", UP)
        fcntl.ioctl(any_socket, SET_INTERFACE_FLAGS, request)


def wait_for(server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", 443), timeout=20).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("The web server does not start.")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

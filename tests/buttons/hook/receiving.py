"""A creator's program that is told what happens, on this machine."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from accounts.models import Hook, User
from accounts.models.webhook import Happening
from buttons.hook import delivering, hook_settings


class Program:
    """Answers `status`, after `pauses` seconds; `got` is what came: headers, body."""

    def __init__(self, port: int) -> None:
        self.name = f"localhost:{port}"
        self.status = 204
        self.headers: dict[str, str] = {}
        self.pauses = 0.0
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.secret = ""

    @property
    def url(self) -> str:
        return f"http://{self.name}/hook?key=1"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.got]

    def events(self) -> list[dict[str, Any]]:
        """What came, each proved by the standard's own package."""
        return [
            Webhook(self.secret).verify(body, headers) for headers, body in self.got
        ]


@contextlib.contextmanager
def program() -> Iterator[Program]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    made = Program(server.server_port)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.got.append((headers, body))
            time.sleep(made.pauses)
            with contextlib.suppress(OSError):
                self.send_response(made.status)
                for name, value in made.headers.items():
                    self.send_header(name, value)
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests look at `got`."""

    server.RequestHandlerClass = Handler
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def tell(person: User, program: Program) -> Hook:
    """The person's webhook is the program, and is told everything."""
    program.secret = hook_settings.save(None, person, program.url, Happening.values)
    return Hook.objects.get(person=person)


def deliver() -> int:
    return delivering.deliver_due(seconds=5)

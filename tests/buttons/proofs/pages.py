"""A web server of one's own, with pages that are as good or as bad as needed."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from buttons.proofs import evidence
from buttons.proofs.evidence import Evidence
from buttons.reading.fetching import Page


@dataclass
class Answer:
    """`pauses` seconds pass before each byte; with `endless` the body never ends."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pauses: float = 0
    endless: bool = False


class Host:
    """Pages by path, what was asked for, and the host's name as addresses have it."""

    def __init__(self, port: int) -> None:
        self.name = f"localhost:{port}"
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str = "/") -> str:
        return f"http://{self.name}{path}"

    def shows(self, path: str, html: str) -> str:
        """Let a page be there; its address."""
        self.pages[path] = Answer(html.encode())
        return self.url(path)


@contextlib.contextmanager
def host() -> Iterator[Host]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    made = Host(server.server_port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, dict(self.headers)))
            answer = made.pages.get(self.path, Answer(status=404))
            self.send_response(answer.status)
            if answer.kind:
                self.send_header("Content-Type", answer.kind)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.send(answer)

        def send(self, answer: Answer) -> None:
            while answer.endless:
                self.wfile.write(b"x" * 65_536)
            if not answer.pauses:
                self.wfile.write(answer.body)
                return
            for byte in answer.body:
                time.sleep(answer.pauses)
                self.wfile.write(bytes([byte]))

        def log_message(self, *_: object) -> None:
            """Tests look at `asked`."""

    server.RequestHandlerClass = Handler
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def counting(html: str, address: str) -> list[Evidence]:
    """What names somebody for the page `html` at an address, and counts."""
    seen = evidence.seen(Page(address, html), {address})
    return [one for one in seen if not one.but]

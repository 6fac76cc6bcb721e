"""The simulator over HTTP: the API, its powers, and its pages for people."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from local.stripe.pages.deeds import DEEDS
from local.stripe.serving.api import Request
from local.stripe.serving.simulator import Simulator
from local.stripe.wire.errors import Refused
from local.stripe.wire.world import API_VERSION

PULSE_SECONDS = 0.2
KNOWN = (*DEEDS, "chaos", "calm")


class Server(ThreadingHTTPServer):
    """One simulator at one port; `stop` ends idle connections as well."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, **options: Any) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        home = f"http://127.0.0.1:{self.server_port}"
        self.simulator = Simulator(home, **options)
        self._sockets: set[socket.socket] = set()
        self._ending = threading.Event()
        # Whoever holds it knows that no event is on its way.
        self.delivering = threading.Lock()
        self._work: list[threading.Thread] = []

    def start(self) -> None:
        """Serve in the background; `deliver` sends events too."""
        thread = threading.Thread(
            target=self.serve_forever, args=(PULSE_SECONDS / 10,), daemon=True
        )
        thread.start()
        self._work.append(thread)

    def deliver(self) -> None:
        """Send events to the endpoints from now on, in the background."""
        thread = threading.Thread(target=self.deliver_for_ever, daemon=True)
        thread.start()
        self._work.append(thread)

    def deliver_for_ever(self) -> None:
        while not self._ending.wait(PULSE_SECONDS):
            while self._deliver() and not self._ending.is_set():
                pass

    def _deliver(self) -> int:
        with self.delivering:
            return self.simulator.deliver_due()

    def stop(self) -> None:
        self._ending.set()
        self.shutdown()
        self.server_close()
        for each in list(self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._work:
            thread.join(timeout=15)
        self.simulator.store.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who hangs up is no fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._sockets.discard(request)
        super().shutdown_request(request)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet, not one for each header
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_GET
    do_DELETE = do_GET
    do_HEAD = do_GET

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        path = urlsplit(self.path).path
        if path.startswith("/v1/"):
            self._answer_api(path, body)
        elif path.startswith("/_simulator/"):
            self._do_deed(path, body)
        else:
            self._show(path, body)

    def _answer_api(self, path: str, body: str) -> None:
        query = urlsplit(self.path).query
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Request(
            self.command, path, body if self.command == "POST" else query, headers
        )
        answer = self.server.simulator.answer(asked)
        if answer.lost:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        more = {
            "Content-Type": "application/json",
            "Request-Id": answer.request_id,
            "Stripe-Version": API_VERSION,
        }
        if answer.replayed:
            more["Idempotent-Replayed"] = "true"
        if answer.retry:
            more["Stripe-Should-Retry"] = answer.retry
        for name in ("idempotency-key", "stripe-account"):
            if name in headers:
                more[name.title()] = headers[name]
        self._send(answer.status, answer.body, more)

    def _show(self, path: str, body: str) -> None:
        """A page for a person; another site's forms do nothing here."""
        simulator = self.server.simulator
        method = "GET" if self.command == "HEAD" else self.command
        if (
            method == "POST"
            and self.headers.get("Origin", simulator.url) != simulator.url
        ):
            self._json(403, {"error": "Only the simulator's own pages post here."})
            return
        page = simulator.page(method, path, body)
        headers = {
            "Content-Type": f"{page.media_type}; charset=utf-8",
            "Content-Security-Policy": page.policy(),
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        if page.location:
            headers["Location"] = page.location
        self._send(page.status, page.body, headers)

    def _do_deed(self, path: str, body: str) -> None:
        """`POST /_simulator/settle` and the like, with JSON for its arguments."""
        name = path.removeprefix("/_simulator/").strip("/")
        if "json" not in self.headers.get("Content-Type", ""):
            # Which another site's form cannot send.
            self._json(415, {"error": "Send JSON, as application/json."})
            return
        if self.command != "POST" or name not in KNOWN:
            self._json(404, {"error": f"No such deed; there are {', '.join(KNOWN)}."})
            return
        try:
            done = self.server.simulator.do(name, **json.loads(body or "{}"))
        except Refused as refusal:
            self._json(refusal.status, {"error": refusal.error})
        except (TypeError, ValueError, AssertionError) as reason:
            self._json(400, {"error": str(reason)})
        else:
            self._json(200, {"done": done})

    def _json(self, status: int, told: object) -> None:
        self._send(status, json.dumps(told), {"Content-Type": "application/json"})

    def _send(self, status: int, body: str, headers: dict[str, str]) -> None:
        content = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Requests are kept in the simulator, where tests count them."""

"""Ask a stranger's host without being led anywhere private (promise T30).

A name is resolved once, every address that it has is looked at, and the connection
goes to that very address: what the name means a moment later does not matter. No
cookies, no proxy, ports 80 and 443 only.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from buttons.reading.not_fetched import NotFetched
from buttons.reading.public_addresses import is_public_text
from buttons.things.addresses import PORTS

SECONDS = 5.0
TOO_SLOW = _("It took longer than five seconds.")
ALWAYS = {"Accept-Encoding": "identity", "Connection": "close"}

Answer = http.client.HTTPResponse
Resolve = Callable[[str, float], list[str]]


def resolve(name: str, timeout_seconds: float) -> list[str]:
    """All addresses of a name, asked for once, IPv4 first; the hosts file of this
    machine does not count."""
    try:
        answers = dns.resolver.resolve_name(
            f"{name}.", lifetime=max(0.1, timeout_seconds)
        )
        return sorted(answers.addresses(), key=lambda address: ":" in address)
    except dns.exception.DNSException as failure:
        raise NotFetched(
            _("The name %(name)s could not be looked up."), name=name
        ) from failure


def places(host: str, port: int, resolver: Resolve, deadline: float) -> list[str]:
    """Where to connect for a host: every address it has, if each of them is public."""
    if f"{host}:{port}" in settings.PROOF_HOSTS:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return sorted({str(where[4][0]) for where in found}, key=lambda at: ":" in at)
    if port not in PORTS.values():
        raise NotFetched(_("We only ask the ports 80 and 443."))
    try:
        named = [str(ip_address(host))]
    except ValueError:
        named = resolver(host, deadline - time.monotonic())
    if not named:
        raise NotFetched(_("The name %(name)s has no address."), name=host)
    if not all(map(is_public_text, named)):
        raise NotFetched(_("%(host)s is not a host on the public internet."), host=host)
    return named


@contextmanager
def asked(
    url: str,
    deadline: float,
    resolver: Resolve,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> Iterator[Answer]:
    """The answer to one request, a `POST` where there is a body. Its connection is cut
    at the deadline, a time of `time.monotonic`, whatever it is doing; redirects are the
    caller's to follow or not. `NotFetched` with the reason."""
    parts = urlsplit(url)
    host, scheme = parts.hostname or "", parts.scheme
    port = parts.port or PORTS[scheme]
    with contextlib.ExitStack() as stack:
        try:
            opened = _open(places(host, port, resolver, deadline), port, deadline)
            stack.callback(opened.close)
            stack.enter_context(_cut_at(deadline, opened))
            if scheme == "https":
                opened = _trust().wrap_socket(opened, server_hostname=host)
                stack.callback(opened.close)
            caller = http.client.HTTPConnection(host, port)
            caller.sock = opened
            method = "GET" if body is None else "POST"
            sent = {"Host": parts.netloc, **headers, **ALWAYS}
            caller.request(method, _target(url), body=body, headers=sent)
            yield caller.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as failure:
            if time.monotonic() >= deadline:
                raise NotFetched(TOO_SLOW) from failure
            raise _why(host, failure) from failure


def _open(places: list[str], port: int, deadline: float) -> socket.socket:
    failure: OSError = TimeoutError()
    for place in places:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((place, port), timeout=left)
        except OSError as refused:
            failure = refused
    raise failure


@contextmanager
def _cut_at(deadline: float, opened: socket.socket) -> Iterator[None]:
    """End the connection at the deadline: a host that sends a byte a second would
    otherwise never run out of time."""
    # TLS takes the socket away from its object; a double of it stays ours.
    with opened.dup() as double:
        left = max(0.0, deadline - time.monotonic())
        cutter = threading.Timer(left, _cut, [double])
        cutter.daemon = True
        cutter.start()
        try:
            yield
        finally:
            cutter.cancel()


def _cut(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _why(host: str, failure: Exception) -> NotFetched:
    if isinstance(failure, ssl.SSLError):
        said = _("%(host)s has no valid certificate, or its encryption failed.")
    elif isinstance(failure, TimeoutError):
        said = TOO_SLOW
    elif isinstance(failure, OSError):
        said = _("%(host)s could not be reached.")
    else:
        said = _("%(host)s answered something that is not HTTP.")
    return NotFetched(said, host=host)

"""Callbacks: the addresses to which we send readers back to an app, with a code.

The address that an app asks for has to equal a registered one (promise A6); only the port
of this machine's own address may differ, because a program on a laptop takes whichever is
free (RFC 8252, 7.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

MOST = 10
LONGEST = 500

LOOPBACK = re.compile(
    r"http://(localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?([/?].*)?"
)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
# Characters that mean nothing in the page's policy, into which the host is copied.
HOST = re.compile(r"([A-Za-z0-9._~-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?")
# Schemes that a browser would run, read or hand to another program.
DANGEROUS = {
    "about", "blob", "chrome", "data", "file", "filesystem", "ftp", "intent",
    "javascript", "mailto", "resource", "sms", "tel", "vbscript", "view-source",
    "ws", "wss",
}  # fmt: skip


def is_one_of(asked: str, registered: Iterable[str]) -> bool:
    """Whether a browser may be sent to `asked` with a code.

    >>> is_one_of("https://app.example/cb", ["https://app.example/cb"])
    True
    >>> is_one_of("https://app.example/cb/", ["https://app.example/cb"])
    False
    >>> is_one_of("http://localhost:4711/cb", ["http://localhost/cb"])
    True
    >>> is_one_of("http://127.0.0.1:4711/cb", ["http://localhost/cb"])
    False
    """
    known = list(registered)
    here = without_port(asked)
    return asked in known or (here != "" and here in map(without_port, known))


def has_plain_host(callback: str) -> bool:
    """Whether its host is one that can be written into the page's policy.

    >>> has_plain_host("https://app.example:8443/;,"), has_plain_host("reader://")
    (True, True)
    >>> has_plain_host("https://app.example;script-src")
    False
    """
    return HOST.fullmatch(urlsplit(callback).netloc) is not None


def without_port(callback: str) -> str:
    """This machine's own address without its port; empty for any other address."""
    found = LOOPBACK.fullmatch(callback)
    return f"http://{found[1]}{found[2] or ''}" if found else ""


def problem(callback: str, *, plain: bool = False) -> str:
    """Why this may not be registered, in one sentence; empty if it may. `plain` allows http
    without encryption.

    >>> problem("gpodder://flattr-token/"), problem("http://localhost:8080")
    ('', '')
    >>> problem("http://app.example/cb")
    'http://app.example/cb must begin with https://, or be on http://localhost.'
    """
    if len(callback) > LONGEST or not re.fullmatch(r"[!-~]+", callback):
        return _(
            "An address is at most %(longest)d plain characters without blanks."
        ) % {"longest": LONGEST}
    try:
        parts = urlsplit(callback)
        is_nowhere = parts.port == 0  # a port that is no number raises
    except ValueError:
        return _("%(address)s is not an address.") % {"address": callback}
    scheme, _colon, rest = callback.partition(":")
    wrong = {
        _("%(address)s is not an address that a browser can return to."): not rest
        or not SCHEME.fullmatch(scheme)
        or scheme in DANGEROUS
        or is_nowhere,
        _("%(address)s may not contain #, @, * or a backslash."): "@" in parts.netloc
        or any(letter in callback for letter in "#*\\"),
        _(
            "%(address)s has a host with characters other than letters, digits, dots"
            " and hyphens."
        ): not has_plain_host(callback),
        _("%(address)s may not contain /../."): ".." in parts.path.split("/"),
        _("%(address)s names no host."): scheme in {"http", "https"}
        and not parts.hostname,
        _("%(address)s must begin with https://, or be on http://localhost."): scheme
        == "http"
        and not plain
        and not LOOPBACK.fullmatch(callback),
    }
    found = next((why for why, is_so in wrong.items() if is_so), "")
    return found and found % {"address": callback}


def source(callback: str) -> str:
    """The source that a page's policy must allow as a form's target.

    >>> source("https://app.example:8443/cb?a=1"), source("flattr4j://app/x")
    ('https://app.example:8443', 'flattr4j:')
    """
    parts = urlsplit(callback)
    if parts.scheme in {"http", "https"}:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


def place(callback: str) -> str:
    """Where it leads, in words for people.

    >>> place("https://app.example/cb"), place("flattr4j://app/x")
    ('app.example', 'an app on this device (flattr4j)')
    >>> place("http://localhost:8080/")
    'a program on this device'
    """
    if LOOPBACK.fullmatch(callback):
        return _("a program on this device")
    parts = urlsplit(callback)
    if parts.scheme in {"http", "https"}:
        return parts.netloc
    return _("an app on this device (%(scheme)s)") % {"scheme": parts.scheme}

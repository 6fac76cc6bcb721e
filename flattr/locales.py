"""The reader's locale, for amounts: what the browser asks for, else British.

Pages are written in one language; only the way amounts are written follows the
reader. Mails and commands use the default.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from babel import Locale, UnknownLocaleError
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

DEFAULT = Locale("en", "GB")
_current: ContextVar[Locale] = ContextVar("locale", default=DEFAULT)


def current() -> Locale:
    return _current.get()


def of_header(accept_language: str) -> Locale:
    """The first locale of an Accept-Language header that is known; else British."""
    for tag, _weight in parse_accept_lang_header(accept_language[:200]):
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return DEFAULT


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def respond(request: HttpRequest) -> HttpResponse:
        _current.set(of_header(request.headers.get("Accept-Language", "")))
        return get_response(request)

    return respond

"""The reader's locale, for amounts: what the browser asks for, else British.

Pages are written in one language; only the way amounts are written follows the
reader, and however a page writes an amount for a reader, they may type it. Mails and
commands use the default.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_symbol
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from flattr import money

DEFAULT = Locale("en", "GB")
LONGEST = 15  # digits
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ALIKE = {**dict.fromkeys(map(ord, TURNING)), ord("\u2019"): "'"}
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


def show_money(amount: int, currency: str) -> str:
    """Minor units as the reader's locale writes them: €1,234.50, 1.234,50 €."""
    exact = Decimal(amount).scaleb(-2)
    return format_currency(exact, currency, locale=current())


def show_round_money(amount: int, currency: str) -> str:
    """An amount on an axis, without cents where there are none: €25, 2.500 €."""
    if amount % 100:
        return show_money(amount, currency)
    locale = current()
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(
        Decimal(amount // 100), currency, pattern, locale, currency_digits=False
    )


def read_money(typed: str, currency: str) -> int:
    """Minor units of what a reader typed: plainly, or as `show_money` writes it for
    them. Refused with `NotAnAmount`, and so is the sign of another currency.

    >>> read_money("2,50", "EUR"), read_money("€1,234.50", "EUR")
    (250, 123450)
    """
    bare = _without_sign(typed, currency)
    try:
        return money.parse(bare)
    except money.NotAnAmount:
        digits = re.sub(r"[^0-9]", "", bare)[:LONGEST]
        if digits and bare == _without_sign(
            show_money(int(digits), currency), currency
        ):
            return int(digits)
        raise


def _without_sign(text: str, currency: str) -> str:
    """What stands beside the currency, in one kind of blank and apostrophe, without
    the marks by which text turns around."""
    plain = re.sub(r"\s+", " ", text.translate(ALIKE)).strip()
    signs = "|".join(re.escape(sign.translate(ALIKE)) for sign in _signs(currency))
    around = re.compile(rf"(?:{signs})? ?(.*?) ?(?:{signs})?", re.IGNORECASE)
    within = around.fullmatch(plain)
    return within[1] if within else plain


def _signs(currency: str) -> list[str]:
    """How a reader writes a currency: its code, its sign in their locale, and in
    English, unless that is another's in their locale; the longest first."""
    locale = current()
    signs = {currency, get_currency_symbol(currency, locale)}
    english = get_currency_symbol(currency, "en")
    if english not in locale.currency_symbols.values():
        signs.add(english)
    return sorted(signs, key=len, reverse=True)


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def respond(request: HttpRequest) -> HttpResponse:
        _current.set(of_header(request.headers.get("Accept-Language", "")))
        return get_response(request)

    return respond

"""Parsing of requests to the API, in all the ways that clients write them.

A body is JSON or a form and nothing else (promise T39).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn, TypeVar

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

Row = TypeVar("Row", bound=Model)

OFF = {"0", "false", "no", "off"}
DEFAULT_COUNT = 30
LARGEST_COUNT = 100
LARGEST_PAGE = 1_000_000
# A NUL, which the database cannot store, as JSON and as forms write it.
NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
NUL_IN_FORM = re.compile(r"\0|%00")


class Unreadable(Exception):
    """The body is neither JSON nor a form; the text says what is wrong."""


def read_body(body: bytes, content_type: str) -> QueryDict | dict[str, Any] | list[Any]:
    """A request's body, whatever it is called: JSON when it says so or looks so, else
    a form. Nothing at all is an empty object; NUL and NaN are refused.

    >>> read_body(b'{"url": "http://a.example/"}', "text/plain")
    {'url': 'http://a.example/'}
    >>> read_body(b"", "application/json")
    {}
    """
    if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise Unreadable(_("The body is too large."))
    try:
        text = body.decode().strip()
        if not text:
            return {}
        if "json" in content_type or text[0] in "{[":
            return read_json(text)
        if NUL_IN_FORM.search(text) or "multipart" in content_type:
            raise ValueError(text)
        return QueryDict(text.encode(), encoding="utf-8")
    except (ValueError, RecursionError, SuspiciousOperation) as wrong:
        raise Unreadable(
            _("The body cannot be read: it is cut short, or neither JSON nor a form.")
        ) from wrong


def read_json(text: str) -> dict[str, Any] | list[Any]:
    found = json.loads(text, parse_constant=refuse_constant)
    if not isinstance(found, dict | list) or NUL_IN_JSON.search(text):
        raise ValueError(text)
    # Half a pair of surrogates is no character, and says so here.
    json.dumps(found, ensure_ascii=False).encode()
    return found


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Body(BaseParser):
    """DRF's way to `read_body`, for every content type."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        try:
            return read_body(body, media_type or "")
        except Unreadable as unreadable:
            raise ParseError(str(unreadable)) from unreadable


def fields(request: Request) -> dict[str, Any]:
    """The body's fields; a list has none. Of a form the last of each name."""
    data = request.data
    if isinstance(data, QueryDict):
        return data.dict()
    return data if isinstance(data, dict) else {}


def verb(request: Request) -> str:
    """The method, where a POST may say in its body that it means PATCH (T39)."""
    meant = str(fields(request).get("_method", "")) if request.method == "POST" else ""
    return "PATCH" if meant.lower() == "patch" else str(request.method)


def is_on(value: object) -> bool:
    """A yes or no, in all the ways that clients write it; absence is no.

    >>> is_on("False"), is_on(0), is_on("on"), is_on(True), is_on(None), is_on("")
    (False, False, True, True, False, False)
    """
    return str(value or "").lower() not in {*OFF, ""}


def is_full(request: Request) -> bool:
    """Whether the caller wants the longer form: the flag is there and does not say no."""
    asked = request.query_params.get("full")
    return asked is not None and asked.lower() not in OFF


def page_of(request: Request, rows: QuerySet[Row]) -> list[Row]:
    """The page that `count` and `page` ask for; anything but a number means the default."""
    asked = {**fields(request), **request.query_params.dict()}
    count = number(asked.get("count"), DEFAULT_COUNT, LARGEST_COUNT)
    first = count * (number(asked.get("page"), 1, LARGEST_PAGE) - 1)
    return list(rows[first : first + count])


def number(asked: object, default: int, largest: int) -> int:
    """From 1 to `largest`; what is less, or no number, is the default.

    >>> number("undefined", 30, 100), number("-5", 30, 100), number(10**9, 30, 100)
    (30, 30, 100)
    >>> number("0", 30, 100), number("7", 30, 100)
    (30, 7)
    """
    text = str(asked if asked is not None else "").strip()
    found = int(text[:9]) if text.isascii() and text.isdecimal() else 0
    return min(found, largest) if found else default

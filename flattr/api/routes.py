"""Addresses of the API: each with and without a slash at its end, for every method,
and with the names of formats behind its last part. Nothing is redirected.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, re_path

READ = ["GET", "HEAD"]
SUFFIX = r"(?:\.(?P<suffix>json|xml|yaml|txt|as|atom))?"
ANY_SUFFIX = r"(?:\.(?P<suffix>\w+))?"


def route(path: str, view: Callable[..., HttpResponseBase]) -> URLPattern:
    """`path` under /rest/v2/. If it ends in something that callers choose, such as a
    name, only the suffixes of known formats count as formats."""
    suffix = SUFFIX if path.endswith(")") else ANY_SUFFIX
    return re_path(rf"^rest/v2/{path}{suffix}/?\Z", view, name="api")

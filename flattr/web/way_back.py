"""Where a person goes after signing in: only ever to a path of ours (T26)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

LONGEST = 16_000


def is_our_path(url: str | None) -> bool:
    """Whether a browser that is sent there stays on this site, however it reads the path.

    >>> is_our_path("/thing/7?a=1"), is_our_path("//evil.example")
    (True, False)
    >>> is_our_path("https://flattr.example/"), is_our_path("/\\\\evil.example")
    (False, False)
    """
    if not url or len(url) > LONGEST or not url.startswith("/"):
        return False
    if "\\" in url or not url.isprintable() or " " in url:
        return False
    return url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def with_next(address: str, path: str | None) -> str:
    """The address with `next` appended, if the path is ours."""
    return f"{address}?{urlencode({'next': path})}" if is_our_path(path) else address


def next_field(path: str | None) -> SafeString:
    """`next` as a hidden field of a form; empty if the path is not ours."""
    if not is_our_path(path):
        return SafeString("")
    return format_html('<input type="hidden" name="next" value="{}">', path)

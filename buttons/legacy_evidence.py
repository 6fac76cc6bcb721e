"""Whom old embeds name as a page's owner, once their host is changed to ours.

A `FlattrButton` link says nothing of where its button comes from: it names somebody
here only on a page that loads our `load.js`. On one that loads the first Flattr's it
names somebody of there, and proves nothing (promise T18).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from buttons import legacy, submitting

LOADER = re.compile(r"/(?:js/[^/]+|button)/load\.js")
FRAME = re.compile(r"/(?:button/)?view/?")


def loader_default(source: str) -> str | None:
    """The `uid` that our load.js gives every button of a page, empty if it gives none;
    None if `source` is another script."""
    parts = _ours(source)
    if parts is None or not LOADER.fullmatch(parts[0]):
        return None
    return parse_qs(parts[1]).get("uid", [""])[0]


def of_link(given: dict[str, str]) -> tuple[str, str] | None:
    """Page and name of a link that load.js makes a button of; the name is empty where
    the page's default counts."""
    words = given.get("rel", "").lower().split()
    if "FlattrButton" not in given.get("class", "").split() or (
        {"ugc", "nofollow", "sponsored"} & set(words)
    ):
        return None
    about, name = given.get("href", ""), ""
    for text in (given.get("rel", ""), given.get("rev", "")):
        if text.startswith("flattr;"):
            pairs = dict(pair.partition(":")[::2] for pair in text[7:].split(";"))
            about, name = pairs.get("url", about), pairs.get("uid", name)
    return (
        given.get("data-flattr-url", "") or about,
        given.get("data-flattr-uid", "") or name,
    )


def of_frame(source: str) -> tuple[str, str, bool] | None:
    """Page and name of a frame that shows our button, and whether the name is an id."""
    parts = _ours(source)
    if parts is None or not FRAME.fullmatch(parts[0]):
        return None
    facts = legacy.parameters(parts[1])
    return facts.get("url", ""), *submitting.whom(facts)


def _ours(source: str) -> tuple[str, str] | None:
    """Path and query of an address on a host of ours that is not also a legacy one."""
    source = source.strip()
    if len(source) > 8_000 or "\\" in source:
        return None
    try:
        parts = urlsplit(source)
    except ValueError:
        return None
    hosts = {settings.SITE_HOST, *settings.OTHER_HOSTS} - set(settings.LEGACY_HOSTS)
    if parts.scheme not in {"", "http", "https"} or parts.netloc not in hosts:
        return None
    return parts.path, parts.query

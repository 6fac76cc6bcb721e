"""Whom old embeds name as a page's owner, once their host is changed to ours.

A `FlattrButton` link says nothing of where its button comes from: it names somebody
here only on a page that loads our `load.js`. On one that loads the first Flattr's it
names somebody of there, and proves nothing (promise T18).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from buttons.legacy import old_links
from buttons.reading.markup import words

LOADER = re.compile(r"/(?:js/[^/]+|button)/load\.js")
FRAME = re.compile(r"/(?:button/)?view/?")


def loader_default(source: str) -> str | None:
    """The `uid` that our load.js gives every button of a page, empty if it gives none;
    None if `source` is another script."""
    there = old_links.sent(source)
    if there is None or not old_links.is_ours(there.host):
        return None
    if not LOADER.fullmatch(there.path):
        return None
    return dict(parse_qsl(there.query)).get("uid", "")


def of_link(given: dict[str, str]) -> tuple[str, str] | None:
    """Page and name of a link that load.js makes a button of; the name is empty where
    the page's default counts."""
    if "FlattrButton" not in words(given.get("class", "")):
        return None
    about, name = given.get("href", ""), ""
    for text in (given.get("rel", ""), given.get("rev", "")):
        if text.startswith("flattr;"):
            said = (pair.partition(":") for pair in text[7:].split(";"))
            pairs = {key.strip(): value for key, _, value in said}
            about, name = pairs.get("url", about), pairs.get("uid", name)
    about = given.get("data-flattr-url", "") or about
    # Such a link says by itself what it flattrs, with the script and without.
    if old_links.is_auto_submit(about):
        return None
    return about, given.get("data-flattr-uid", "") or name


def of_frame(source: str, encoding: str) -> dict[str, str] | None:
    """What a frame that shows our button says."""
    there = old_links.sent(source, encoding)
    if there is None or not old_links.is_ours(there.host):
        return None
    return old_links.parameters(there.query) if FRAME.fullmatch(there.path) else None

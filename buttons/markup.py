"""The tags of a page that say whose it is, found in one pass over its text.

Readers of whole documents take seconds or minutes over a quarter of a megabyte that
was written to be slow; this one looks at each character a few times, whatever stands
there. What a browser would not take for a tag is not taken for one: comments, text of
scripts, fields, and whatever never ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

WANTED = {"a", "iframe", "link", "meta", "script"}
# What stands inside these is text, up to their own end.
TEXT_ONLY = {
    *("script", "style", "textarea", "title", "xmp", "iframe", "noembed"),
    *("noframes", "noscript", "template", "plaintext"),
}
NAME = re.compile(r"[a-zA-Z][^\s/>]*+")
GAP = re.compile(r"[\s/]*+")
ATTRIBUTE = re.compile(r"([^\s/>=]++)(\s*+=\s*+)?")
BARE = re.compile(r"[^\s>]*+")


def tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and attributes of each tag that is `WANTED`, in order; names in small
    letters, values unescaped, of doubles the first.

    >>> list(tags('<A Href="/?a&amp;b" rel=me>x</a><!-- <a href=no> -->'))
    [('a', {'href': '/?a&b', 'rel': 'me'})]
    """
    at = text.find("<")
    while at >= 0:
        start = at + 1
        if text.startswith("!--", start):
            at = _behind(text, "-->", start + 1)
        elif text[start : start + 1] in {"!", "?", "/"}:
            at = _behind(text, ">", start)
        elif found := NAME.match(text, start):
            name = found[0].lower()
            attributes, at = _attributes(text, found.end())
            if at >= 0 and name in WANTED:
                yield name, attributes
            if at >= 0 and name in TEXT_ONLY:
                closed = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(
                    text, at
                )
                at = closed.start() if closed else -1
        else:
            at = start
        at = text.find("<", at) if at >= 0 else -1


def _behind(text: str, mark: str, start: int) -> int:
    """The place behind the next `mark`, or -1 where there is none."""
    at = text.find(mark, start)
    return at + len(mark) if at >= 0 else -1


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag, and the place behind it; -1 if it never ends."""
    found: dict[str, str] = {}
    while True:
        gap = GAP.match(text, at)
        at = gap.end() if gap else at
        if at >= len(text):
            return found, -1
        if text[at] == ">":
            return found, at + 1
        named = ATTRIBUTE.match(text, at)
        if named is None:
            at += 1
            continue
        at, value = named.end(), ""
        if named[2]:
            quote = text[at : at + 1]
            if quote in {'"', "'"}:
                end = text.find(quote, at + 1)
                if end < 0:
                    return found, -1
                value, at = text[at + 1 : end], end + 1
            elif bare := BARE.match(text, at):
                value, at = bare[0], bare.end()
        found.setdefault(named[1].lower(), unescape(value))

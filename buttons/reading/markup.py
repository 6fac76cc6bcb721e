"""The tags of a page that say whose it is, found in one pass over its text.

The text is taken apart as browsers do (the HTML standard's tokenizer), so that what a
browser would not take for a tag is not taken for one: comments, text of scripts and
fields, and whatever never ends. No tree is built: a page that is written to be slow
keeps the best builder of trees busy for minutes, and the tokenizers in Python take
seconds for a usual one. This looks at each character a few times, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import NamedTuple

WANTED = {"a", "base", "iframe", "link", "meta", "script", "title"}
LONGEST_TITLE = 1_000
# What stands inside these is text, up to their own end.
TEXT_ONLY = {
    *("script", "style", "textarea", "title", "xmp", "iframe", "noembed"),
    *("noframes", "noscript"),
}
# The blanks of HTML; Python, and people, know many more.
BLANK = " \t\n\f\r"
NAME = re.compile(rf"[a-zA-Z][^{BLANK}/>]*+")
GAP = re.compile(rf"[{BLANK}/]*+")
ATTRIBUTE = re.compile(rf"(=?[^{BLANK}/>=]*+)([{BLANK}]*+=[{BLANK}]*+)?")
BARE = re.compile(rf"[^{BLANK}>]*+")
COMMENT = re.compile(r"!--(?:-?>|.*?--!?>)", re.DOTALL)
CDATA = "![CDATA["
# How a script may hold its own end: `<!-- <script> … </script> -->`.
IN_SCRIPT = re.compile(
    rf"<!--(?:-?>)?|-->|</?script(?=[{BLANK}/>])", re.IGNORECASE | re.ASCII
)
REFERENCE = re.compile(
    r"&(?:#([0-9]+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z][a-zA-Z0-9]*+))(;?)(=?)"
)
LARGEST = 0x10FFFF
SMALL = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class Tag(NamedTuple):
    """A tag: name and attributes in small letters, values as they are meant, of doubles
    the first. `inside` is the element whose content browsers do not show, if any,
    `text` what a title says."""

    name: str
    given: dict[str, str]
    inside: str = ""
    text: str = ""


def tags(text: str, *, xml: bool = False, inside: str = "") -> Iterator[Tag]:
    """Each tag that is `WANTED`, in order. `xml` is for what came as XHTML, `inside`
    for what stands inside `noscript`.

    >>> list(tags('<A Href="/?a&amp;b&section" rel=me>x</a><!-- <a href=no> -->'))
    [Tag(name='a', given={'href': '/?a&b&section', 'rel': 'me'}, inside='', text='')]
    """
    text, templates = text.replace("\0", "\ufffd"), 0
    at = text.find("<")
    while at >= 0:
        start = at + 1
        closes = text.startswith("/", start)
        if found := NAME.match(text, start + closes):
            name = small(found[0])
            attributes, at = _attributes(text, found.end())
            if at < 0 or (name == "plaintext" and not closes and not xml):
                return
            alone = xml and text[at - 2] == "/"
            if name == "template" and not alone:
                templates = max(0, templates - 1) if closes else templates + 1
            if not closes and name in WANTED:
                within = "template" if templates else inside
                title = _title(text, at) if name == "title" and not alone else ""
                yield Tag(name, attributes, within, title)
            if not closes and name in TEXT_ONLY and not alone and name != inside:
                end = _end_of(name, text, at)
                if name == "noscript":
                    held = text[at : end if end >= 0 else len(text)]
                    yield from tags(held, xml=xml, inside=name)
                at = end
        else:
            at = _behind_mark(text, start, xml=xml)
        at = text.find("<", at) if at >= 0 else -1


def small(text: str) -> str:
    """In small letters, as far as browsers go: a K for kelvin is no k.

    >>> small("LINK"), small("LIN\\u212a") == "link"
    ('link', False)
    """
    return text.translate(SMALL)


def words(text: str) -> set[str]:
    """The words of an attribute that holds several."""
    return set(re.split(rf"[{BLANK}]+", text)) - {""}


def meant(value: str) -> str:
    """The value of an attribute without its references, as browsers read it there:
    without a semicolon a name counts only before what is neither a letter, a digit
    nor an equals sign.

    >>> meant("?a=1&section=2&copy&#x26;b&amp;c&copy=3&amp;amp;")
    '?a=1&section=2©&b&c&copy=3&amp;'
    """
    return REFERENCE.sub(_meant, value) if "&" in value else value


def _meant(found: re.Match[str]) -> str:
    decimal, hexadecimal, name, end, equals = found.groups()
    if name:
        known = html5.get(name + end) if end or not equals else None
        return f"&{name}{end}{equals}" if known is None else known + equals
    digits = (decimal or hexadecimal).lstrip("0")[:9]
    number = int(digits or "0", 10 if decimal else 16)
    if not number or number > LARGEST or 0xD800 <= number < 0xE000:
        letter = "\ufffd"
    elif 0x80 <= number < 0xA0:
        letter = bytes([number]).decode("windows-1252", "ignore") or chr(number)
    else:
        letter = chr(number)
    return letter + equals


def _behind_mark(text: str, start: int, *, xml: bool) -> int:
    """The place behind what begins with `<` and is no tag, or -1 where it never ends."""
    if text.startswith("!--", start):
        found = COMMENT.match(text, start)
        return found.end() if found else -1
    mark = "]]>" if xml and text.startswith(CDATA, start) else ">"
    if text[start : start + 1] not in {"!", "?", "/"}:
        return start
    end = text.find(mark, start)
    return end + len(mark) if end >= 0 else -1


def _title(text: str, at: int) -> str:
    """What the title says whose text begins there, as far as anybody wants to know."""
    held = text[at : at + LONGEST_TITLE]
    end = _end_of("title", held, 0)
    return unescape(held[:end] if end >= 0 else held)


def _end_of(name: str, text: str, at: int) -> int:
    """Where the text of such an element ends; -1 if it never does."""
    if name == "script":
        return _end_of_script(text, at)
    closed = re.compile(rf"</{name}(?=[{BLANK}/>])", re.IGNORECASE | re.ASCII).search(
        text, at
    )
    return closed.start() if closed else -1


def _end_of_script(text: str, at: int) -> int:
    commented = doubly = False
    for found in IN_SCRIPT.finditer(text, at):
        mark = small(found[0])
        if mark == "<!--":
            commented = True
        elif mark.endswith("-->"):
            commented = doubly = False
        elif mark == "<script":
            doubly = commented
        elif doubly:
            doubly = False
        else:
            return found.start()
    return -1


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
        assert named is not None, at
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
        found.setdefault(small(named[1]), meant(value))

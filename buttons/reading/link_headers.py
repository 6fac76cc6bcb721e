"""The links that a server sends beside a page, in its `Link` headers (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from buttons.reading.markup import Tag, small
from buttons.things.addresses import UNREADABLE

VALUE = r'"(?:[^"\\]|\\.)*+"|[^\s;,"]*+'
PARAMETER = re.compile(rf';\s*+([^\s;,="<>]++)\s*+(?:=\s*+({VALUE}))?+\s*+')
LINK = re.compile(rf"<([^>]*+)>\s*+((?:{PARAMETER.pattern})*+)")


def tags(headers: Iterable[str]) -> Iterator[Tag]:
    """Each link as the tag that says the same, of doubles the first. One with an
    `anchor` is another page's.

    >>> [*tags(['</a>; rel="me payment", <b>;rel=x;anchor="#c"'])]
    [Tag(name='link', given={'rel': 'me payment', 'href': '/a'}, inside='', text='')]
    >>> [tag.given for tag in tags(['<d>; title="<e>, f"; rel=me, <g>;rel=x'])]
    [{'title': '<e>, f', 'rel': 'me', 'href': 'd'}, {'rel': 'x', 'href': 'g'}]
    """
    for header in headers:
        text = header.encode("latin-1", "replace").decode("utf-8", UNREADABLE)
        for found in LINK.finditer(text):
            given: dict[str, str] = {}
            for name, value in PARAMETER.findall(found[2]):
                plain = re.sub(r"\\(.)", r"\1", value[1:-1])
                given.setdefault(small(name), plain if value[:1] == '"' else value)
            if "anchor" not in given:
                yield Tag("link", given | {"href": found[1]})

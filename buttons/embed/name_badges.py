"""A badge with somebody's name and how often what they make was flattred: for their
own page, a readme or a mail."""

from __future__ import annotations

import re
import unicodedata

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from accounts.people.finding import creator_named
from buttons.catalogue import made
from flattr.database import replica
from flattr.web import everybody

LASTS_SECONDS = 60
# In pixels: letters, and the longest that a name is drawn.
LETTERS = 11
LONGEST_NAME = 240

# What XML cannot hold, not even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# How wide letters are beside their height, in the faces that badges name.
NARROW = frozenset("iljtfrI.,:;'`|!()[]/ -")
WIDE = frozenset("mwMWOQ%@&—…")

# A mark, a name, a number. Attributes only: pages that show it allow no style sheets.
DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"\
 aria-label="{label}"><title>{label}</title>\
<rect width="{width}" height="20" rx="10" fill="#2b2420"/>\
<path d="M10 0h{left}v20H10A10 10 0 0 1 10 0z" fill="#b1421a"/>\
<g fill="#fffdf9"><g transform="translate(8 3.5) scale(.41)">\
<path d="M16 1.5A14.5 14.5 0 0 1 30.5 16H17.6A1.6 1.6 0 0 1 16 14.4Z" opacity=".55"/>\
<path d="M13.2 4.1v10.3a4.4 4.4 0 0 0 4.4 4.4h10.3A12.6 12.6 0 1 1 13.2 4.1Z"/></g>\
<g font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="{letters}"\
 text-anchor="middle"><text x="{name_at}" y="14" textLength="{name_width}"\
 lengthAdjust="spacingAndGlyphs">{name}</text>\
<text x="{count_at}" y="14" textLength="{count_width}"\
 lengthAdjust="spacingAndGlyphs">{count}</text></g></g></svg>
"""


@require_safe
@replica.public
def badge(request: HttpRequest, name: str) -> HttpResponse:
    response = everybody.cached(request, lambda: _badge(name))
    return everybody.answer(request, response, LASTS_SECONDS)


def _badge(name: str) -> HttpResponse:
    creator = creator_named(name)
    if creator.suspended_at is not None:
        raise Http404
    drawn = draw(creator.name, made.by(creator).flattrs)
    return HttpResponse(drawn, content_type="image/svg+xml")


def draw(name: str, flattrs: int) -> str:
    """The SVG of a badge: 20 pixels high, as wide as the name and the number need.

    >>> 'aria-label="&lt;b&gt; · Flattr · 1,180"' in draw("<b>", 1180)
    True
    """
    name, count = cut(NOT_XML.sub("", name), LONGEST_NAME), f"{flattrs:,}"
    name_width, count_width = width_of(name), width_of(count)
    # The mark and its margins; the name; its margin; the number between two.
    left = 26 + name_width + 7
    width = left + 7 + count_width + 10
    return DRAWING.format(
        width=width,
        left=left - 10,
        label=escape(f"{name} · Flattr · {count}"),
        letters=LETTERS,
        name=escape(name),
        name_at=26 + name_width / 2,
        name_width=name_width,
        count=count,
        count_at=left + 7 + count_width / 2,
        count_width=count_width,
    )


def cut(text: str, most: int) -> str:
    """`text` in at most so many pixels, with an ellipsis where something is cut off.

    >>> cut("Anna", 100), cut("Anna Maria", 40)
    ('Anna', 'Anna…')
    """
    if width_of(text) <= most:
        return text
    while text and width_of(f"{text}…") > most:
        text = text[:-1]
    return f"{text.rstrip()}…"


def width_of(text: str) -> int:
    """How wide a text is about, in pixels: the badge then draws it exactly so wide.

    >>> width_of("iii") < width_of("nnn") < width_of("李小龍"), width_of("")
    (True, 1)
    """
    return max(1, round(sum(map(_width_of_letter, text)) * LETTERS))


def _width_of_letter(letter: str) -> float:
    if (kind := unicodedata.category(letter)) in {"Mn", "Me", "Cf"}:
        return 0.0
    if kind == "Mc":
        return 0.3
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.05
    if letter in NARROW:
        return 0.4
    if letter in WIDE:
        return 0.95
    return 0.72 if letter.isupper() else 0.62

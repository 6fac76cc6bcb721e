"""Letters of all scripts in a drawn picture: what draws them, how wide they are, and
where a line is cut.

Two small fonts beside this module draw Latin, Greek and Cyrillic on every machine. Other
letters are drawn where the machine has a font for them, Noto's first, which are called
as the scripts are in Unicode.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path

import resvg_py
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from PIL import Image

from flattr.web.visible import visible

FONTS = [
    str(Path(__file__).parent / "fonts" / name)
    for name in ("NotoSerif-Bold.ttf", "NotoSans-Regular.ttf")
]
SERIF = "Card Serif"
SANS = "Card Sans"

OURS = {"LATIN", "GREEK", "CYRILLIC"}
HAN = {"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO"}
EMOJI = "Noto Color Emoji"
FIRST_EMOJI = "\U0001f000"
# No font has it: where a letter looks the same, no font has that either.
NOBODYS = "\U0010fffd"

# Marks of direction around a text that is read from the right.
FROM_THE_RIGHT = "\u2067{}\u2069"

# Letters are tried out at these sizes, in pixels; widths are then known in ems.
TRIAL = 16
ROW = 32
CELL = 32


def draw(svg: str) -> bytes:
    """The PNG of a drawing."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=FONTS))


def drawable(text: str) -> str:
    """`text` in one line as it can be drawn here: without symbols that no font here has,
    and empty if that is so of one of its letters."""
    text = visible("".join(letter for letter in text if _is_assigned(letter)))
    missing = _missing(text)
    if any(unicodedata.category(letter)[0] in "LMN" for letter in missing):
        return ""
    return visible("".join(letter for letter in text if letter not in missing))


def markup(text: str) -> SafeString:
    """A line for an SVG's `text`: each script in its font, and read from its own side."""
    return format_html_join("", "{}", ((_span(*run),) for run in _runs(_aimed(text))))


def _is_assigned(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cn", "Co", "Cs"}


def _aimed(text: str) -> str:
    """With marks of direction, if its first letter that has a direction is read from the
    right."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in {"R", "AL"}:
            return FROM_THE_RIGHT.format(text)
        if direction == "L":
            break
    return text


def _runs(text: str) -> list[tuple[str, str]]:
    """Parts of a text with the font that each asks for, empty for ours. What belongs to
    no script goes with what is in front of it."""
    han = _han(text)
    asked: list[tuple[str, str]] = []
    for letter in text:
        family = _font_of(letter, han)
        if family is None:
            family = asked[-1][0] if asked and asked[-1][0] != EMOJI else ""
        asked.append((family, letter))
    return [
        (family, "".join(letter for _family, letter in run))
        for family, run in groupby(asked, key=lambda part: part[0])
    ]


def _font_of(letter: str, han: str) -> str | None:
    category = unicodedata.category(letter)
    if category == "So" and letter >= FIRST_EMOJI:
        return EMOJI
    if category[0] != "L":
        return None
    script = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    if script in OURS:
        return ""
    if script in HAN:
        return han
    return "Noto Sans CJK KR" if script == "HANGUL" else f"Noto Sans {script.title()}"


def _han(text: str) -> str:
    """Chinese signs are drawn as Japanese or Korean ones where their letters stand with
    them."""
    names = {unicodedata.name(letter, "").split(" ")[0] for letter in text}
    if names & {"HIRAGANA", "KATAKANA"}:
        return "Noto Sans CJK JP"
    return "Noto Sans CJK KR" if "HANGUL" in names else "Noto Sans CJK SC"


def _span(family: str, text: str) -> SafeString:
    if not family:
        return format_html("{}", text)
    return format_html(
        "<tspan font-family=\"'{}', '{}'\">{}</tspan>", family, SERIF, text
    )


def widths_of(lines: Sequence[str], family: str) -> list[float]:
    """How wide each line is, in ems: drawn once, one below the other."""
    longest = max(map(len, lines), default=0)
    rows = format_html_join(
        "",
        '<text x="4" y="{}">{}</text>',
        ((ROW * row + 22, markup(line)) for row, line in enumerate(lines)),
    )
    size = (int(longest * TRIAL * 1.3) + 8, ROW * len(lines))
    drawn = _tried(rows, family, size)
    boxes = [
        drawn.crop((0, ROW * row, size[0], ROW * (row + 1))).getbbox()
        for row in range(len(lines))
    ]
    return [(box[2] - 4) / TRIAL if box else 0.0 for box in boxes]


def _missing(text: str) -> set[str]:
    """Letters that no font here has: they look as a letter that no font has."""
    letters = sorted({letter for letter in text if not letter.isascii()})
    if not letters:
        return set()
    han = _han(text)
    fonts = {letter: _font_of(letter, han) or "" for letter in letters}
    tried = [*letters, *(NOBODYS for _font in sorted(set(fonts.values())))]
    asked = [*fonts.values(), *sorted(set(fonts.values()))]
    cells = format_html_join(
        "",
        '<text x="6" y="{}">{}</text>',
        (
            (CELL * row + 22, _span(font, letter))
            for row, (font, letter) in enumerate(zip(asked, tried, strict=True))
        ),
    )
    drawn = _tried(cells, SERIF, (CELL, CELL * len(tried)))
    looks = [_row(drawn, row) for row in range(len(tried))]
    nobodys = dict(zip(asked[len(letters) :], looks[len(letters) :], strict=True))
    return {
        letter
        for letter, look in zip(letters, looks, strict=False)
        if look == nobodys[fonts[letter]]
    }


def _row(drawn: Image.Image, row: int) -> bytes:
    return drawn.crop((0, CELL * row, CELL, CELL * (row + 1))).tobytes()


def _tried(texts: SafeString, family: str, size: tuple[int, int]) -> Image.Image:
    """Where ink is, on a sheet of `size` pixels."""
    svg = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"'
        ' font-family="{}" font-weight="{}" font-size="{}">{}</svg>',
        *size,
        family,
        WEIGHTS[family],
        TRIAL,
        texts,
    )
    return Image.open(BytesIO(draw(svg))).convert("RGBA").getchannel("A")


WEIGHTS = {SERIF: 700, SANS: 400}

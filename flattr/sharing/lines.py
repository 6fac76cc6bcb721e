"""Where a line on a drawn picture is cut, and how wide words are."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flattr.sharing.lettering import widths_of

LONGEST_WORD = 14


@dataclass(frozen=True, slots=True)
class Lines:
    """A text as it is set: the size of its letters in pixels, and its lines."""

    size: int
    lines: list[str]


def fit(text: str, family: str, room: int, sizes: Sequence[int], most: int) -> Lines:
    """At the first of `sizes` at which `text` fits into `most` lines of `room` pixels;
    at the last size its end is cut."""
    widths = Widths(text, family)
    for size in sizes:
        cuts = widths.cuts(room / size, most)
        if len(cuts) <= most:
            break
    lines = [text[begin:end].strip() for begin, end in cuts[:most]]
    if len(cuts) > most:
        begin = cuts[most - 1][0]
        end = widths.reach(begin, room / size - widths.DOTS)
        lines[-1] = text[begin:end].rstrip(" ,.;:-–—") + "…"
    return Lines(size, [line for line in lines if line])


class Widths:
    """How far each beginning of a text reaches, in ems of a font."""

    # Of a blank, of what stands free around letters, and of three dots.
    BLANK, FREE, DOTS = 0.26, 0.06, 1.0

    def __init__(self, text: str, family: str) -> None:
        self.text = text
        parts = _parts(text)
        widths = widths_of(parts, family)
        self.reaches: dict[int, float] = {0: 0.0}
        end, reach = 0, 0.0
        for part, width in zip(parts, widths, strict=True):
            end += len(part)
            reach += width + self.FREE + self.BLANK * part.count(" ")
            self.reaches[end] = reach

    def reach(self, begin: int, room: float) -> int:
        """The last place up to which the text from `begin` on fits into `room` ems, one
        part of it at least."""
        ends = [end for end in self.reaches if end > begin]
        # The blank at a line's end needs no room.
        fitting = [
            end
            for end in ends
            if self.reaches[end] - self.reaches[begin]
            <= room + self.BLANK * self.text[:end].endswith(" ")
        ]
        return max(fitting, default=ends[0])

    def cuts(self, room: float, most: int) -> list[tuple[int, int]]:
        """Where lines of `room` ems begin and end, one more than `most` if the text is
        longer. They end with a word where one fits."""
        found: list[tuple[int, int]] = []
        begin = 0
        while begin < len(self.text) and len(found) <= most:
            end = self.reach(begin, room)
            words = [
                at for at in range(begin + 1, end + 1) if _ends_word(self.text, at)
            ]
            end = max(words, default=end)
            found.append((begin, end))
            begin = end
        return found


def _parts(text: str) -> list[str]:
    """Words with the blank behind them, and the letters of words that are too long."""
    places = [at for at in range(1, len(text)) if _ends_word(text, at)]
    words = [text[a:b] for a, b in pairwise([0, *places, len(text)])]
    return [
        part
        for word in words
        for part in ([word] if len(word) <= LONGEST_WORD else _letters(word))
    ]


def _letters(word: str) -> list[str]:
    """Each with what belongs to it."""
    places = [at for at in range(1, len(word)) if not _joins(word[at])]
    return [word[a:b] for a, b in pairwise([0, *places, len(word)])]


def _ends_word(text: str, at: int) -> bool:
    """Whether a line may end before `text[at]`: behind a blank, and between signs of
    which each is a word."""
    if at == len(text) or text[at - 1] == " ":
        return True
    return text[at] != " " and _is_wide(text[at - 1]) and _is_wide(text[at])


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) == "W"


def _joins(letter: str) -> bool:
    return (
        unicodedata.category(letter)[0] == "M" or "\U0001f3fb" <= letter <= "\U0001f3ff"
    )

"""Names as they are shown: without characters that are invisible or that reverse a line,
so that nobody can look like somebody else.

`flattr_visible` in the database says the same.
"""

from __future__ import annotations

import re

BLANK = re.compile(
    "[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
)
# Controls, marks of direction, joiners, fillers, variation selectors and tags.
INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)


def visible(given: str) -> str:
    """A name in one line, without invisible characters.

    >>> visible("\\u202egro.live  Anna\\u200b\\tB\\0")
    'gro.live Anna B'
    """
    seen = INVISIBLE.sub("", BLANK.sub(" ", given))
    return BLANK.sub(" ", seen).strip(" ")

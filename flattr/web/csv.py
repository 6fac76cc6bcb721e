"""Cells of exported tables."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe(text: str) -> str:
    """Text that a spreadsheet does not take for a formula (T33).

    >>> safe("=HYPERLINK(1)"), safe("A song"), safe(" -2+3")
    ("'=HYPERLINK(1)", 'A song', "' -2+3")
    """
    if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA):
        return f"'{text}"
    return text

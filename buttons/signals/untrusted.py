"""JSON that a stranger wrote, and the pieces of it, whatever they turn out to be."""

from __future__ import annotations

import json
import re
from typing import Any

from buttons.signals.kinds import MOST_SIGNALS, Unreadable, address_of

# A host as people write it where only an address is meant, with or without a path.
BARE_HOST = re.compile(r"[^\s/@:?#]+\.[^\s/@:?#]+(?:[/?#]\S*)?")


def json_of(text: str) -> Any:
    """What a JSON text says; `Unreadable` if it says nothing."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable from None


def object_of(text: str) -> dict[str, Any]:
    """As `json_of`, for what has to be an object."""
    found = json_of(text)
    if not isinstance(found, dict):
        raise Unreadable
    return found


def table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def several(value: object) -> list[Any]:
    """One or a list of them, the first `MOST_SIGNALS`."""
    return value[:MOST_SIGNALS] if isinstance(value, list) else [value]


def typed_address(value: object) -> str:
    """A page's address as somebody typed it into a file, perhaps without `https://`;
    normalised, empty where it is none.

    >>> typed_address("anna.example/give"), typed_address("mailto:anna@anna.example")
    ('https://anna.example/give', '')
    """
    typed = words(value)
    return address_of(f"https://{typed}" if BARE_HOST.fullmatch(typed) else typed)

"""FUNDING.yml: where a repository's people can be given something, as GitHub reads it.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/displaying-a-sponsor-button-in-your-repository
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from buttons.signals.kinds import (
    MOST_SIGNALS,
    Kind,
    Signal,
    Unreadable,
    address_of,
    signal,
)
from buttons.signals.untrusted import several, typed_address, words

# Where GitHub looks for it in a repository, in its order.
PLACES = (".github/FUNDING.yml", "FUNDING.yml", "docs/FUNDING.yml")

# Where GitHub links to for each key. The two last are no longer in its documentation,
# and in many files.
PAGES = {
    "github": "https://github.com/",
    "patreon": "https://patreon.com/",
    "open_collective": "https://opencollective.com/",
    "ko_fi": "https://ko-fi.com/",
    "tidelift": "https://tidelift.com/funding/github/",
    "community_bridge": "https://funding.communitybridge.org/projects/",
    "liberapay": "https://liberapay.com/",
    "issuehunt": "https://issuehunt.io/r/",
    "polar": "https://polar.sh/",
    "buy_me_a_coffee": "https://buymeacoffee.com/",
    "thanks_dev": "https://thanks.dev/",
    "lfx_crowdfunding": "https://crowdfunding.lfx.linuxfoundation.org/projects/",
    "otechie": "https://otechie.com/",
}
# Of one name; some are of two or three, parted by a slash.
NAMES = {
    "tidelift": re.compile(r"[\w-]+/@?[\w.-]+(?:/[\w.-]+)?", re.ASCII),
    "issuehunt": re.compile(r"[\w.-]+(?:/[\w.-]+)?", re.ASCII),
    "thanks_dev": re.compile(r"(?:[ud]/[\w-]+/)?[\w.-]+", re.ASCII),
}
NAME = re.compile(r"[\w.-]+", re.ASCII)
NOTHING = {"", "~", "null", "Null", "NULL"}
# Real ones have a tenth of it; YAML is slow to read, brackets in brackets above all.
LONGEST = 10_000
MOST_BRACKETS = 100


def of_text(text: str) -> list[Signal]:
    """What a FUNDING.yml says; `Unreadable` if it is none."""
    found: dict[Signal, None] = {}
    for key, value in _parsed(text).items():
        for one in several(value):
            said = _said(key, words(one))
            if said is not None:
                found[said] = None
    return [*found][:MOST_SIGNALS]


def _said(key: object, value: str) -> Signal | None:
    if value in NOTHING:
        return None
    if key == "custom":
        address = typed_address(value)
        return signal(Kind.FUNDING_YML, address=address) if address else None
    if key not in PAGES or not NAMES.get(str(key), NAME).fullmatch(value):
        return None
    address = address_of(f"{PAGES[str(key)]}{value}")
    return signal(Kind.FUNDING_YML, name=value, address=address)


def _parsed(text: str) -> dict[Any, Any]:
    """All values as they were written: a name of digits is no number, and nothing is
    made of tags, dates and merged keys."""
    if len(text) > LONGEST or text.count("[") + text.count("{") > MOST_BRACKETS:
        raise Unreadable
    try:
        found = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (makes texts only)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    return found

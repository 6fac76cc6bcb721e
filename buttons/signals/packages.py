"""package.json: where a package of npm's asks for funding, and who made it.

https://docs.npmjs.com/cli/configuring-npm/package-json
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from buttons.signals.kinds import MOST_SIGNALS, Kind, Signal, address_of, signal
from buttons.signals.untrusted import object_of, several, words

# "Anna Berg <anna@anna.example> (https://anna.example)": mail addresses are not ours
# to show.
BEHIND_NAME = re.compile(r"[<(]")
PAGE = re.compile(r"\(([^()]*)\)")
ROLES = {"author": "author", "maintainers": "maintainer"}


def of_package_json(text: str) -> list[Signal]:
    """What a package.json says; `Unreadable` if it is none."""
    package = object_of(text)
    found = [
        signal(Kind.PACKAGE, address=address)
        for address in funding_of(package.get("funding"))
        if address
    ]
    for key, role in ROLES.items():
        found += [_person(person, role) for person in several(package.get(key))]
    return [*dict.fromkeys(one for one in found if one)][:MOST_SIGNALS]


def funding_of(funding: object) -> Iterator[str]:
    """The pages of a package's `funding`: an address, an object with one, or a list of
    both."""
    for one in several(funding):
        yield address_of(words(one.get("url") if isinstance(one, dict) else one))


def _person(person: object, role: str) -> Signal | None:
    if isinstance(person, dict):
        name, page = words(person.get("name")), words(person.get("url"))
    else:
        name = BEHIND_NAME.split(words(person), maxsplit=1)[0]
        found = PAGE.search(words(person))
        page = found[1] if found else ""
    name = "" if "@" in name else name
    address = address_of(page)
    return signal(Kind.PACKAGE, name=name, address=address, role=role)

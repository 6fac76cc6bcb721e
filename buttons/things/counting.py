"""The public count: how often pages were flattred, read from a counter."""

from __future__ import annotations

from collections.abc import Iterable

from buttons.models import Thing
from buttons.things.addresses import BadAddress, normalise


def counts(asked: Iterable[str]) -> dict[str, int]:
    """The public counts by address as asked for: one query, of a counter. An address
    that cannot be read is left out."""
    addresses: dict[str, str] = {}
    for text in asked:
        try:
            addresses[text] = normalise(text)
        except BadAddress:
            continue
    things = Thing.objects.filter(url__in=set(addresses.values()))
    found = dict(things.values_list("url", "flattrs")) if addresses else {}
    return {text: found.get(address, 0) for text, address in addresses.items()}

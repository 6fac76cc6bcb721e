"""Pasting: an address or a list of them becomes a list of somebody's own, which a
worker reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.signing_in import attempts
from accounts.signing_in.attempts import HOUR, Limit
from buttons.anywhere import reading_queue
from buttons.anywhere.found_there import Found, entries_of
from buttons.models import (
    Pasted,
    PastedAddress,
    PastedQuerySet,
    Reading,
    Seen,
)
from buttons.signals.listings import MOST_ENTRIES, Entry
from buttons.things import submitting
from flattr.database import clock
from flattr.web.refusals import Refusal

KEPT = timedelta(days=7)
LISTS_AN_HOUR = 20
ADDRESSES_A_DAY = 1_000
DAY = 24 * HOUR
OF_PERSON = Limit(burst=LISTS_AN_HOUR, every=HOUR + 1)
ADDRESSES = Limit(burst=ADDRESSES_A_DAY, every=DAY + 1, within=DAY)


class PastedTooOften(Refusal):
    code = "pasted_too_often"
    status = 429


@transaction.atomic
def paste(
    person: User, title: str, entries: Sequence[Entry], left_out: int = 0
) -> Pasted:
    """Store a list of addresses and have them read; refused with `PastedTooOften`.
    `left_out` is how many more there were."""
    taken = entries[:MOST_ENTRIES]
    _count(person, len(taken))
    pasted = Pasted.objects.create(
        person=person,
        title=submitting.line(title, submitting.LONGEST_TITLE),
        left_out=left_out + len(entries) - len(taken),
        asked_at=clock.now(),
    )
    for reading in _add(pasted, taken):
        if reading.is_read and reading.outcome == Seen.LIST:
            _add_found(pasted, reading, reading.found)
    if Pasted.objects.untold().filter(pk=pasted.pk).exists():
        Pasted.objects.filter(pk=pasted.pk).update(told_at=pasted.asked_at)
    transaction.on_commit(reading_queue.wake)
    return pasted


def _count(person: User, number: int) -> None:
    try:
        attempts.count({f"pasted:{person.pk}": OF_PERSON})
    except attempts.TooMany as many:
        raise PastedTooOften(
            gettext(
                "You can paste %(number)d lists an hour. Please try again later;"
                " those you have pasted are below."
            )
            % {"number": LISTS_AN_HOUR}
        ) from many
    if attempts.count_up_to(_addresses_of(person), ADDRESSES, number) < number:
        raise PastedTooOften(
            gettext(
                "You can have %(number)d addresses looked at in a day, and these are"
                " more than are left today."
            )
            % {"number": ADDRESSES_A_DAY}
        )


def _addresses_of(person: User) -> str:
    return f"pasted:addresses:{person.pk}"


def add_entries_of(reading: Reading, found: Found) -> None:
    """Add what a list at an address holds to every list in which that address stands,
    but for lists in which it came from a list itself."""
    if found.seen != Seen.LIST:
        return
    lists = Pasted.objects.filter(addresses__reading=reading, addresses__inside=False)
    locked = lists.select_related("person").select_for_update(of=("self",))
    for pasted in locked.order_by("pk"):
        _add_found(pasted, reading, found.stored())


def _add_found(pasted: Pasted, reading: Reading, found: Mapping[str, Any]) -> None:
    """Add what a list at an address holds, as far as there is room today. A list of
    nothing else is called as that one is."""
    there = set(pasted.addresses.values_list("reading__url", flat=True))
    new = [entry for entry in entries_of(found) if entry.url not in there]
    room = min(len(new), MOST_ENTRIES - len(there))
    room = attempts.count_up_to(_addresses_of(pasted.person), ADDRESSES, room)
    _add(pasted, new[:room], begins=len(there), inside=True)
    pasted.left_out += found.get("left_out", 0) + len(new) - room
    if found["title"] and pasted.title == submitting.title_of(reading.url):
        pasted.title = found["title"]
    pasted.save(update_fields=["left_out", "title"])


def _add(
    pasted: Pasted, entries: Sequence[Entry], begins: int = 0, *, inside: bool = False
) -> list[Reading]:
    readings = reading_queue.want(entry.url for entry in entries)
    PastedAddress.objects.bulk_create(
        PastedAddress(
            pasted=pasted,
            reading=readings[entry.url],
            place=place,
            title=submitting.line(entry.title, submitting.LONGEST_TITLE),
            inside=inside,
        )
        for place, entry in enumerate(entries, begins)
    )
    return list(readings.values())


@dataclass(frozen=True, slots=True)
class Line:
    """A list among others of somebody's; `waits` of its `number` addresses were not
    looked at yet."""

    pk: int
    title: str
    number: int
    waits: int

    @property
    def progress(self) -> str:
        if self.waits:
            values = {"done": self.number - self.waits, "number": self.number}
            return gettext("%(done)d of %(number)d looked at") % values
        said = ngettext("%(number)d address", "%(number)d addresses", self.number)
        return said % {"number": self.number}


def lists_of(person: User) -> list[Line]:
    """Somebody's lists, the newest first: one query."""
    waits = Count("addresses", filter=Q(addresses__reading__due_at__isnull=False))
    lists = Pasted.objects.filter(person=person).order_by("-pk")
    counted = lists.annotate(number=Count("addresses"), waits=waits)
    return [Line(*row) for row in counted.values_list("pk", "title", "number", "waits")]


@transaction.atomic
def forget(lists: PastedQuerySet) -> int:
    """Forget lists at once, and what was read for nobody else; how many lists."""
    of_them = PastedAddress.objects.filter(pasted__in=lists)
    readings = list(of_them.values_list("reading_id", flat=True))
    gone = lists.delete()[1].get("buttons.Pasted", 0)
    reading_queue.forget_unwanted(Reading.objects.filter(pk__in=readings))
    return gone


def prune() -> int:
    """Forget lists after a week, and what was read for nobody's; how many lists."""
    gone = forget(Pasted.objects.filter(asked_at__lt=clock.now() - KEPT))
    reading_queue.prune()
    return gone

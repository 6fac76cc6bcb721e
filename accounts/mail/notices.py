"""Notices: what happened, on top of a person's pages until they put it away.

A notice is written by `outbox`, in the transaction of what it is about. Its sentence is
made when it is read, by a function in the `letters.py` of the room that it is about,
which stands in `NOTICES` of its app's `letters.py` under the kind of the mail. States
that last, such as a payment that fails, are shown by the pages themselves while they
last, and are no notices.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Q

from accounts.mail import letter
from accounts.models import Notice, User
from flattr.database import clock

MOST = 5
# How long one that was put away is kept, and one that was not.
PUT_AWAY_KEPT = timedelta(days=60)
KEPT = timedelta(days=183)
# What a notice may be about. A later one about the same puts the earlier ones away.
ABOUT = ("payout", "dispute", "report", "gifts_of")
# Whose name or title is in it: it goes when they go.
NAMES = ("creator", "thing")


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says, and the page to which it leads, if any."""

    text: str
    is_good: bool = False
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice on a page."""

    pk: int
    at: datetime
    words: Words

    @property
    def tone(self) -> str:
        return "good" if self.words.is_good else ""


Write = Callable[..., Words | None]


@cache
def kinds() -> dict[str, Write]:
    """What the notices of every kind say, of all apps."""
    return letter.collected("NOTICES")


def said(kind: str, facts: Mapping[str, Any]) -> Words | None:
    """What a notice says; None where it says nothing, or its kind has none any more."""
    write = kinds().get(kind)
    if write is None:
        return None
    named = inspect.signature(write).parameters
    return write(**{name: fact for name, fact in facts.items() if name in named})


def store(kind: str, events: Iterable[tuple[str, User, Mapping[str, Any]]]) -> None:
    """Store a notice for each event that has something to say: its key, person and
    facts, as the mail has them. Again with the same key does nothing."""
    if kind not in kinds():
        return
    now = clock.now()
    told = []
    for key, person, facts in events:
        kept = _kept(kind, facts)
        _put_earlier_away(key, person, kept, now)
        if said(kind, kept) is not None:
            told.append(
                Notice(kind=kind, key=key, person=person, facts=kept, happened_at=now)
            )
    Notice.objects.bulk_create(told, batch_size=1_000, ignore_conflicts=True)


def _kept(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of which a notice is made. Of many things the first is named, and the
    others are counted."""
    counted = dict(facts)
    if "more" in facts:
        counted["number"] = 1 + len(facts["more"])
    elif "things" in facts:
        counted["title"] = next(iter(facts["things"]), "")
        counted["number"] = len(facts["things"])
    named = {*inspect.signature(kinds()[kind]).parameters, *ABOUT, *NAMES}
    return {name: fact for name, fact in counted.items() if name in named}


def _put_earlier_away(
    key: str, person: User, facts: Mapping[str, Any], now: datetime
) -> None:
    for name in ABOUT:
        if facts.get(name):
            earlier = Notice.objects.filter(
                person=person, put_away_at=None, **{f"facts__{name}": facts[name]}
            )
            earlier.exclude(key=key).update(put_away_at=now)


def count_one_more(key: str) -> None:
    """The mail of that key is now about one thing more, and so is its notice, which is
    shown again."""
    notice = Notice.objects.select_for_update().filter(key=key).first()
    if notice is not None:
        notice.facts["number"] += 1
        notice.put_away_at = None
        notice.save(update_fields=["facts", "put_away_at"])


def newest(person: User) -> list[Shown]:
    """What a person's pages show on top, the newest first: one query."""
    shown = Notice.objects.filter(person=person, put_away_at=None)
    return [
        Shown(notice.pk, notice.happened_at, words)
        for notice in shown.order_by("-happened_at", "-id")[:MOST]
        if (words := said(notice.kind, notice.facts)) is not None
    ]


def put_away(person: User, pk: int) -> None:
    """Show it no more. Again, or of somebody else's, is a no-op."""
    theirs = Notice.objects.filter(pk=pk, person=person, put_away_at=None)
    theirs.update(put_away_at=clock.now())


def forget_about(person: User, things: Iterable[int]) -> None:
    """Delete others' notices that name somebody who leaves, or things of theirs."""
    Notice.objects.filter(
        Q(facts__creator=person.pk) | Q(facts__thing__in=list(things))
    ).delete()


def prune() -> None:
    """Delete what was put away two months ago, and what nobody put away in half a year."""
    now = clock.now()
    Notice.objects.filter(
        Q(put_away_at__lt=now - PUT_AWAY_KEPT) | Q(happened_at__lt=now - KEPT)
    ).delete()

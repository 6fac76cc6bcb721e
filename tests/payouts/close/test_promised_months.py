"""Random months of promises, proofs, takeovers, losses, refusals and lapses.

Three independent seeds of nine months each are compared with the bookkeeper and with a
plain list of what waits: no cent moves before a page is proved, and none twice.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from accounts.models import User
from buttons.clicks import promising
from buttons.clicks.flattring import (
    AuthorRefused,
    FlattrOnce,
    FlattrOwner,
    flattr_thing,
)
from buttons.models import Look, Promise, Thing
from buttons.proofs import refusing, settling
from buttons.proofs.settling import Finding
from flattr import months
from flattr.database import clock
from payouts.close import closing
from payouts.ledger import checks
from tests.world.bookkeeper import Bookkeeper
from tests.world.crowd import agree
from tests.world.people import open_budget, pay_in, person, thing_of, travel

CREATORS, THINGS, READERS, MONTHS = 60, 60, 4, 9
OLD_A_MONTH, LAPSE_AFTER = 25, 6


class Waiting:
    """What waits for whom, told by what people did; knows nothing of the platform."""

    def __init__(self, books: Bookkeeper) -> None:
        self.books = books
        self.owner: dict[int, int | None] = {}
        self.refused: set[int] = set()
        self.promised: list[tuple[int, int, int]] = []  # reader, thing, month

    def click(self, reader: int, thing: int, period: int) -> str:
        owner = self.owner[thing]
        if owner is None and thing in self.refused:
            return "refused"
        if owner == reader:
            return "own"
        clicked = {t for _, t in self.books.clicks[period][reader]}
        waits = owner is None and (reader, thing, period) in self.promised
        if thing in clicked or waits:
            return "once"
        if owner is None:
            self.promised.append((reader, thing, period))
            return "promised"
        self.books.clicks_on(reader, thing, owner, period)
        return "flattred"

    def refuse(self, thing: int) -> None:
        self.refused.add(thing)
        if self.owner[thing] is None:
            self.promised = [one for one in self.promised if one[1] != thing]

    def keep(self, period: int) -> None:
        """Promises whose page is proved become flattrs, the oldest first."""
        crowd: dict[int, set[int]] = {}
        for reader, thing in dict.fromkeys(one[:2] for one in self.promised):
            owner = self.owner[thing]
            if owner is None:
                continue
            waited = [one for one in self.promised if one[:2] == (reader, thing)]
            clicked = {t for _, t in self.books.clicks[period][reader]}
            theirs = crowd.setdefault(reader, set())
            # What was promised again in this month is wanted in this month.
            old = max(month for _, _, month in waited) < period and owner != reader
            if old and owner not in theirs and len(theirs) >= OLD_A_MONTH:
                continue
            if owner != reader and thing not in clicked:
                self.books.clicks_on(reader, thing, owner, period)
                if old:
                    theirs.add(owner)
            self.promised = [one for one in self.promised if one not in waited]

    def lapse(self, period: int) -> None:
        oldest = months.shifted(period, -LAPSE_AFTER)
        self.promised = [one for one in self.promised if one[2] >= oldest]


REFUSALS = {FlattrOnce: "once", FlattrOwner: "own", AuthorRefused: "refused"}


def click(reader: User, thing: Thing) -> str:
    try:
        made = flattr_thing(reader, thing)
    except tuple(REFUSALS) as refusal:
        return REFUSALS[type(refusal)]
    return "promised" if isinstance(made, Promise) else "flattred"


def find(thing: Thing, owner: User | None) -> None:
    """A look at the page: it names `owner`, or nobody any more."""
    Look.objects.soon(thing, clock.now())
    kind = "meta" if owner else ""
    settling.settle(Look.objects.get(thing=thing), Finding(owner, kind, "as seen"))


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.all) for seed in (2, 3))]
)
def test_no_cent_moves_before_a_page_is_proved_and_none_twice(
    own_database: str, seed: int
) -> None:
    """Random months of promises agree with an independent model (T18, T19, S1, S12)."""
    chance = random.Random(seed)
    books = Bookkeeper()
    model = Waiting(books)
    readers = [person(f"reader{n}") for n in range(READERS)]
    # Readers make things too, so that a page may turn out to be a reader's own.
    creators = [person(f"creator{n}") for n in range(CREATORS)] + readers[:1]
    things = [thing_of(None, f"post-{n}", proved=False) for n in range(THINGS)]
    model.owner = dict.fromkeys((thing.pk for thing in things), None)
    for reader in readers:
        pay_and_choose(reader, books)

    for month in range(MONTHS):
        period = clock.period()
        # On the first of a month all promises of a month are on the same side of six.
        travel(months.start(period) + timedelta(hours=3))
        promising.lapse_promises()
        model.lapse(period)
        travel(months.start(period) + timedelta(days=9 + chance.randrange(9)))
        for reader in readers:
            for thing in chance.sample(things, 12 if month else THINGS):
                told = model.click(reader.pk, thing.pk, period)
                assert click(reader, thing) == told, (seed, period)
        # In the fourth month many authors come at once, so that the limit is felt.
        for thing in chance.sample(things, THINGS - 5 if month == 3 else 4):
            owner = chance.choice([*creators, None] if month > 3 else creators)
            find(thing, owner)
            model.owner[thing.pk] = owner.pk if owner else None
        for thing in chance.sample(things, 1):
            refusing.refuse(thing.url, "by the page")
            model.refuse(thing.pk)
        promising.keep_promises()
        model.keep(period)
        assert waiting_here() == sorted(model.promised), (seed, period)
        travel(months.end(period) + timedelta(hours=3))
        closing.close_month(period)
        books.closes(period)
        agree(books)
        assert checks.digest(period) == books.digest(period)


def pay_and_choose(reader: User, books: Bookkeeper) -> None:
    """Over-funded, or the floor of the account would hide a flattr paid twice."""
    open_budget(reader, 1_000, paid=0)
    books.gives_monthly(reader.pk, 1_000, clock.period())
    paid_in(reader, 50_000, books)


def paid_in(reader: User, amount: int, books: Bookkeeper) -> None:
    posted = pay_in(reader, amount)
    books.pays_in(reader.pk, amount, posted.period, posted.reference)


def waiting_here() -> list[tuple[int, int, int]]:
    return sorted(Promise.objects.values_list("reader_id", "thing_id", "period"))

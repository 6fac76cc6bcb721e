"""What the platform did, in the order in which it did it: read from its tables and told
to the model, which says of each thing whether it had to be so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from payouts.ledger import checks
from tests.hostile.simulation.lines import Amounts, preceding, shown
from tests.hostile.simulation.model import COULD_NOT, Model
from tests.world.crowd import accounts
from tests.world.people import execute

POSTED = """
    SELECT t.id, t.reference, t.posted_at, t.period,
           array_agg(a.kind ORDER BY e.id), array_agg(a.owner_id ORDER BY e.id),
           array_agg(e.amount ORDER BY e.id)
    FROM ledger_transaction t
    JOIN ledger_entry e ON e.book = t.book AND e.transaction_id = t.id
    JOIN ledger_account a ON a.id = e.account_id
    WHERE t.book = %s AND t.id > %s
    GROUP BY t.book, t.id
"""
CLICKED = """
    SELECT reader_id, thing_id, creator_id, period, received_at FROM flattr
    WHERE period >= %s
"""
PROBLEMS = "SELECT reader_id, closed_at, reason FROM close_problem WHERE period = %s"
Click = tuple[int, int, int]  # reader, creator, thing


def amounts_of(kinds: list[str], owners: list[int | None], sums: list[int]) -> Amounts:
    return {
        (kind, owner): amount
        for kind, owner, amount in zip(kinds, owners, sums, strict=True)
    }


@dataclass
class Journal:
    """Reads on from where it was; every reading is told to the model at once."""

    model: Model
    last: int = 0
    begun: set[int] = field(default_factory=set)
    finished: set[int] = field(default_factory=set)
    # Why a click that nobody made by hand may be there: subscriptions and promises.
    subscribed: set[tuple[int, int]] = field(default_factory=set)
    promised: set[tuple[int, int]] = field(default_factory=set)

    def read(self) -> int:
        """Tell the model all that is new, in order; how much that was."""
        before = set(self.finished)
        news = [*self._postings(), *self._closes(), *self._clicks()]
        for _at, _n, tell in sorted(news, key=lambda one: one[:2]):
            tell()
        for period in self.finished - before:
            # Only now: who was set aside may have been closed since, in book 0.
            assert checks.digest(period) == self.model.digest(period), period
        self._look_at_those_set_aside()
        self._look_at_disputes()
        self.model.explains()
        return len(news)

    # --- the ledger

    def _postings(self) -> list[tuple[datetime, int, Any]]:
        rows = execute(POSTED, 0, self.last)
        self.last = max([self.last, *(row[0] for row in rows)])
        return [
            (
                at,
                number,
                partial(self.model.hears, reference, at, period, amounts_of(*lines)),
            )
            for number, reference, at, period, *lines in rows
        ]

    def _closes(self) -> list[tuple[datetime, int, Any]]:
        news: list[tuple[datetime, int, Any]] = []
        for period, begun_at, closed_at in execute(
            "SELECT period, begun_at, closed_at FROM close"
        ):
            if period not in self.begun:
                self.begun.add(period)
                news.append((begun_at, 0, partial(self._begins, period, begun_at)))
            if closed_at and period not in self.finished:
                self.finished.add(period)
                news.append((closed_at, 0, partial(self._finishes, period, closed_at)))
        return news

    def _begins(self, period: int, at: datetime) -> None:
        self.model.at = at
        must = self.model.begins_close(period)
        found = {
            reader
            for reader, _, reason in execute(PROBLEMS, period)
            if reason != "less in the account than was frozen"
        }
        assert found == must, f"set aside in {period}: {found}, must be {must}"

    def _finishes(self, period: int, at: datetime) -> None:
        self.model.at = at
        must = self.model.finishes_close(period)
        found = {
            reader
            for reader, _, reason in execute(PROBLEMS, period)
            if reason == "less in the account than was frozen"
        }
        assert found == must, f"short in {period}: {found}, must be {must}"
        self._same_close(period)

    def _same_close(self, period: int) -> None:
        """S2 to S5: line by line."""
        for _, reference, _, _, *lines in execute(POSTED, period, 0):
            found = amounts_of(*lines)
            must = self.model.of(reference)
            assert found == must, f"{reference} says {found}, must say {must}"
        begin = f"close:{shown(period)}:"
        late = {line for line in self.model.lines if line[0].startswith(begin)}
        told = execute(
            "SELECT count(*) FROM ledger_transaction WHERE book = %s", period
        )[0][0]
        assert told == len({line[0] for line in late}), f"{period}: a split is missing"

    def _look_at_those_set_aside(self) -> None:
        """Closed with nothing left to split: that posts nothing."""
        for period in self.finished:
            waiting = {
                reader
                for reader, months in self.model.waits.items()
                if period in months
            }
            if not waiting:
                continue
            for reader, closed_at, _ in execute(PROBLEMS, period):
                if reader in waiting and closed_at:
                    self.model.closes_without_posting(period, reader)

    # --- what is not the ledger's

    def _clicks(self) -> list[tuple[datetime, int, Any]]:
        """Flattrs that came of subscriptions and promises."""
        news = []
        for reader, thing, creator, period, at in execute(
            CLICKED, preceding(self.model.running)
        ):
            if (creator, thing) not in self.model.clicks[period][reader]:
                why = {(reader, thing)} & (self.subscribed | self.promised)
                assert why, f"{reader} never flattred {thing} in {period}"
                assert creator != reader, f"{reader} flattred their own {thing}"
                tell = partial(self.model.clicks_on, reader, thing, creator, period)
                news.append((at, 0, tell))
        return news

    def _look_at_disputes(self) -> None:
        """An inquiry opens nothing, and who was only asked about has not disputed; nor
        has anybody whose bank could not make a debit."""
        model = self.model
        rows = execute(
            "SELECT stripe_id, reader_id, closed_at IS NULL"
            " AND NOT starts_with(status, 'warning_'), withdrawn_at IS NOT NULL"
            " FROM dispute WHERE NOT reason = ANY(%s)",
            sorted(COULD_NOT),
        )
        model.disputers |= {who for _, who, is_open, took in rows if is_open or took}
        model.open_disputes = {one: who for one, who, is_open, _ in rows if is_open}

    # --- all of it

    def agrees(self) -> None:
        """Every account, every click, and nobody below zero."""
        found, must = accounts(), self.model.accounts()
        differ = {
            place: (found.get(place, 0), must.get(place, 0))
            for place in found.keys() | must.keys()
            if found.get(place, 0) != must.get(place, 0)
        }
        assert not differ, f"found, must: {differ}"
        self.model.nobody_is_below_zero(must)
        self.model.nobody_has_more_than_matured()
        clicks = {
            (period, reader, creator, thing)
            for reader, thing, creator, period, _ in execute(
                CLICKED, self.model.running
            )
        }
        wanted = {
            (self.model.running, reader, creator, thing)
            for reader, theirs in self.model.clicks[self.model.running].items()
            for creator, thing in theirs
        }
        assert clicks == wanted, (clicks - wanted, wanted - clicks)

    def agrees_in_full(self) -> None:
        """Every line of all books, by digest, and the rows of every close."""
        self.agrees()
        assert checks.digest() == self.model.whole_digest()
        splits = {
            (reader, period): (spent, fee)
            for reader, period, spent, fee in execute(
                "SELECT reader_id, period, spent, fee FROM split"
            )
        }
        must = {
            key: (sum(shares.values()), shares[None])
            for key, shares in self.model.shares.items()
        }
        assert splits == must
        lots = {
            (period, creator, hold, reader): amount - taken
            for period, creator, hold, reader, amount, taken in execute(
                "SELECT period, creator_id, hold, reader_id, amount, taken FROM lot"
                " WHERE gift_id IS NULL"
            )
        }
        assert lots == {key: self.model.held[key].left for key in self.model.counted}
        gifts = execute(
            "SELECT gift_id, hold, amount - taken FROM lot WHERE gift_id > 0"
        )
        assert {(number, hold, left) for number, hold, left in gifts} == {
            (number, self.model.presents[number].hold, slip.lot.left)
            for number, slip in self.model.slips.items()
            if slip.state == "given"
        }

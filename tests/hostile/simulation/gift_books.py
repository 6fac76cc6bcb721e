"""What is given once in the town, beside the budgets. Written from the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.hostile.simulation.deeds import Present
from tests.hostile.simulation.giving import Giving

AN_HOUR = timedelta(hours=1)
MOST_A_MONTH = 10_000
# How long is held what readers give, by what is known of them.
WAITS = {
    "trusted": timedelta(days=7),
    "new": timedelta(days=30),
    "debit": timedelta(days=56),
}


@dataclass
class GivingOnce(Giving):
    # By number, what people gave; and which of it they want back.
    presents: dict[int, Present] = field(default_factory=dict)
    wanted_back: set[int] = field(default_factory=set)
    lost_things: set[int] = field(default_factory=set)
    # Undone for no reason that is known yet, and whose it was.
    unexplained: dict[int, int] = field(default_factory=dict)

    def gift(self, reference: str, rest: str) -> None:
        text, _, way = rest.partition(":")
        number = int(text)
        present = self.presents[number]
        if way == "reserve":
            self._is_reserved(number, present)
        elif way == "void":
            if not any(self._hindrances(number, present)):
                self.unexplained[number] = present.reader
            self.undoes(number, self.running)
        else:
            assert not way, reference
            self._is_given(number, present)

    def _is_reserved(self, number: int, present: Present) -> None:
        reader, amount = present.reader, present.amount
        if not present.is_paid:
            assert self.may_give(reader, amount, self.running), number
        month = [
            slip.amount
            for slip in self.slips.values()
            if slip.reader == reader
            and (slip.state == "reserved" or slip.month == self.running)
        ]
        assert sum(month) + amount <= MOST_A_MONTH, (number, month)
        assert reader not in self.suspended or present.is_paid, number
        _policy, self.fee_percent = self.terms[self.running]
        self.reserves(number, reader, present.creator, amount, self.running)
        present.reserved = self.at

    def _is_given(self, number: int, present: Present) -> None:
        assert not any(self._hindrances(number, present)), number
        assert present.reserved is not None
        if not present.is_paid:
            assert self.at >= present.reserved + AN_HOUR, f"gift {number} too early"
        self.gives_once(number, self.running)
        present.hold = self.held_as(present.reader, self.running)
        present.given = self.at

    def _hindrances(self, number: int, present: Present) -> Iterator[bool]:
        """Why it must come to nothing."""
        people = {present.reader, present.creator}
        yield number in self.wanted_back
        yield bool(people & (self.suspended | self.leavers))
        yield present.thing in self.lost_things

    def goes_back(self, reference: str, reader: int, amount: int, running: int) -> None:
        """What was reserved and is not given for it has its reason."""
        self.unexplained = {
            number: who for number, who in self.unexplained.items() if who != reader
        }
        super().goes_back(reference, reader, amount, running)

    def explains(self) -> None:
        """What is left has its reason in a dispute that moved no money yet."""
        disputing = set(self.open_disputes.values())
        for number, reader in self.unexplained.items():
            assert reader in disputing | self.disputers, f"gift {number} is void"
        self.unexplained = {}

    def gift_is_ready(self, reference: str, number: int) -> None:
        assert self.at >= self._ready(self.presents[number]), f"{reference} too early"
        self.gift_matures(number)

    def _ready(self, present: Present) -> datetime:
        assert present.given is not None
        return present.given + WAITS[present.hold]

    def gifts_overdue(self, now: datetime) -> list[int]:
        """Those that should have been given by now, or ready."""
        found = []
        for number, slip in self.slips.items():
            present = self.presents[number]
            if slip.state == "reserved":
                assert present.reserved is not None
                late = present.reserved + AN_HOUR < now
            else:
                held = slip.state == "given" and slip.lot.left and not slip.lot.over
                late = bool(held) and self._ready(present) < now
            found += [number] if late else []
        return found

    def loses_thing(self, thing: int) -> None:
        self.lost_things.add(thing)
        super().loses_thing(thing)

"""Random lives in which readers give once as well, beside their budgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from flattr.database import clock
from payouts.gifts import handing_over, offering, taking_back
from payouts.models import Payment
from tests.world.card_money import arrive, begin_gift
from tests.world.life import Life
from tests.world.people import travel

TWO_WEEKS = timedelta(days=14)


@dataclass
class GenerousLife(Life):
    # What gifts wait for, and since when.
    waiting: list[tuple[Payment, datetime]] = field(default_factory=list)

    def gives_once(self, reader: User) -> None:
        """From the account if the books say that it is there, else sometimes by a payment;
        some of it is taken back."""
        if reader.pk in self.disputing():
            return
        creator = self.chance.choice(self.things).owner
        assert creator is not None
        amount = self.chance.choice([100, 101, self.chance.randrange(100, 3_000)])
        running = clock.period()
        if self.books.may_give(reader.pk, amount, running):
            gift = offering.give(reader, creator, amount)
            self.books.reserves(gift.pk, reader.pk, creator.pk, amount, running)
            if self.chance.random() < 0.2:
                taking_back.take_back(gift)
                self.books.undoes(gift.pk, running)
            return
        with pytest.raises((offering.NotEnough, offering.GiftsUsedUp)):
            offering.give(reader, creator, amount)
        if offering.offer(reader, creator).largest >= amount:
            payment = begin_gift(reader, creator, amount)
            self.books.expects(payment.gift.pk, reader.pk, creator.pk, amount)
            self.waiting.append((payment, clock.now()))
            if self.chance.random() < 0.5:
                self.gift_is_paid()

    def gift_is_paid(self) -> None:
        """The last payment of those that gifts wait for arrives, for one that came to
        nothing too."""
        payment, since = self.waiting.pop()
        reader, running, number = payment.reader_id, clock.period(), payment.gift.pk
        payment = arrive(payment)
        self.payments.setdefault(reader, []).append(payment)
        self.books.pays_in(reader, payment.amount, running, payment.reference)
        self.books.lines.pop(-2)
        slip = self.books.slips[number]
        if slip.state == "waiting" and clock.now() < since + TWO_WEEKS:
            self.books.reserves(number, reader, slip.creator, slip.amount, running)
            self.due_gifts_move([number])

    def an_hour_passes(self) -> None:
        """What was reserved is the creators', unless its reader disputes meanwhile; what
        is not paid is taken back, or paid at last."""
        travel(clock.now() + timedelta(hours=1))
        handing_over.hand_over()
        self.due_gifts_move(self.books.reserved())
        for payment, since in self.waiting:
            slip = self.books.slips[payment.gift.pk]
            if clock.now() >= since + TWO_WEEKS:
                slip.state = "undone"
            elif self.chance.random() < 0.2:
                taking_back.take_back(payment.gift)
                slip.state = "undone"
        while self.waiting and self.chance.random() < 0.6:
            self.gift_is_paid()

    def due_gifts_move(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            handing_over.hand_over_one(number)
            if self.books.slips[number].reader in self.disputing():
                self.books.undoes(number, clock.period())
            else:
                self.books.gives_once(number, clock.period())

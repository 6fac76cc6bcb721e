"""Days in the town: people act, Stripe tells, the platform ticks, and things go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from local.stripe.wire.chaos import ALL
from local.stripe.wire.errors import Resource
from payouts.events import applying
from payouts.gateway import answers
from payouts.operations import lanes
from tests.hostile.crashing import Crash, Points, end_process
from tests.hostile.simulation import acts, makers, office, one_gift, wallets
from tests.hostile.simulation.lines import following, preceding
from tests.hostile.simulation.order import check_order, check_rest
from tests.hostile.simulation.town import Town

Act = Callable[[Town], object]

ACTS: dict[Act, float] = {
    acts.flattrs: 40,
    acts.flattrs_own_friends: 3,
    acts.undoes: 4,
    acts.signs_up: 4,
    acts.chooses: 7,
    acts.pays: 7,
    acts.comes_back_late: 2,
    wallets.confirms: 4,
    wallets.kept_one_changes: 3,
    wallets.removes_card: 1,
    acts.subscribes: 3,
    acts.unsubscribes: 1,
    acts.leaves: 1,
    acts.stays_after_all: 1,
    acts.gives_up: 1,
    one_gift.gives: 15,
    one_gift.takes_back: 2,
    makers.onboard: 5,
    makers.names_iban: 0.4,
    makers.takes_change_back: 0.4,
    makers.changes_bank: 0.4,
    makers.chooses_stripe: 1,
    makers.ask_for_payout: 4,
    office.reviews: 10,
    office.hold_or_reject: 0.4,
    office.sends_by_hand: 3,
    office.return_by_the_bank: 0.5,
    office.refunds: 2,
    office.suspends: 1,
    office.lifts: 3,
    office.suspends_thing: 1,
    office.closes_those_set_aside: 2,
    office.decides_whose_it_is: 1,
    office.disputes: 2,
    office.returns_debit: 2,
    office.steals: 0.3,
    office.decides_disputes: 4,
    office.sends_refund_back: 1,
    office.refunds_at_stripe: 1,
    office.reverses: 1,
    office.tops_up: 5,
    office.pay_out_to_own_bank: 1,
    office.restricts: 1,
}
# Of these everything that matters is read from rows, so that they may be cut short, or
# happen while the platform ticks.
SEEN_IN_ROWS: list[Act] = [
    acts.pays,
    acts.pays,
    acts.comes_back_late,
    wallets.confirms,
    wallets.removes_card,
    one_gift.gives,
    makers.onboard,
    makers.chooses_stripe,
    makers.ask_for_payout,
    makers.ask_for_payout,
    office.refunds,
    office.refunds_at_stripe,
    office.closes_those_set_aside,
]
EVERY = 10  # days, after which everything must have come to its end
MISHAPS = [mishap for mishap in ALL if mishap != "hang"]
MOST_POINTS = 700


@dataclass
class Days:
    town: Town
    settings: Settings
    monkeypatch: pytest.MonkeyPatch
    outage: int = 0
    first: int = 0  # the month in which the town began

    # --- a day

    def first_day(self) -> None:
        """Some days before a month's end, in a town with its own fee and policy."""
        dice = self.town.dice
        first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=dice.randrange(365))
        self.town.goes_to(first.replace(day=dice.randrange(18, 28), hour=8))
        self.settings.POLICY = dice.choice(["creator", "creator", "thing"])
        self.settings.FEE_PERCENT = dice.choice([0, 0, 10, 30])
        self.settings.PAY_METHODS = ["card", "sepa_debit"]
        self.first = self.town.model.running
        self.town.settles()
        for reader in self.town.readers:
            acts.chooses(self.town, reader)
            acts.pays(self.town, reader)
        for creator in self.town.creators[1:]:
            makers.onboard(self.town, creator)
        self.terms()
        self.town.looks()

    def passes(self) -> None:
        town = self.town
        town.day += 1
        is_calm = town.day % EVERY == 0
        self.outage = 0 if is_calm else max(0, self.outage - 1)
        if not is_calm and not self.outage and town.chance(0.04):
            self.outage = town.dice.randint(1, 5)
            town.says(f"nothing runs for {self.outage} days")
        for moment in self.moments():
            if moment > timezone.now():
                self.goes_to(moment)
            self.part_of_day(calm=is_calm)
        if is_calm:
            self.comes_to_rest()
        check_order(town)

    def moments(self) -> list[datetime]:
        """Some hours of the day after this, and what is near a month's border."""
        dice = self.town.dice
        now = timezone.now()
        day = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
        hours = sorted(dice.sample(range(24), dice.choice([1, 1, 1, 2])))
        found = [day + timedelta(hours=h, minutes=dice.randrange(60)) for h in hours]
        if (day + timedelta(days=1)).day == 1:
            found.append(day + timedelta(hours=23, minutes=59, seconds=50))
        if day.day == 1:
            found.insert(0, day + timedelta(seconds=dice.randrange(1, 59)))
        return found

    def goes_to(self, moment: datetime) -> None:
        town = self.town
        before = town.model.running
        town.goes_to(moment)
        if town.model.running != before:
            self.terms()

    def terms(self) -> None:
        """A close goes by what is set when it begins."""
        month = self.town.model.last_closed or preceding(self.town.model.running)
        for _ in range(24):
            self.town.model.terms[month] = settings.POLICY, settings.FEE_PERCENT
            month = following(month)

    def part_of_day(self, *, calm: bool) -> None:
        town, dice = self.town, self.town.dice
        if not calm and town.chance(0.3):
            town.stripe.chaos(
                *MISHAPS,
                probability=dice.choice([0.05, 0.3, 0.9]),
                method=dice.choice(["POST", "*"]),
                seed=dice.randrange(2**32),
            )
        for _ in range(dice.randint(0, 8)):
            if not calm and town.chance(0.05):
                act = dice.choice(SEEN_IN_ROWS)
                self.crashes(partial(act, town), int(60 ** dice.random()))
            else:
                dice.choices(list(ACTS), list(ACTS.values()))[0](town)
            town.looks()
        # A minute's tick stands for many, and some hours for others.
        if not self.outage and (calm or town.chance(0.6)):
            self.hears(calm=calm)
            self.ticks(calm=calm)
        town.stripe.calm()

    # --- what Stripe tells

    def hears(self, *, calm: bool) -> None:
        """Events come in any order, twice, or not at all."""
        town, dice = self.town, self.town.dice
        told = [
            event
            for event in town.events()
            for _ in range(1 if calm else dice.choices([0, 1, 2], [1, 8, 1])[0])
        ]
        if not calm:
            dice.shuffle(told)
        for event in told:
            self.hear(event)
        if told and town.chance(0.5):
            applying.act()
            town.looks()

    def hear(self, event: Resource) -> None:
        """By the webhook now and then, else as it would keep it."""
        if self.town.chance(0.05):
            assert self.town.stripe.post(Client(), event) == 204
        else:
            applying.store(answers.event(event))

    # --- the platform

    def ticks(self, *, calm: bool) -> None:
        town, dice = self.town, self.town.dice
        ways = ["calm", "crash", "two", "busy"]
        how = "calm" if calm else dice.choices(ways, [12, 4, 1, 2])[0]
        if how == "crash":
            self.crashes(due_now, int(MOST_POINTS ** dice.random()))
        elif how == "two":
            self.at_once(due_now)
        elif how == "busy":
            self.at_once(partial(self.people_act, dice.randint(1, 4)))
        town.looks()
        if how != "crash" or town.chance(0.8):
            self.tick()
            town.looks()

    def tick(self) -> None:
        told = due_now()
        if told:
            self.town.says(f"tick: {'; '.join(told)}")
        assert not any(" failed: " in one for one in told), told

    def crashes(self, deed: Callable[[], object], number: int) -> None:
        """The process ends at one of its points, and another begins."""
        points = Points(number)
        with suppress(Crash):
            try:
                with points.watching(self.monkeypatch):
                    deed()
            except Exception:
                if not points.is_over:
                    raise
        if points.is_over:
            self.town.says(f"a crash at the {number}th point, {points.passed[-1:]}")
            end_process()
            # What a dying process writes is nobody's fault.
            self.town.errors.told.clear()

    def people_act(self, many: int) -> list[str]:
        for _ in range(many):
            self.town.dice.choice(SEEN_IN_ROWS)(self.town)
        return []

    def at_once(self, deed: Callable[[], list[str]]) -> None:
        """A tick, and beside it another, or people."""
        self.town.says("a tick and others at once")
        with ThreadPoolExecutor(1) as pool:
            ticking = pool.submit(alone, due_now)
            told = [*deed(), *ticking.result()]
        self.town.says(f"all: {'; '.join(told)}")
        assert not any(" failed: " in one for one in told), told

    def comes_to_rest(self) -> None:
        """Quiet hours, in which Stripe answers and all of its words arrive."""
        for _ in range(2):
            self.passes_quietly(hours=13)
        # What the last of them asked Stripe for has been heard of, and not acted on; and
        # what a bank sends back moments later has not been heard of.
        self.passes_quietly(minutes=2)
        while told := self.town.events():
            self.passes_quietly(told, minutes=2)
        check_rest(self.town, self.first)

    def passes_quietly(self, told: Sequence[Resource] = (), **delta: float) -> None:
        """That time, then what Stripe told arrives, with what was told before."""
        self.goes_to(timezone.now() + timedelta(**delta))
        for event in (*told, *self.town.events()):
            self.hear(event)
        self.tick()
        self.town.looks()


def due_now() -> list[str]:
    return list(lanes.run_all())


def alone(deed: Callable[[], list[str]]) -> list[str]:
    """In a thread, with a connection of its own."""
    try:
        return deed()
    finally:
        connection.close()

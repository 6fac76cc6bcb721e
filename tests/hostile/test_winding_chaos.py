"""A living town winds down while Stripe misbehaves, until nothing of other people's is
left; the bookkeeper, who knows none of the code, says what everybody must have got."""

from __future__ import annotations

import io
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from accounts.models import User
from buttons.models import Thing
from flattr import months
from flattr.database import clock
from payouts.close import closing
from payouts.earnings import reviewing, states, topping_up
from payouts.events import converging, reconciling
from payouts.gateway import asking
from payouts.leaving import by_hand
from payouts.ledger import checks
from payouts.ledger.models import Transaction
from payouts.models import Close, CloseProblem, Payment, Payout, WindingDown
from payouts.moderation import suspending
from payouts.operations import lanes
from payouts.returns import blocking
from tests.world import ending
from tests.world.cards import pay
from tests.world.earning import add_destination, end_month, onboard
from tests.world.kept_cards import reader_with_card
from tests.world.people import click, person, thing_of, travel
from tests.world.stripes import Simulator
from tests.world.tracer import Tracer

NAME = "pay_everybody_back"
REALLY = ("--really", "--running-month", "close", "--as", "dora")
WHY = "looked at it"


class Ending:
    """The town, and what the bookkeeper was told of it."""

    def __init__(self, stripe: Simulator) -> None:
        self.stripe = stripe
        self.books = Tracer()
        self.dora = person("dora", is_staff=True)
        self.erik = person("erik", is_staff=True)
        self.bob, self.carol, self.dave = (
            person(name) for name in ("bob", "carol", "dave")
        )
        self.songs = [
            thing_of(one, "song") for one in (self.bob, self.carol, self.dave)
        ]
        self.readers: dict[str, User] = {}

    def live(self) -> None:
        """One month is closed, and the next runs."""
        onboard(self.stripe, self.bob)
        add_destination(self.dave)
        for number, name in enumerate(("anna", "nina", "oskar", "paula", "quinn")):
            self.readers[name] = self.comes(name, 700 + number)
        self.click_all("anna", "paula")
        over = end_month()
        self.books.closes(over)
        self.click_all("anna", "oskar", "paula", "quinn")

    def comes(self, name: str, budget: int) -> User:
        reader = reader_with_card(self.stripe, name, budget)
        period = clock.period()
        self.books.gives_monthly(reader.pk, budget, period)
        pay(self.stripe, reader, 2_000)
        for payment in Payment.objects.filter(reader=reader):
            self.books.pays_in(reader.pk, payment.amount, period, payment.reference)
        return reader

    def click_all(self, *names: str) -> None:
        for name in names:
            # Paula knows Carol alone.
            for song in [self.songs[1]] if name == "paula" else self.songs:
                self.click(self.readers[name], song)

    def click(self, reader: User, song: Thing) -> None:
        click(reader, song)
        assert song.owner_id is not None
        self.books.clicks_on(reader.pk, song.pk, song.owner_id, clock.period())

    def days_pass(self, days: int) -> None:
        """Time goes on, and the tick; staff decide what waits for them."""
        travel(clock.now() + timedelta(days=days))
        self.stripe.settle()
        list(lanes.run_all())
        for payout in Payout.objects.filter(state__in=["held", "requested"]):
            self.approve(payout)
        for payout in Payout.objects.filter(
            state="approved", destination__stripe_id=""
        ):
            reviewing.send(payout, self.dora, f"BANK-{payout.pk}")
        if missing := topping_up.shortage():
            self.stripe.top_up(missing.all)

    def approve(self, payout: Payout) -> None:
        if states.hindrance(payout):
            return
        if payout.state == "held":
            payout = reviewing.release(payout, self.dora, WHY)
        for one in (self.dora, self.erik)[: payout.approvals_needed]:
            payout = reviewing.approve(payout, one, WHY)

    def is_disputed(self, reader: User) -> str:
        """The bank takes back what was paid first."""
        self.disputed = Payment.objects.filter(reader=reader).earliest("pk")
        assert self.disputed.stripe_id
        dispute: str = self.stripe.dispute(self.disputed.stripe_id)["id"]
        converging.converge_payment(self.disputed.stripe_id)
        return dispute

    def bank_sends_refund_back(self, reader: User) -> None:
        payments = Payment.objects.filter(reader=reader)
        theirs = set(payments.values_list("stripe_id", flat=True))
        made = [
            one for one in self.stripe.all("refund") if one["payment_intent"] in theirs
        ]
        self.stripe.fail_refund(made[-1]["id"])
        converging.converge_payment(made[-1]["payment_intent"])

    def month_ends(self, without: frozenset[int]) -> None:
        self.over = clock.period()
        travel(months.end(self.over) + timedelta(hours=1))
        self.days_pass(0)
        self.books.closes(self.over, without=without)
        self.digests_agree()
        for _ in range(8):
            self.days_pass(1)

    def staff_and_banks_decide(self, dispute: str) -> None:
        """Oskar's suspension is lifted, and Paula's bank keeps what it took."""
        oskar, paula = self.readers["oskar"], self.readers["paula"]
        suspending.unsuspend_person(oskar, self.dora, "it was their own")
        for problem in CloseProblem.objects.filter(reader=oskar):
            suspending.close_now(problem, self.dora, WHY)
        self.books.closes_one(self.over, oskar.pk)
        self.stripe.close_dispute(dispute, "lost")
        converging.converge_payment(self.disputed.stripe_id or "")
        reference = f"dispute:{dispute}:withdrawn"
        self.books.goes_back(reference, paula.pk, self.disputed.amount, self.over)
        assert blocking.close_waiting() == 1
        self.books.closes_one(self.over, paula.pk)
        self.digests_agree()

    def digests_agree(self) -> None:
        for close in Close.objects.filter(state="closed"):
            assert close.digest == self.books.digest(close.period), close.period

    # --- What people got in the end

    def everybody_got_theirs(self) -> None:
        """The ledger, Stripe and the bookkeeper say the same."""
        assert ending.owed() == 0
        assert not any(checks.check().values())
        assert closing.due() is None
        report = reconciling.reconcile_now()
        assert (report.unexplained, report.difference) == ([], 0)
        gave: Counter[int] = Counter()
        got: Counter[int | None] = Counter()
        for (reader, _month), parts in self.books.shares.items():
            gave[reader] += sum(parts.values())
            got.update(parts)
        paid: Counter[int] = Counter()
        for key, amount, _period in self.books.paid:
            paid[key] += amount
        paid[self.disputed.reader_id] -= self.disputed.amount
        for name, one in self.readers.items():
            assert self.given_back(one) == paid[one.pk] - gave[one.pk], name
        for creator in (self.bob, self.carol, self.dave):
            assert self.paid_out(creator) == got[creator.pk] > 0, creator

    def given_back(self, reader: User) -> int:
        """By Stripe and not returned by the bank, and by hand."""
        payments = Payment.objects.filter(reader=reader)
        refunds: int = sum(
            one["amount"]
            for one in self.stripe.all("refund")
            if one["payment_intent"] in {payment.stripe_id for payment in payments}
            and one["status"] == "succeeded"
        )
        return refunds + self.by_hand(reader)

    def by_hand(self, somebody: User) -> int:
        posted = Transaction.objects.filter(
            book=0,
            reference__startswith=f"left:{somebody.pk}:",
            entries__account__kind="bank",
        )
        return int(sum(posted.values_list("entries__amount", flat=True)))

    def paid_out(self, creator: User) -> int:
        sent = Payout.objects.filter(creator=creator, state="sent")
        return int(sum(sent.values_list("amount", flat=True))) + self.by_hand(creator)


def run(monkeypatch: pytest.MonkeyPatch, *options: str, typed: str = "") -> str:
    """What the command says; with its exit where that is not 0."""
    out, code = io.StringIO(), None
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    try:
        call_command(NAME, *options, stdout=out)
    except SystemExit as ended:
        code = ended.code
    return out.getvalue() + (f"exit {code}" if code else "")


def is_listed(told: str, name: str, why: str) -> bool:
    return any(name in line and why in line for line in told.splitlines())


@pytest.fixture
def town(
    own_database: str, stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> Ending:
    cache.clear()
    monkeypatch.setattr(asking, "TIMEOUT_SECONDS", 0.25)
    asking.client.cache_clear()
    town = Ending(stripe)
    town.live()
    stripe.top_up(5_000)
    return town


def test_a_plan_changes_nothing_and_the_name_is_typed(
    town: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = checks.digest()

    plan = run(monkeypatch, "--dry-run", "--running-month", "close")
    with pytest.raises(CommandError, match="not the platform's name"):
        run(monkeypatch, *REALLY, typed="Flatter")

    assert "Explained: all of" in plan
    assert (checks.digest(), WindingDown.objects.count()) == (before, 0)


def test_a_town_is_paid_back_to_the_last_cent(
    town: Ending, stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing new begins, and everybody gets what is theirs or is listed with the reason
    (O5, O6)."""
    oskar, paula, quinn = (town.readers[name] for name in ("oskar", "paula", "quinn"))
    suspending.suspend_person(oskar, town.dora, "a stolen card")
    dispute = town.is_disputed(paula)
    stripe.chaos(probability=0.25, method="*", seconds=0.4, seed=11)

    begun = run(monkeypatch, *REALLY, typed="Flattr")
    assert "is closed when it is over" in begun
    assert begun.endswith("exit 1")
    with pytest.raises(CommandError, match="begun with"):
        run(monkeypatch, "--really", "--running-month", "give_back")
    town.month_ends(without=frozenset({oskar.pk, paula.pk}))
    with pytest.raises(CommandError, match="goes back already"):
        run(monkeypatch, "--stop", "--as", "dora")

    # What only people can decide is listed with its reason until they do.
    stripe.calm()
    town.bank_sends_refund_back(quinn)
    listed = run(monkeypatch, "--really")
    assert is_listed(listed, "oskar", "Suspended"), listed
    assert is_listed(listed, "paula", "disputed"), listed
    assert is_listed(listed, "quinn", "refused a refund"), listed
    town.staff_and_banks_decide(dispute)
    stripe.chaos(probability=0.25, method="*", seconds=0.4, seed=12)
    for _ in range(16):
        town.days_pass(3)
    stripe.calm()
    town.days_pass(1)
    listed = run(monkeypatch, "--really")
    assert is_listed(listed, "carol", "No bank account is named"), listed
    for somebody in (quinn, town.carol):
        by_hand.pay_by_hand(somebody, town.dora, "BANK-LAST")

    assert "Everybody is paid" in run(monkeypatch, "--really")
    town.everybody_got_theirs()

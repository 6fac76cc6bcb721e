"""Disputes and refunds: nobody below zero, and every cent taken from somebody (T8, T9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from accounts.mail import composing
from accounts.models import Audit, Budget, Outbox, User
from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing
from payouts.close.maturing import owed
from payouts.earnings import revenue
from payouts.earnings.revenue import purse
from payouts.gateway.facts import DisputeFact
from payouts.ledger import checks
from payouts.ledger.models import Transaction
from payouts.ledger.posting import balance, post
from payouts.models import CloseProblem, Dispute, Lot, Payment, Refund, Split, Traced
from payouts.returns import blocking, refunding, returning
from tests.world.browsing import signed_in
from tests.world.card_money import (
    DISPUTE_FEE,
    decide,
    dispute_payment,
    dispute_without_money,
    fail_refund,
    inquire,
    make_refund,
    moves,
    pay_by_card,
    refund_at_stripe,
    refund_fact,
)
from tests.world.crowd import accounts
from tests.world.earning import end_hold, end_month
from tests.world.people import click, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def alice(own_database: str) -> User:
    return person("alice")


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


@pytest.fixture
def carol(own_database: str) -> User:
    return person("carol")


@pytest.fixture(autouse=True)
def ledger_adds_up(own_database: str) -> Iterator[None]:
    yield
    assert all(not broken for broken in checks.check().values())


def flattrs(reader: User, *creators: User) -> None:
    for creator in creators:
        click(reader, thing_of(creator, f"song-{creator.things.count()}"))


def lines(reference: str) -> list[tuple[str, str | None, int]]:
    """Of the trace: what kind, from whom, how much."""
    found = Traced.objects.filter(reference=reference).order_by("pk")
    return [
        (one.kind, one.creator.username if one.creator else None, one.amount)
        for one in found
    ]


# --- Disputes


def test_a_dispute_before_the_split_takes_what_was_not_spent(alice: User) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)

    fact = dispute_payment(payment)

    assert balance(chart.means(alice)) == 0
    assert lines(f"dispute:{fact.stripe_id}:withdrawn") == [("means", None, 1_000)]
    cost = 40 + DISPUTE_FEE
    assert accounts() == {("stripe_clearing", None): cost, ("stripe_cost", None): -cost}
    payment.refresh_from_db()
    assert payment.returned == 1_000


def test_a_dispute_after_the_split_takes_it_from_those_who_got_it(
    alice: User, bob: User, carol: User
) -> None:
    """T8: what is unspent first, then the lot, held as it is."""
    payment = pay_by_card(alice, 1_500, budget=1_000)
    flattrs(alice, bob, carol)
    end_month()

    fact = dispute_payment(payment)

    assert lines(f"dispute:{fact.stripe_id}:withdrawn") == [
        ("means", None, 500),
        ("share", "bob", 500),
        ("share", "carol", 500),
    ]
    assert (purse(bob).pending, purse(carol).pending) == (0, 0)
    assert set(Lot.objects.values_list("taken", flat=True)) == {500}
    assert not accounts().keys() & {("debt", bob.pk), ("loss", None)}


def test_part_of_a_payment_is_taken_in_proportion_and_our_fee_with_it(
    alice: User, bob: User, carol: User, fee_percent: int
) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob, carol)
    end_month()

    dispute_payment(payment, 301)

    fees = fee_percent * 10
    took = [500 - fees // 2 - purse(one).pending for one in (bob, carol)]
    fee = fees - accounts().get(("fees", None), 0)
    assert sum(took) + fee == 301
    assert abs(fee - 301 * fees / 1_000) < 1
    assert max(took) - min(took) <= 1


def test_what_has_matured_is_taken_from_revenue_and_the_rest_is_owed(
    alice: User, bob: User
) -> None:
    """L5, T8: paid out and then disputed, a creator owes; no balance is below zero."""
    payment = pay_by_card(alice, 3_000, budget=3_000)
    flattrs(alice, bob)
    end_month()
    end_hold()
    paid_out(bob, 2_000)

    fact = dispute_payment(payment)

    share = Traced.objects.get(reference=f"dispute:{fact.stripe_id}:withdrawn")
    assert (share.from_pending, share.from_revenue, share.from_debt) == (
        0,
        1_000,
        2_000,
    )
    assert purse(bob) == revenue.Purse(0, 0, 0, 2_000, 0)
    assert balance(chart.transit(bob)) == 2_000
    told = composing.message_of(Outbox.objects.get(template="owed", person=bob))
    assert told.subject == "€20.00 that you were paid has been taken back"


def paid_out(creator: User, amount: int) -> None:
    """So much is on its way to the creator: never touched by a trace."""
    post(
        f"payout:{creator.pk}:reserve",
        {chart.revenue(creator): -amount, chart.transit(creator): amount},
    )


def test_won_after_the_payout_repays_the_debt_before_it_is_revenue(
    alice: User, bob: User
) -> None:
    payment = pay_by_card(alice, 3_000, budget=3_000)
    flattrs(alice, bob)
    end_month()
    end_hold()
    paid_out(bob, 2_000)
    fact = dispute_payment(payment)

    decide(fact, "won")

    assert owed(bob) == 0
    assert purse(bob).revenue == 1_000
    assert accounts()["stripe_cost", None] == -70
    payment.refresh_from_db()
    assert payment.returned == 0


def test_lost_after_the_payout_the_next_month_repays_it(alice: User, bob: User) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    end_month()
    end_hold()
    paid_out(bob, 1_000)
    decide(dispute_payment(payment), "lost")
    dora = person("dora")
    pay_by_card(dora, 1_500, budget=1_500)
    flattrs(dora, bob)

    end_month()
    end_hold()

    assert owed(bob) == 0
    assert purse(bob).revenue == 500


def test_won_in_part_gives_back_in_proportion(
    alice: User, bob: User, carol: User
) -> None:
    payment = pay_by_card(alice, 1_500, budget=1_000)
    flattrs(alice, bob, carol)
    end_month()
    fact = dispute_payment(payment)

    decide(fact, "won", returned=600)

    assert balance(chart.means(alice)) == 200
    assert (purse(bob).revenue, purse(carol).revenue) == (200, 200)
    payment.refresh_from_db()
    assert payment.returned == 900


def test_two_payments_disputed_take_no_share_twice(
    alice: User, bob: User, carol: User
) -> None:
    """P2: each at most what it spent; what is nobody's is the operator's loss."""
    first = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    end_month()
    second = pay_by_card(alice, 700)
    flattrs(alice, carol)
    end_month()

    dispute_payment(second)
    dispute_payment(first)

    assert (purse(bob).pending, purse(carol).pending) == (0, 0)
    assert balance(chart.means(alice)) == 0
    assert ("loss", None) not in accounts()

    third = pay_by_card(alice, 500)
    dispute_payment(third)
    refund_at_stripe(first, 300)

    assert accounts()["loss", None] == -300
    first.refresh_from_db()
    assert first.returned == 1_000


def test_told_again_and_again_it_is_booked_once(alice: User, bob: User) -> None:
    """H2: the same fact, again and again."""
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    end_month()
    opened = dispute_payment(payment)
    returning.disputed(payment, opened)
    decided = decide(opened, "won")
    before = checks.digest()

    for _ in range(2):
        returning.disputed(payment, decided)

    assert checks.digest() == before
    assert Dispute.objects.get().status == "won"
    assert Budget.objects.get(reader=alice).suspended_at is None
    assert Outbox.objects.filter(template="dispute").count() == 2


# --- Disputes that go further


def of_dispute(fact: DisputeFact) -> list[str]:
    """What is posted for it, in order, without its name."""
    name = f"dispute:{fact.stripe_id}:"
    found = Transaction.objects.filter(reference__startswith=name).order_by("id")
    return [
        reference.removeprefix(name)
        for reference in found.values_list("reference", flat=True)
    ]


def test_lost_and_then_won_the_money_the_budget_and_a_mail_come_back(
    alice: User, bob: User
) -> None:
    payment = pay_by_card(alice, 1_500, budget=1_000)
    flattrs(alice, bob)
    end_month()
    lost = decide(dispute_payment(payment), "lost")
    assert budgets.standing(alice).suspended

    decide(lost, "won")

    assert (balance(chart.means(alice)), purse(bob).revenue) == (500, 1_000)
    assert Dispute.objects.get().state == "won"
    assert budgets.standing(alice).open
    assert "Your budget is open again" in letter("won")
    payment.refresh_from_db()
    assert payment.returned == 0


def test_taken_twice_with_a_fee_each_it_comes_back_to_everybody_in_proportion(
    alice: User, bob: User, carol: User
) -> None:
    """10.00 and a fee of 20.00, then 0.37, another fee, and two parts that return."""
    payment = pay_by_card(alice, 2_000, budget=1_600)
    flattrs(alice, bob, carol)
    end_month()
    first = dispute_payment(payment, 1_000)
    assert lines(f"dispute:{first.stripe_id}:withdrawn") == [
        ("means", None, 400),
        ("share", "bob", 300),
        ("share", "carol", 300),
    ]

    second = moves(first, -36)
    third = moves(second, 0, 1_500)
    part = moves(third, 518, status="won")
    whole = moves(part, 518)

    out, more, fee, back, again = (one.stripe_id for one in whole.movements)
    assert out
    assert of_dispute(whole) == [
        "withdrawn",
        f"withdrawn:{more}",
        f"withdrawn:{fee}",
        "returned",
        f"returned:{again}",
    ]
    assert back
    assert lines(f"dispute:{first.stripe_id}:withdrawn:{more}") == [
        ("share", "bob", 18),
        ("share", "carol", 18),
    ]
    assert lines(f"dispute:{first.stripe_id}:returned") == [
        ("means", None, -200),
        ("share", "bob", -159),
        ("share", "carol", -159),
    ]
    assert balance(chart.means(alice)) == 400
    # What was in the lot when it was taken is revenue now that it is back.
    assert {(purse(who).pending, purse(who).revenue) for who in (bob, carol)} == {
        (482, 318)
    }
    cost = 55 + DISPUTE_FEE + 1_500
    assert accounts()["stripe_cost", None] == -cost
    payment.refresh_from_db()
    assert payment.returned == 0


def test_nobody_is_given_more_than_was_taken_from_them(alice: User, bob: User) -> None:
    """A rate that changed brings more than it took: that is nobody's."""
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    end_month()
    fact = dispute_payment(payment, 600)

    moves(fact, 637, status="won")

    assert purse(bob).pending + purse(bob).revenue == 1_000
    assert accounts()["loss", None] == 37
    payment.refresh_from_db()
    assert payment.returned == 0


def test_withdrawn_again_after_won_it_is_taken_again_and_the_budget_stops(
    alice: User, bob: User
) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    end_month()
    won = decide(dispute_payment(payment), "won")

    moves(won, -1_000, status="lost")

    assert purse(bob) == revenue.Purse(0, 0, 0, 0, 0)
    assert Dispute.objects.get().state == "lost"
    assert budgets.standing(alice).suspended
    told = Outbox.objects.filter(template="dispute", person=alice).order_by("id")
    assert [one.facts["state"] for one in told] == ["open", "won", "lost"]


@pytest.mark.parametrize("status", ["appeal_needs_response", "appeal_under_review"])
@pytest.mark.parametrize("decided", ["won", "lost"])
def test_an_appeal_opens_a_dispute_again(
    alice: User, bob: User, decided: str, status: str
) -> None:
    """The reader's month waits again, whichever way it was decided."""
    payment, _ = (pay_by_card(alice, 1_000, budget=1_000) for _ in range(2))
    fact = decide(dispute_payment(payment), decided)
    flattrs(alice, bob) if decided == "won" else None

    appealed = moves(fact, status=status)

    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.closed_at) == ("open", None)
    assert budgets.standing(alice).suspended
    assert "is being reviewed" in letter("again")
    if decided == "won":
        end_month()
        assert CloseProblem.objects.get().reason == "a payment is disputed"

    moves(appealed, status="won")

    assert budgets.standing(alice).open
    assert blocking.close_waiting() == (decided == "won")


def test_who_paid_after_losing_need_not_pay_again_when_an_appeal_is_lost(
    alice: User,
) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    lost = decide(dispute_payment(payment), "lost")
    pay_by_card(alice, 1_000)
    assert budgets.standing(alice).open
    appealed = moves(lost, status="appeal_under_review")
    assert budgets.standing(alice).suspended

    moves(appealed, status="lost")

    assert budgets.standing(alice).open
    assert "You have paid since" in letter("lost")


def test_an_inquiry_only_asks(alice: User, bob: User) -> None:
    """Design 2: no money, nobody set aside, no budget stopped, and still trusted."""
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    before = checks.digest()

    fact = inquire(payment)

    assert checks.digest() == before
    assert budgets.standing(alice).open
    assert "Your bank asks us about €10.00" in letter("asked")
    told = signed_in(alice).get("/month").content.decode()
    assert "Your bank asks us about a payment of yours" in told
    assert refunding.refundable(payment) == 1_000

    end_month()

    assert not CloseProblem.objects.exists()
    assert purse(bob).pending == 1_000

    decide(fact, "warning_closed")

    assert budgets.standing(alice).open
    assert Dispute.objects.get().state == "dropped"


def test_an_inquiry_that_becomes_a_dispute_takes_and_blocks(alice: User) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    fact = inquire(payment)

    moves(fact, -1_000, DISPUTE_FEE, status="needs_response")

    assert balance(chart.means(alice)) == 0
    assert budgets.standing(alice).suspended
    assert "Your bank asks for €10.00 back" in letter("open")


@pytest.mark.parametrize(("asked", "trusted"), [(True, True), (False, False)])
def test_who_was_only_asked_about_is_trusted_like_others(
    alice: User, bob: User, asked: bool, trusted: bool
) -> None:
    first = pay_by_card(alice, 200, budget=200)
    pay_by_card(alice, 5_000)
    fact = inquire(first) if asked else dispute_payment(first)
    decide(fact, "warning_closed" if asked else "won")
    for _ in range(4):
        flattrs(alice, bob)
        end_month()

    assert (Lot.objects.latest("period").hold == "trusted") is trusted


# --- The reader meanwhile


def test_the_reader_is_blocked_until_the_dispute_is_won(alice: User) -> None:
    first, second = (pay_by_card(alice, 1_000, budget=1_000) for _ in range(2))

    one, two = dispute_payment(first), dispute_payment(second)
    assert budgets.standing(alice).suspended
    decide(one, "won")
    assert budgets.standing(alice).suspended
    decide(two, "won")

    assert budgets.standing(alice).open
    told = Outbox.objects.filter(template="dispute", person=alice).order_by("id")
    assert [one.facts["state"] for one in told] == ["open", "open", "won", "won"]
    assert [one.facts["reopened"] for one in told] == [False, False, False, True]


def test_the_month_page_and_the_mails_say_what_a_dispute_means(alice: User) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    client = signed_in(alice)

    fact = dispute_payment(payment, 400)
    told = client.get("/month").content.decode()
    assert "Your bank has taken a payment back, and that is not decided yet" in told
    opened = letter("open")
    decide(fact, "lost")
    lost = letter("lost")

    assert "Your bank asks for €4.00 back" in opened
    assert "with Visa …4242" in opened
    assert "Your bank took €4.00 back" in lost
    assert "suspended until you pay again" in lost
    told = client.get("/month").content.decode()
    assert "not decided yet" not in told
    assert "Your budget is suspended" in told


def letter(state: str) -> str:
    """The latest mail about a dispute, subject and text."""
    due = Outbox.objects.filter(template="dispute", facts__state=state).latest("id")
    message = composing.message_of(due)
    return f"{message.subject}\n{message.body}"


def test_lost_the_budget_stays_suspended(alice: User) -> None:
    first, second = (pay_by_card(alice, 1_000, budget=1_000) for _ in range(2))
    one, two = dispute_payment(first), dispute_payment(second)

    decide(one, "lost")
    decide(two, "won")

    assert budgets.standing(alice).suspended


def test_a_budget_suspended_for_a_failed_payment_is_not_opened_by_a_dispute(
    alice: User,
) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    Budget.objects.filter(reader=alice).update(suspended_at=clock.now())

    decide(dispute_payment(payment), "won")

    assert budgets.standing(alice).suspended


def test_a_month_waits_for_the_decision_and_closes_by_itself(
    alice: User, bob: User
) -> None:
    """S9: set aside, refused by hand, closed by the tick once it is decided."""
    payment, _ = (pay_by_card(alice, 1_000, budget=1_000) for _ in range(2))
    flattrs(alice, bob)
    fact = dispute_payment(payment)
    over = end_month()

    assert CloseProblem.objects.get().reason == "a payment is disputed"
    with pytest.raises(closing.MonthRefused, match="disputed"):
        closing.close_reader(over, alice.pk)
    assert blocking.close_waiting() == 0
    later = end_month()
    decide(fact, "lost")

    assert blocking.close_waiting() == 1
    assert blocking.close_waiting() == 0

    assert list(Split.objects.values_list("period", "spent")) == [(over, 1_000)]
    assert purse(bob).pending == 1_000
    assert later
    assert Audit.objects.filter(action="reader_closed", actor=None).count() == 1


def test_a_month_that_waits_is_left_in_the_account_and_taken_before_it_is_a_loss(
    alice: User, bob: User, carol: User
) -> None:
    """Design 2: a refund leaves what a month that is over and not closed will take."""
    first = pay_by_card(alice, 2_000, budget=1_000)
    flattrs(alice, bob)
    end_month()
    flattrs(alice, carol)
    alert = dispute_without_money(first)
    end_month()
    decide(alert, "prevented")

    refund_at_stripe(first, 600)

    assert balance(chart.means(alice)) == 1_000
    assert purse(bob).pending == 400

    refund_at_stripe(first, 1_400)

    assert balance(chart.means(alice)) == 0
    assert purse(bob).pending == 0
    assert ("loss", None) not in accounts()


def test_what_goes_back_while_the_month_closes_is_not_split_as_well(
    alice: User, bob: User
) -> None:
    """S9: frozen, and then taken by the bank: set aside, the others are not kept."""
    payment, dora = pay_by_card(alice, 1_000, budget=1_000), person("dora")
    pay_by_card(dora, 1_000, budget=1_000)
    flattrs(alice, bob)
    flattrs(dora, bob)
    over = clock.period()
    travel(months.end(over))
    closing.begin(over)
    fact = dispute_payment(payment)

    closing.close_month(over)

    problem = CloseProblem.objects.get()
    assert (problem.reader, problem.reason) == (
        alice,
        "less in the account than was frozen",
    )
    assert purse(bob).pending == 1_000

    decide(fact, "won")
    assert blocking.close_waiting() == 1

    assert purse(bob).pending == 2_000
    assert balance(chart.means(alice)) == 0


def test_nobody_who_disputed_is_trusted_ever(alice: User, bob: User) -> None:
    """Design 2, hold: three paid months, sixty days, and no dispute."""
    first = pay_by_card(alice, 200, budget=200)
    pay_by_card(alice, 5_000)
    decide(dispute_payment(first), "won")
    for _ in range(4):
        flattrs(alice, bob)
        end_month()

    assert set(Lot.objects.values_list("hold", flat=True)) == {"new"}


def test_shares_of_a_reader_set_aside_come_from_their_own_lot(
    alice: User, bob: User
) -> None:
    dora = person("dora")
    for reader in (alice, dora):
        pay_by_card(reader, 1_000, budget=1_000)
        flattrs(reader, bob)
    alice.suspended_at = clock.now()
    alice.save()
    over = end_month()
    alice.suspended_at = None
    alice.save()
    closing.close_reader(over, alice.pk)

    dispute_payment(Payment.objects.get(reader=alice), 400)

    taken = dict(Lot.objects.values_list("reader__username", "taken"))
    assert taken == {None: 0, "alice": 400}


# --- Refunds


def staff() -> User:
    return person("sam", is_staff=True)


def test_staff_refund_a_payment_that_was_spent(alice: User, bob: User) -> None:
    """T9: reserved at once, settled by Stripe's answer."""
    payment = pay_by_card(alice, 1_500, budget=1_000)
    flattrs(alice, bob)
    end_month()

    refund = refunding.refund_by_staff(payment, 700, staff(), "asked by mail")

    assert balance(chart.means(alice)) == 0
    assert balance(chart.transit(alice)) == 700
    assert purse(bob).pending == 800
    assert refunding.refundable(payment) == 800

    make_refund(refund)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert balance(chart.transit(alice)) == 0
    assert refund.done_at is not None
    assert payment.returned == 700
    assert refunding.refundable(payment) == 800
    assert Outbox.objects.get(template="refund").facts["amount"] == 700


def test_a_refund_that_the_card_does_not_take_goes_to_whom_it_came_from(
    alice: User, bob: User
) -> None:
    payment = pay_by_card(alice, 1_500, budget=1_000)
    flattrs(alice, bob)
    end_month()
    refund = refunding.refund_by_staff(payment, 700, staff(), "asked by mail")

    fail_refund(payment, make_refund(refund))

    assert balance(chart.transit(alice)) == 0
    assert balance(chart.means(alice)) == 500
    assert (purse(bob).pending, purse(bob).revenue) == (800, 200)
    payment.refresh_from_db()
    assert payment.returned == 0
    assert refunding.refundable(payment) == 1_500


def test_a_refund_that_fails_before_it_moved_is_voided(alice: User) -> None:
    payment = pay_by_card(alice, 1_500, budget=1_000)
    refund = refunding.refund_by_staff(payment, 700, staff(), "asked by mail")
    fact = refund_fact(payment, 700, refund.key)

    for _ in range(2):
        returning.refunded(payment, replace(fact, status="failed", movement=None))

    assert balance(chart.means(alice)) == 1_500
    assert balance(chart.transit(alice)) == 0
    refund.refresh_from_db()
    assert (refund.stripe_id, refund.failure) == (fact.stripe_id, "failed")
    assert Outbox.objects.get(template="refund").facts["failed"]


def test_a_refund_made_at_stripe_is_traced_and_may_come_back(
    alice: User, bob: User
) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    end_month()

    fact = refund_at_stripe(payment, 400)

    assert purse(bob).pending == 600
    row = Refund.objects.get()
    assert (row.reason, row.amount) == ("stripe", 400)

    fail_refund(payment, fact)

    assert (purse(bob).pending, purse(bob).revenue) == (600, 400)
    row.refresh_from_db()
    assert row.failed_at is not None


def test_refunds_add_up_to_the_payment_at_most(alice: User) -> None:
    """The last refund is refused when it would exceed the payment (P2)."""
    payment = pay_by_card(alice, 1_000, budget=1_000)
    sam = staff()
    refunding.refund_by_staff(payment, 600, sam, "asked by mail")

    for amount in (401, 0, -5):
        with pytest.raises(refunding.NotRefunded, match=r"4\.00"):
            refunding.refund_by_staff(payment, amount, sam, "again")

    refunding.refund_by_staff(payment, 400, sam, "the rest")
    assert balance(chart.transit(alice)) == 1_000


def test_only_staff_refund_and_never_to_themselves_or_without_a_reason(
    alice: User, bob: User
) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    alice.is_staff = True
    alice.save()

    for who, why in ((bob, "please"), (alice, "please"), (staff(), " ")):
        with pytest.raises(refunding.NotRefunded):
            refunding.refund_by_staff(payment, 100, who, why)

    assert not Refund.objects.exists()


def test_a_disputed_payment_is_not_refunded(alice: User) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    fact = dispute_payment(payment, 100)

    with pytest.raises(refunding.NotRefunded):
        refunding.refund_by_staff(payment, 100, staff(), "please")

    decide(fact, "won")
    assert refunding.refundable(payment) == 1_000


def test_what_was_spent_is_not_refunded_without_staff(alice: User, bob: User) -> None:
    """T9: automatic only for what is unspent, less what a month that is over takes."""
    payment = pay_by_card(alice, 2_500, budget=1_000)
    flattrs(alice, bob)
    travel(months.end(clock.period()))

    with pytest.raises(refunding.NotRefunded, match="not spent"):
        refunding.ask_refund(payment, 1_501, "left", alice)
    refunding.ask_refund(payment, 1_500, "left", alice)

    assert balance(chart.means(alice)) == 1_000


def test_a_refund_and_then_a_dispute_of_the_rest(alice: User, bob: User) -> None:
    payment = pay_by_card(alice, 1_000, budget=1_000)
    flattrs(alice, bob)
    end_month()
    make_refund(refunding.refund_by_staff(payment, 300, staff(), "asked by mail"))

    dispute_payment(payment, 700)

    assert purse(bob).pending == 0
    payment.refresh_from_db()
    assert payment.returned == 1_000

"""Debits that come back after they were credited: what the bank could not do is a renewal
that failed, what the payer wanted back is a dispute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from accounts.models import Audit, Budget, Outbox, User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.ledger import checks
from payouts.ledger.posting import balance
from payouts.models import (
    CloseProblem,
    Dispute,
    Method,
    Payer,
    Payment,
    Renewal,
    Split,
    Traced,
)
from payouts.models.returns import BANKS_REASONS
from payouts.payments import renewing
from payouts.returns import refunding
from tests.world.card_money import (
    DEBIT_FEE,
    moves,
    pay_by_card,
    pay_by_debit,
    take_back_debit,
)
from tests.world.crowd import accounts
from tests.world.earning import end_month
from tests.world.people import click, execute, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")

PAYERS_REASONS = ["debit_not_authorized", "customer_initiated"]


@pytest.fixture
def nina(own_database: str) -> User:
    """Who gives ten a month, and has a month behind her that is closed."""
    nina = person("nina")
    pay_by_debit(nina, 1_000, budget=1_000)
    click(nina, thing_of(person("bob"), "song"))
    end_month()
    return nina


@pytest.fixture(autouse=True)
def ledger_adds_up(own_database: str) -> Iterator[None]:
    yield
    assert all(not broken for broken in checks.check().values())


def renewal(reader: User) -> Renewal:
    return Renewal.objects.get(reader=reader, period=clock.period())


def renewed_by_debit(reader: User, tries: int = 1) -> Payment:
    """The running month's renewal was a debit, which succeeded."""
    made, _ = Renewal.objects.get_or_create(
        reader=reader, period=clock.period(), defaults={"made_at": clock.now()}
    )
    made.tries = tries
    made.save()
    return pay_by_debit(reader, 1_000, renewal=made)


def told(reader: User) -> list[tuple[str, str]]:
    """What mails about debits that came back say: how it goes on, and when."""
    mails = Outbox.objects.filter(person=reader, template="debit_failed")
    return [(one.facts["state"], one.facts["again"]) for one in mails.order_by("id")]


def is_about(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < timedelta(minutes=1)


def day_of(moment: datetime) -> str:
    return f"{moment:%-d %B}"


# --- What the bank could not do


@pytest.mark.parametrize("reason", BANKS_REASONS)
def test_a_debit_that_the_bank_could_not_make_sets_nobody_aside(
    nina: User, reason: str
) -> None:
    """It moves money as a dispute does, and her budget stays open."""
    payment = renewed_by_debit(nina)
    click(nina, thing_of(person("carol"), "poem"))

    fact = take_back_debit(payment, reason)

    assert balance(chart.means(nina)) == 0
    assert list(Traced.objects.values_list("kind", "amount")) == [("means", 1_000)]
    assert accounts()["stripe_cost", None] == -(35 + 35 + DEBIT_FEE)
    dispute = Dispute.objects.get(pk=fact.stripe_id)
    assert (dispute.state, dispute.is_undecided) == ("failed", False)
    assert not Dispute.objects.open().exists()
    assert not Budget.objects.get(reader=nina).suspended_at
    assert not Outbox.objects.filter(template__in=["dispute", "bank_waits"]).exists()
    assert Audit.objects.get(action="debit_failed").reason == reason
    payment.refresh_from_db()
    assert payment.returned == 1_000
    assert refunding.refundable(payment) == 0

    pay_by_card(nina, 1_000)
    end_month()
    assert not CloseProblem.objects.exists()
    assert Split.objects.filter(reader=nina).count() == 2


def test_what_was_given_of_it_is_taken_back_from_those_who_got_it(nina: User) -> None:
    """Last month's debit comes back when it is spent already."""
    take_back_debit(Payment.objects.get())

    lines = list(Traced.objects.values_list("kind", "creator__username", "amount"))
    assert lines == [("share", "bob", 1_000)]


def test_the_next_try_is_three_days_after_it_came_back(nina: User) -> None:
    """However long after the try itself that is."""
    payment = renewed_by_debit(nina)
    assert renewal(nina).outcome == "paid"
    travel(clock.now() + timedelta(days=9))

    before = clock.now()
    take_back_debit(payment)

    again = renewal(nina)
    assert (again.tries, again.done_at, again.outcome) == (1, None, "")
    assert again.due_at is not None
    assert is_about(again.due_at, before + timedelta(days=3))
    assert told(nina) == [("again", day_of(again.due_at))]


def test_after_the_second_it_is_four_days_and_after_the_third_none(nina: User) -> None:
    """Day 3 and day 7, as after a card that was declined."""
    take_back_debit(renewed_by_debit(nina))
    travel(clock.now() + timedelta(days=3))
    before = clock.now()

    take_back_debit(renewed_by_debit(nina, tries=2))

    second = renewal(nina).due_at
    assert second
    assert is_about(second, before + timedelta(days=4))

    take_back_debit(renewed_by_debit(nina, tries=3))

    last = renewal(nina)
    assert (last.outcome, last.due_at) == ("failed", None)
    assert Budget.objects.get(reader=nina).suspended_at
    assert [state for state, _ in told(nina)] == ["again", "again", "suspended"]

    pay_by_card(nina, 1_000)
    assert not Budget.objects.get(reader=nina).suspended_at


def test_a_debit_that_the_reader_made_is_a_try_of_the_running_month(
    nina: User,
) -> None:
    """Which has no renewal yet, since her payment covered it."""
    payment = pay_by_debit(nina, 1_000)

    take_back_debit(payment)

    made = renewal(nina)
    assert made.tries == 1
    assert made.due_at
    assert renewing.make() == 0, "there is one a month"


def test_it_adds_to_the_tries_that_there_were(nina: User) -> None:
    """Two cards were declined, and the debit that followed came back: suspended."""
    Renewal.objects.create(
        reader=nina, period=clock.period(), made_at=clock.now(), tries=2
    )
    payment = pay_by_debit(nina, 1_000)

    take_back_debit(payment)

    assert renewal(nina).outcome == "failed"
    assert [state for state, _ in told(nina)] == ["suspended"]


def test_a_debit_of_an_earlier_month_brings_its_tries_along(nina: User) -> None:
    """So that whoever's debits all come back a month later is suspended as well."""
    payment = renewed_by_debit(nina, tries=2)
    click(nina, thing_of(person("carol"), "poem"))
    end_month()

    take_back_debit(payment)

    assert renewal(nina).tries == 2
    assert renewal(nina).due_at


def test_nothing_is_charged_while_the_account_covers_the_month(nina: User) -> None:
    payment = renewed_by_debit(nina)
    pay_by_card(nina, 3_000)

    take_back_debit(payment)

    assert renewal(nina).outcome == "paid"
    assert told(nina) == [("covered", "")]


def test_there_is_no_other_try_while_one_is_under_way(nina: User) -> None:
    """The next month's renewal has been sent to the bank when the last comes back."""
    payment = Payment.objects.get()
    made = Renewal.objects.create(
        reader=nina, period=clock.period(), made_at=clock.now(), tries=1
    )
    Payment.objects.create(
        reader=nina,
        renewal=made,
        provider="stripe",
        key="renewal:under-way",
        amount=1_000,
        currency="EUR",
        started_at=clock.now(),
    )

    take_back_debit(payment)

    assert renewal(nina).due_at is None
    assert told(nina) == [("under_way", "")]


def test_a_debit_that_was_announced_is_announced_anew(nina: User) -> None:
    """P4: last month's came back meanwhile, so that it is made on a later day."""
    now = clock.now()
    Renewal.objects.create(
        reader=nina,
        period=clock.period(),
        made_at=now,
        due_at=now + timedelta(days=2),
        announced_at=now,
        announced_amount=1_000,
        announced_id="pm_1",
    )

    take_back_debit(Payment.objects.get())

    again = renewal(nina)
    assert (again.announced_at, again.announced_amount, again.announced_id) == (
        None,
        None,
        "",
    )
    assert again.due_at is not None
    assert is_about(again.due_at, now + timedelta(days=3))


def test_a_month_that_is_nearly_over_is_not_charged_again(nina: User) -> None:
    payment = renewed_by_debit(nina)
    travel(months.end(clock.period()) - timedelta(days=2))

    take_back_debit(payment)

    assert told(nina) == [("again", "")]


def test_whoever_is_suspended_already_reads_so(nina: User) -> None:
    payment = renewed_by_debit(nina)
    Budget.objects.update(suspended_at=clock.now())

    take_back_debit(payment)

    assert told(nina) == [("suspended", "")]
    assert renewal(nina).outcome == "paid"


def test_hearing_of_it_again_changes_nothing(nina: User) -> None:
    payment = renewed_by_debit(nina)
    fact = take_back_debit(payment)
    before = renewal(nina).due_at, accounts()
    travel(clock.now() + timedelta(days=1))

    moves(fact)

    assert (renewal(nina).due_at, accounts()) == before
    assert len(told(nina)) == 1


def test_it_is_followed_once_its_money_is_gone(nina: User) -> None:
    """Stripe may show the dispute before it moved anything."""
    payment = renewed_by_debit(nina)
    fact = take_back_debit(payment, moved=False)
    assert not told(nina)
    assert not Budget.objects.get(reader=nina).suspended_at

    moves(fact, -1_000, DEBIT_FEE)

    assert [state for state, _ in told(nina)] == ["again"]


def test_what_a_bank_sends_again_goes_to_those_from_whom_it_was_taken(
    nina: User,
) -> None:
    payment = renewed_by_debit(nina)
    fact = take_back_debit(payment)

    moves(fact, 1_000, status="won")

    assert balance(chart.means(nina)) == 1_000
    payment.refresh_from_db()
    assert payment.returned == 0


# --- What the payer wanted back


@pytest.mark.parametrize("reason", PAYERS_REASONS)
def test_a_debit_that_the_payer_takes_back_is_a_dispute(
    nina: User, reason: str
) -> None:
    """Lost at once: there is nothing to answer, and staff get no deadline."""
    payment = renewed_by_debit(nina)

    fact = take_back_debit(payment, reason)

    assert Dispute.objects.get(pk=fact.stripe_id).state == "lost"
    assert Budget.objects.get(reader=nina).suspended_at
    assert renewal(nina).outcome == "paid", "nothing is tried again"
    mails = Outbox.objects.filter(template="dispute")
    assert [mail.facts["state"] for mail in mails] == ["lost"]
    assert not Outbox.objects.filter(template__in=["bank_waits", "debit_failed"])


def keeps(reader: User, kind: str = Method.SEPA_DEBIT) -> Payer:
    return Payer.objects.create(
        reader=reader,
        stripe_id="cus_1",
        kept_id="pm_1",
        kind=kind,
        kept_as="SEPA debit DE" if kind == Method.SEPA_DEBIT else "Visa",
        last4="3000",
        expires=None if kind == Method.SEPA_DEBIT else 203012,
        kept_at=clock.now() - timedelta(days=60),
    )


@pytest.mark.parametrize("reason", PAYERS_REASONS)
def test_whoever_takes_a_debit_back_is_never_debited_again(
    nina: User, reason: str
) -> None:
    """Not after paying in another way either, which opens the budget."""
    known = keeps(nina)

    take_back_debit(renewed_by_debit(nina), reason)

    known.refresh_from_db()
    assert (known.kept_id, known.kind) == ("", "")
    mail = Outbox.objects.get(template="mandate_ended")
    assert mail.facts["account"] == "SEPA debit DE …3000"
    pay_by_card(nina, 1_000)
    assert not Budget.objects.get(reader=nina).suspended_at


def test_what_the_bank_could_not_do_leaves_the_mandate(nina: User) -> None:
    """It is how we try again."""
    known = keeps(nina)
    take_back_debit(renewed_by_debit(nina))
    known.refresh_from_db()
    assert known.kept_id == "pm_1"


def test_a_card_stays_when_a_debit_is_taken_back(nina: User) -> None:
    known = keeps(nina, Method.CARD)
    take_back_debit(renewed_by_debit(nina), "customer_initiated")
    known.refresh_from_db()
    assert known.kept_id == "pm_1"
    assert not Outbox.objects.filter(template="mandate_ended").exists()


def test_a_dispute_that_turns_out_to_be_the_banks_opens_the_budget_again(
    nina: User,
) -> None:
    payment = renewed_by_debit(nina)
    fact = take_back_debit(payment, "customer_initiated")
    assert Budget.objects.get(reader=nina).suspended_at

    moves(replace(fact, reason="bank_cannot_process"))

    assert not Budget.objects.get(reader=nina).suspended_at
    assert [state for state, _ in told(nina)] == ["again"]


# --- Said twice, once in SQL


def test_python_and_the_database_mean_the_same_by_an_open_dispute(nina: User) -> None:
    payment = Payment.objects.get()
    statuses = [
        *("warning_needs_response", "warning_closed", "needs_response", "lost"),
        *("under_review", "won", "prevented", "appeal_under_review"),
    ]
    reasons = [*BANKS_REASONS, *PAYERS_REASONS, "fraudulent", "general"]
    for n, (status, reason, over) in enumerate(
        product(statuses, reasons, [True, False])
    ):
        Dispute.objects.create(
            stripe_id=f"du_{n}",
            payment=payment,
            reader=nina,
            amount=100,
            currency="EUR",
            reason=reason,
            status=status,
            opened_at=clock.now(),
            closed_at=clock.now() if over else None,
        )

    is_open = execute("SELECT stripe_id FROM dispute d WHERE dispute_is_open(d)")
    the_banks = execute("SELECT stripe_id FROM dispute d WHERE dispute_is_the_banks(d)")

    ours = Dispute.objects.open().values_list("stripe_id")
    assert sorted(is_open) == sorted(ours)
    ours = Dispute.objects.filter(reason__in=BANKS_REASONS).values_list("stripe_id")
    assert sorted(the_banks) == sorted(ours)

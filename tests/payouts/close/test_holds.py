"""How long what a reader gave is held: by their months, their days, and how they paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection

from accounts.models import Budget, User
from flattr import months
from flattr.database import clock
from payouts.close import maturing
from payouts.ledger.models import Transaction
from payouts.models import Dispute, Hold, Lot, Method, Payment
from payouts.payments import paying_in
from tests.world.earning import end_month
from tests.world.people import click, execute, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")

MINUTE = timedelta(minutes=1)
EIGHT_WEEKS = timedelta(days=56)
HALF_A_YEAR = timedelta(days=180)
numbers = count(1)


@pytest.fixture
def alice(own_database: str) -> User:
    """Who was credited long ago and gave in three months that are closed: trusted."""
    alice = person("alice")
    song = thing_of(person("bob"), "song")
    open_budget(alice, 200, paid=10_000)
    for _ in range(3):
        click(alice, song)
        end_month()
    Budget.objects.update(credited_at=clock.now() - timedelta(days=365))
    return alice


@pytest.fixture
def begun(alice: User) -> datetime:
    """When the close of the fourth month begins."""
    return clock.now()


def paid(
    reader: User,
    *credited: datetime,
    method: str = Method.SEPA_DEBIT,
) -> list[Payment]:
    """Payments that were credited then, as rows alone."""
    return [
        Payment.objects.create(
            reader=reader,
            provider="stripe",
            key=f"test:{next(numbers)}",
            amount=1_000,
            currency="EUR",
            started_at=at - timedelta(days=5),
            paid_at=at,
            credited_at=at,
            method=method,
        )
        for at in credited
    ]


def takes_back(
    payment: Payment, reason: str, *, status: str = "lost", moved: bool = True
) -> None:
    at = clock.now()
    Dispute.objects.create(
        stripe_id=f"du_{next(numbers)}",
        payment=payment,
        reader=payment.reader,
        amount=payment.amount,
        currency="EUR",
        reason=reason,
        status=status,
        opened_at=at,
        withdrawn_at=at if moved else None,
        closed_at=at if status == "lost" else None,
    )


def monthly(until: datetime, first: timedelta, many: int) -> list[datetime]:
    """So many moments before `until`, the first so long ago, the last yesterday."""
    step = (first - timedelta(days=1)) / (many - 1)
    return [until - first + step * n for n in range(many)]


def hold(reader: User, at: datetime, period: int = 0) -> str:
    found = execute(
        "SELECT hold FROM reader_hold(%s, %s, %s)",
        reader.pk,
        at,
        period or months.period_of(at),
    )
    return str(found[0][0])


# --- Trusted and new


def test_trust_begins_sixty_days_after_the_first_credit(
    alice: User, begun: datetime
) -> None:
    Budget.objects.update(credited_at=begun - timedelta(days=60))
    assert hold(alice, begun) == Hold.TRUSTED
    assert hold(alice, begun - MINUTE) == Hold.NEW


def test_trust_is_three_earlier_months_that_are_closed(
    alice: User, begun: datetime
) -> None:
    fourth = months.period_of(begun)
    assert hold(alice, begun, fourth) == Hold.TRUSTED
    assert hold(alice, begun, months.shifted(fourth, -1)) == Hold.NEW


def test_whoever_never_paid_is_new() -> None:
    assert hold(person("carol"), clock.now()) == Hold.NEW


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("insufficient_funds", Hold.TRUSTED),
        ("incorrect_account_details", Hold.TRUSTED),
        ("bank_cannot_process", Hold.TRUSTED),
        ("debit_not_authorized", Hold.NEW),
        ("customer_initiated", Hold.NEW),
        ("fraudulent", Hold.NEW),
    ],
)
def test_what_the_bank_could_not_do_is_no_dispute_of_the_readers(
    alice: User, begun: datetime, reason: str, expected: str
) -> None:
    """The debit is older than eight weeks, so that only trust is asked for."""
    (payment,) = paid(alice, begun - timedelta(days=57))
    takes_back(payment, reason)

    assert hold(alice, begun) == expected


def test_a_dispute_that_has_not_moved_money_yet_counts_and_an_inquiry_does_not(
    alice: User, begun: datetime
) -> None:
    (payment,) = paid(alice, begun, method=Method.CARD)
    takes_back(payment, "general", status="warning_needs_response", moved=False)
    assert hold(alice, begun) == Hold.TRUSTED

    takes_back(payment, "fraudulent", status="needs_response", moved=False)
    assert hold(alice, begun) == Hold.NEW


# --- Debits


def test_a_debit_credited_within_eight_weeks_is_held_longer(
    alice: User, begun: datetime
) -> None:
    """P5: also of a trusted reader; a bank takes it back from anybody."""
    paid(alice, begun - EIGHT_WEEKS)
    assert hold(alice, begun) == Hold.TRUSTED
    assert hold(alice, begun - MINUTE) == Hold.DEBIT


@pytest.mark.parametrize("method", [one for one in Method if one != "sepa_debit"])
def test_what_is_paid_otherwise_is_no_debit(
    alice: User, begun: datetime, method: str
) -> None:
    paid(alice, begun - MINUTE, method=method)
    assert hold(alice, begun) == Hold.TRUSTED


def test_a_debit_that_is_not_credited_yet_is_none(alice: User, begun: datetime) -> None:
    paid(alice, begun - MINUTE)
    Payment.objects.update(paid_at=None, credited_at=None)
    assert hold(alice, begun) == Hold.TRUSTED


def test_somebody_elses_debit_is_not_hers(alice: User, begun: datetime) -> None:
    paid(person("carol"), begun - MINUTE)
    assert hold(alice, begun) == Hold.TRUSTED


@pytest.mark.parametrize(
    ("many", "first", "expected"),
    [
        (6, HALF_A_YEAR, Hold.TRUSTED),
        (6, HALF_A_YEAR - MINUTE, Hold.DEBIT),
        (5, HALF_A_YEAR, Hold.DEBIT),
        (7, HALF_A_YEAR + MINUTE, Hold.TRUSTED),
    ],
)
def test_six_debits_in_half_a_year_are_as_good_as_cards(
    alice: User, begun: datetime, many: int, first: timedelta, expected: str
) -> None:
    paid(alice, *monthly(begun, first, many))

    assert hold(alice, begun) == expected


def test_whoever_has_six_debits_and_is_not_trusted_is_new(
    alice: User, begun: datetime
) -> None:
    """Debits that stood say nothing of the rest."""
    paid(alice, *monthly(begun, HALF_A_YEAR, 6))
    Budget.objects.update(credited_at=begun - timedelta(days=59))
    assert hold(alice, begun) == Hold.NEW


@pytest.mark.parametrize("reason", ["insufficient_funds", "customer_initiated"])
def test_one_debit_that_was_taken_back_counts_for_good(
    alice: User, begun: datetime, reason: str
) -> None:
    """Whether the bank could not make it or the reader wanted it back."""
    debits = paid(alice, *monthly(begun, HALF_A_YEAR, 6))
    takes_back(debits[0], reason)
    assert hold(alice, begun) == Hold.DEBIT


def test_a_card_payment_that_was_taken_back_is_no_debit(
    alice: User, begun: datetime
) -> None:
    paid(alice, *monthly(begun, HALF_A_YEAR, 6))
    (by_card,) = paid(alice, begun, method=Method.CARD)
    takes_back(by_card, "fraudulent")
    assert hold(alice, begun) == Hold.NEW


def test_an_inquiry_about_a_debit_takes_nothing_back(
    alice: User, begun: datetime
) -> None:
    debits = paid(alice, *monthly(begun, HALF_A_YEAR, 6))
    takes_back(debits[0], "general", status="warning_needs_response", moved=False)
    assert hold(alice, begun) == Hold.TRUSTED


# --- The lot


def test_a_lot_of_debits_matures_after_fifty_six_days_and_not_before() -> None:
    """P5: beside what others gave the same creator in the same month."""
    carol = person("carol")
    song = thing_of(carol, "song")
    for name, method in (("dora", Method.SEPA_DEBIT), ("erik", Method.CARD)):
        reader = person(name)
        open_budget(reader, 500, paid=0)
        begin_and_credit(reader, method)
        click(reader, song)

    over = end_month()

    lots = {lot.hold: lot for lot in Lot.objects.filter(creator=carol)}
    assert lots.keys() == {Hold.DEBIT, Hold.NEW}
    by_debit = lots[Hold.DEBIT]
    assert by_debit.matures_at - by_debit.counted_from == EIGHT_WEEKS
    travel(by_debit.matures_at - MINUTE)
    assert maturing.mature() == 1, "what the card paid"
    travel(by_debit.matures_at + timedelta(seconds=2))
    assert maturing.mature() == 1
    assert Transaction.objects.filter(
        reference=f"mature:{months.show(over)}:creator:{carol.pk}:debit"
    ).exists()


def begin_and_credit(reader: User, method: str) -> None:
    payment = paying_in.pay_simulated(reader, 500)
    Payment.objects.filter(pk=payment.pk).update(method=method)


def test_the_close_asks_for_all_readers_in_one_plan(alice: User) -> None:
    """The function is written into the close's query, and debits are found by their
    index: called for one reader after the other it would be the close's longest part."""
    told = explain(
        "SELECT m.reader_id, h.hold FROM reader_month m"
        " CROSS JOIN LATERAL reader_hold(m.reader_id, %s, %s) h",
        [clock.now(), clock.period()],
    )
    assert "reader_hold" not in told
    assert "payment_by_debit" in told


def explain(query: str, values: list[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}", values)
        return "\n".join(line for (line,) in cursor.fetchall())

"""Alice pays in. The provider's word credits her, once; nothing else does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Attempt, Outbox, User
from accounts.people import budgets
from payouts import chart
from payouts.ledger import posting
from payouts.ledger.models import Transaction
from payouts.models import Payment
from payouts.payments import budgeting, paying_in
from tests.world.people import execute, person

HERE = "192.0.2.1"


@pytest.fixture
def nina(db: None) -> User:
    """A reader who chose ten a month and paid nothing yet."""
    reader = person("nina")
    budgeting.choose(reader, 1_000)
    return reader


def balance(reader: User) -> int:
    return posting.balance(chart.means(reader))


def test_a_payment_opens_the_budget(nina: User) -> None:
    payment = paying_in.pay_simulated(nina, 1_000)

    assert balance(nina) == 1_000
    standing = budgets.standing(nina)
    assert standing.open
    assert standing.covered
    booked = Transaction.objects.get(reference=f"charge:{payment.key}")
    lines = booked.entries.values_list("account__kind", "amount")
    assert sorted(lines) == [("means", 1_000), ("simulated", -1_000)]


def test_too_little_opens_it_and_does_not_cover(nina: User) -> None:
    paying_in.pay_simulated(nina, 200)

    standing = budgets.standing(nina)
    assert standing.open
    assert not standing.covered


def test_the_providers_word_credits_once_however_often_it_is_said(nina: User) -> None:
    """A payment that arrives five times is credited once (P2)."""
    payment = paying_in.begin(nina, 1_000, HERE)

    for _ in range(3):
        paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})

    assert balance(nina) == 1_000
    assert Outbox.objects.filter(template="paid_in").count() == 1


@pytest.mark.usefixtures("own_database")
def test_the_providers_word_said_by_eight_at_once_credits_once() -> None:
    """Eight workers at once credit one payment once (P2)."""
    nina = person("nina")
    budgeting.choose(nina, 1_000)
    payment = paying_in.begin(nina, 1_000, HERE)

    def say(_: int) -> None:
        paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say, range(8)))

    assert balance(nina) == 1_000


def test_a_payment_that_seemed_to_have_failed_may_still_arrive(nina: User) -> None:
    payment = paying_in.begin(nina, 1_000, HERE)
    paying_in.failed(payment.key)

    paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})
    paying_in.failed(payment.key)

    payment.refresh_from_db()
    assert payment.paid_at
    assert payment.failed_at is None
    assert balance(nina) == 1_000


def test_what_is_paid_in_is_mailed_unless_switched_off(nina: User) -> None:
    paying_in.pay_simulated(nina, 1_000)
    nina.mail_paid_in = False
    nina.save()
    paying_in.pay_simulated(nina, 500)

    facts = Outbox.objects.get(template="paid_in", person=nina).facts
    assert (facts["amount"], facts["balance"]) == (1_000, 1_000)


@pytest.mark.parametrize("amount", [0, 199, 120_001, -500])
def test_a_payment_is_between_two_and_twelve_hundred(nina: User, amount: int) -> None:
    """Other amounts are refused before Stripe is asked (T20)."""
    with pytest.raises(paying_in.NotAPayment):
        paying_in.begin(nina, amount, HERE)


def test_an_account_begins_five_payments_a_day(nina: User) -> None:
    """The sixth is refused with a sentence (T20)."""
    for n in range(5):
        paying_in.begin(nina, 1_000, f"192.0.2.{n}")

    with pytest.raises(paying_in.PaidTooOften):
        paying_in.begin(nina, 1_000, "192.0.2.9")

    assert Payment.objects.count() == 5
    execute("UPDATE attempt SET at = at - interval '1 day'")
    paying_in.begin(nina, 1_000, HERE)


def test_an_address_begins_ten_payments_a_day(db: None) -> None:
    """The eleventh from one address is refused with a sentence (T20)."""
    for n in range(10):
        paying_in.begin(person(f"reader{n}"), 1_000, HERE)
    last = person("reader10")

    with pytest.raises(paying_in.PaidTooOften):
        paying_in.begin(last, 1_000, HERE)

    paying_in.begin(last, 1_000, "192.0.2.77")


@pytest.mark.usefixtures("own_database")
def test_twenty_at_once_are_not_more_than_five() -> None:
    """Parallel tries do not slip through the limit (T20)."""
    nina = person("nina")

    def begin(_: int) -> bool:
        try:
            paying_in.begin(nina, 1_000, HERE)
        except paying_in.PaidTooOften:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        begun = sum(pool.map(begin, range(20)))

    assert begun == Payment.objects.count() == 5


def test_an_address_that_is_not_verified_pays_nothing(nina: User) -> None:
    """Paying needs a confirmed e-mail address (T20)."""
    execute("UPDATE account_emailaddress SET verified = false")

    with pytest.raises(paying_in.MailNotVerified):
        paying_in.begin(nina, 1_000, HERE)

    assert not Attempt.objects.exists()


def test_what_a_month_a_quarter_and_a_year_cost() -> None:
    def amounts(budget: int, free: int) -> list[int]:
        return [way.amount for way in paying_in.ways(budget, free, 202611, budget)]

    assert amounts(1_000, 0) == [1_000, 3_000, 12_000]
    assert amounts(1_000, 300) == [700, 2_700, 11_700]
    assert amounts(1_000, 950) == [200, 2_050, 11_050]
    # The running month is covered: so many months more.
    assert amounts(1_000, 1_000) == [1_000, 3_000, 12_000]
    assert amounts(10_000, 0)[-1] == paying_in.LARGEST

"""Alice pays in. The provider's word credits her, once; nothing else does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts import budgets
from accounts.models import Attempt, Outbox, User
from flattr import clock
from payouts import budgeting, chart, paying_in, providers
from payouts.ledger import posting
from payouts.ledger.models import Transaction
from payouts.models import Payment
from tests.people import execute, person
from tests.questions import Questions

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
    """P2"""
    payment = paying_in.begin(nina, 1_000, HERE)

    for _ in range(3):
        paying_in.arrived(payment.key, {chart.SIMULATED: -payment.amount})

    assert balance(nina) == 1_000
    assert Outbox.objects.filter(template="paid_in").count() == 1


@pytest.mark.usefixtures("own_database")
def test_the_providers_word_said_by_eight_at_once_credits_once() -> None:
    """P2"""
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


@pytest.mark.parametrize("amount", [0, 199, 100_001, -500])
def test_a_payment_is_between_two_and_a_thousand(nina: User, amount: int) -> None:
    """T20"""
    with pytest.raises(paying_in.NotAPayment):
        paying_in.begin(nina, amount, HERE)


def test_an_account_begins_five_payments_a_day(nina: User) -> None:
    """T20"""
    for n in range(5):
        paying_in.begin(nina, 1_000, f"192.0.2.{n}")

    with pytest.raises(paying_in.PaidTooOften):
        paying_in.begin(nina, 1_000, "192.0.2.9")

    assert Payment.objects.count() == 5
    execute("UPDATE attempt SET at = at - interval '1 day'")
    paying_in.begin(nina, 1_000, HERE)


def test_an_address_begins_ten_payments_a_day(db: None) -> None:
    """T20"""
    for n in range(10):
        paying_in.begin(person(f"reader{n}"), 1_000, HERE)
    last = person("reader10")

    with pytest.raises(paying_in.PaidTooOften):
        paying_in.begin(last, 1_000, HERE)

    paying_in.begin(last, 1_000, "192.0.2.77")


@pytest.mark.usefixtures("own_database")
def test_twenty_at_once_are_not_more_than_five() -> None:
    """T20"""
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
    """T20"""
    execute("UPDATE account_emailaddress SET verified = false")

    with pytest.raises(paying_in.MailNotVerified):
        paying_in.begin(nina, 1_000, HERE)

    assert not Attempt.objects.exists()


def test_without_a_provider_nothing_begins(nina: User, settings: Settings) -> None:
    settings.PAYMENT_PROVIDER = ""

    with pytest.raises(providers.NoProvider):
        paying_in.begin(nina, 1_000, HERE)


def test_the_proposal_is_what_is_missing_and_at_least_two() -> None:
    assert paying_in.proposed(budget=1_000, free=0) == 1_000
    assert paying_in.proposed(budget=1_000, free=300) == 700
    assert paying_in.proposed(budget=1_000, free=950) == 200
    assert paying_in.proposed(budget=1_000, free=1_000) == 1_000
    assert paying_in.proposed(budget=0, free=0) == 200


# --- The pages


def begin(client: Client, amount: str = "10") -> str:
    """The provider's address that the form leads to."""
    answer = client.post("/pay", {"amount": amount})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_paying_in_a_browser(nina: User, client: Client) -> None:
    client.force_login(nina)
    assert 'value="10.00"' in client.get("/pay").content.decode()
    there = begin(client)
    assert "Simulated payments" in client.get(there).content.decode()
    assert balance(nina) == 0

    answer = client.post(there, {"pay": "1"}, follow=True)

    assert "€10.00 arrived" in answer.content.decode()
    assert balance(nina) == 1_000


def test_a_declined_payment_stays_declined(nina: User, client: Client) -> None:
    client.force_login(nina)
    there = begin(client)

    answer = client.post(there, {"decline": "1"}, follow=True)
    client.post(there, {"pay": "1"})

    assert "was declined" in answer.content.decode()
    assert balance(nina) == 0


def test_the_return_address_credits_nothing(nina: User, client: Client) -> None:
    """P1"""
    client.force_login(nina)
    begin(client)
    payment = Payment.objects.get()

    for _ in range(3):
        page = client.get(f"/pay/{payment.pk}")

    assert "is on its way" in page.content.decode()
    assert client.post(f"/pay/{payment.pk}").status_code == 405
    assert balance(nina) == 0


def test_only_ones_own_payments_are_shown_or_paid(
    nina: User, alice: User, client: Client
) -> None:
    """T40"""
    client.force_login(nina)
    there = begin(client)
    payment = Payment.objects.get()

    client.force_login(alice)

    assert client.get(f"/pay/{payment.pk}").status_code == 404
    assert client.get(there).status_code == 404
    assert client.post(there, {"pay": "1"}).status_code == 404
    assert balance(nina) == 0


@pytest.mark.parametrize("typed", ["1.99", "1000.01", "", "ten", "-3", "1e3"])
def test_a_wrong_payment_is_answered_beside_the_field(
    nina: User, client: Client, typed: str
) -> None:
    client.force_login(nina)

    page = client.post("/pay", {"amount": typed}).content.decode()

    assert 'aria-invalid="true"' in page
    assert f'value="{typed}"' in page or not typed
    assert not Payment.objects.exists()


def test_the_sixth_payment_of_a_day_is_refused_in_words(
    nina: User, client: Client
) -> None:
    """T20"""
    client.force_login(nina)
    for _ in range(5):
        begin(client)

    answer = client.post("/pay", {"amount": "10"})

    assert answer.status_code == 429
    assert "try again tomorrow" in answer.content.decode()


def test_an_unverified_person_is_told_what_to_do(nina: User, client: Client) -> None:
    execute("UPDATE account_emailaddress SET verified = false")
    client.force_login(nina)

    assert "Verify it" in client.get("/pay").content.decode()
    assert client.post("/pay", {"amount": "10"}).status_code == 403


def test_simulated_payments_are_for_local_mode_alone(
    nina: User, client: Client, settings: Settings
) -> None:
    client.force_login(nina)
    there = begin(client)
    settings.PAYMENT_PROVIDER = ""

    assert client.get(there).status_code == 404
    assert client.post(there, {"pay": "1"}).status_code == 404
    assert "not open on this site yet" in client.get("/pay").content.decode()
    assert client.post("/pay", {"amount": "10"}).status_code == 503
    assert balance(nina) == 0


def test_the_list_of_payments_asks_the_same_number_of_questions(
    nina: User, client: Client
) -> None:
    client.force_login(nina)
    client.get("/pay")
    counts = []
    for many in (1, 20):
        for _ in range(many):
            paying_in.pay_simulated(nina, 200, clock.now() - timedelta(days=1))
        with Questions() as questions:
            assert client.get("/pay").status_code == 200
        counts.append(questions.count)

    assert counts[0] == counts[1]

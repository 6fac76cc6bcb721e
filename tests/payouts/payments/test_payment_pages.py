"""Nina's pages about paying: how much at once, her card, what became of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.people import budgets
from flattr.database import clock
from payouts.gateway import calls
from payouts.models import Payer, Payment, Refund
from payouts.payments import budgeting, charging, paying_in, renewing
from tests.questions import Questions
from tests.world.cards import HERE, pay
from tests.world.kept_cards import (
    balance,
    begin,
    charged,
    latest,
    next_month,
    read,
    spend,
)
from tests.world.people import execute, person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")

DECLINED = "4000000000000002"
ASKS_ONCE = "4000002500003155"

CARD = {"method": "card"}


@pytest.fixture
def nina(stripe: Simulator, client: Client) -> User:
    """A reader who chose ten a month, paid nothing yet and is signed in."""
    reader = person("nina")
    budgeting.choose(reader, 1_000)
    client.force_login(reader)
    return reader


def chosen(page: str) -> list[str]:
    """The values of radio buttons that are set before anybody chooses."""
    first = page[: page.index('id="renewals"')]
    return re.findall(r'name="months" value="(\d+)"[^>]* checked', first)


def test_paying_in_a_browser(stripe: Simulator, nina: User, client: Client) -> None:
    there = begin(client)
    payment = latest(nina)
    assert there.startswith(stripe.url)
    assert balance(nina) == 0
    assert payment.session_id

    stripe.complete(payment.session_id)
    page = read(client, f"/pay/{payment.pk}")

    assert "€10.00 arrived" in page
    assert "charge:pi_" in page
    assert balance(nina) == 1_000
    payer = Payer.objects.get(reader=nina)
    assert (payer.kept, payer.months) == ("Visa …4242", 1)
    assert "Visa …4242" in read(client, "/pay")


def test_the_return_address_credits_nothing(
    stripe: Simulator, nina: User, client: Client
) -> None:
    """Coming back from Stripe's page credits nobody by itself (P1)."""
    begin(client)
    payment = latest(nina)

    for _ in range(3):
        page = read(client, f"/pay/{payment.pk}")

    assert "is on its way" in page
    assert client.post(f"/pay/{payment.pk}").status_code == 405
    assert balance(nina) == 0


@pytest.mark.parametrize("differs", ["amount", "key", "currency", "livemode"])
def test_a_payment_of_somebody_else_is_not_credited(
    stripe: Simulator, nina: User, differs: str
) -> None:
    """A payment that names another reader is not theirs (P1)."""
    payment = paying_in.begin(nina, 1_000, HERE)
    charging.open_checkout(payment)
    payment.refresh_from_db()
    assert payment.session_id
    stripe.complete(payment.session_id)
    fact = calls.payment(stripe.all("payment_intent")[0]["id"])
    wrong = {"amount": 999, "key": "checkout:x", "currency": "USD", "livemode": True}
    changed = {name: getattr(fact, name) for name in fact.__slots__}
    changed[differs] = wrong[differs]

    with pytest.raises(charging.NotOurPayment):
        charging.record(payment, type(fact)(**changed))

    assert balance(nina) == 0


def test_a_declined_card_may_be_followed_by_another(
    stripe: Simulator, nina: User, client: Client
) -> None:
    begin(client)
    payment = latest(nina)
    assert payment.session_id
    with pytest.raises(Exception, match="declined"):
        stripe.complete(payment.session_id, DECLINED)
    page = read(client, f"/pay/{payment.pk}")
    assert "is on its way" in page

    stripe.complete(payment.session_id)

    assert "arrived" in read(client, f"/pay/{payment.pk}")
    assert charged(stripe) == [1_000]


def test_a_page_at_stripe_that_was_left_is_told(
    stripe: Simulator, nina: User, client: Client
) -> None:
    begin(client)
    payment = latest(nina)
    assert payment.session_id
    stripe.abandon(payment.session_id)

    page = read(client, f"/pay/{payment.pk}")

    assert "was not paid" in page
    assert "not completed in time" in page


def test_a_card_that_asks_once_pays_and_renews(stripe: Simulator, nina: User) -> None:
    pay(stripe, nina, card=ASKS_ONCE)
    spend(nina)
    next_month()

    renewing.renew()

    assert charged(stripe) == [1_000, 1_000]


# --- How much at once


def test_each_way_says_its_fee_and_the_shortest_cheap_one_is_set(
    stripe: Simulator, client: Client
) -> None:
    paul = person("paul")
    budgeting.choose(paul, 200)
    client.force_login(paul)

    page = read(client, "/pay")

    of_card = page[page.index('value="card"') : page.index('value="sepa_debit"')]
    assert re.findall(r"costs (€[\d.]+, [\d.]+ %) of", of_card) == [
        "€0.28, 14 %",
        "€0.34, 5.7 %",
        "€0.61, 2.5 %",
    ]
    assert re.findall(r'<small class="num">([^<]+)</small>', page) == [
        "€2.00",
        "€6.00",
        "€24.00",
    ]
    assert chosen(page) == ["3"]


def test_a_quarter_is_paid_and_remembered(
    stripe: Simulator, nina: User, client: Client
) -> None:
    assert chosen(read(client, "/pay")) == ["1"]
    begin(client, 3)
    payment = latest(nina)
    assert payment.session_id
    stripe.complete(payment.session_id)
    read(client, f"/pay/{payment.pk}")

    assert balance(nina) == 3_000
    assert Payer.objects.get(reader=nina).months == 3
    assert chosen(read(client, "/pay")) == ["3"]


def test_the_interval_is_changed_without_paying(nina: User, client: Client) -> None:
    page = client.post("/pay/months", {"months": "12"}, follow=True).content.decode()

    assert "you pay for a year at once" in page
    assert Payer.objects.get(reader=nina).months == 12
    client.post("/pay/months", {"months": "5"})
    assert Payer.objects.get(reader=nina).months == 12


def test_a_raise_in_mid_month_asks_for_the_difference_at_once(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina)
    answer = client.post("/budget", {"amount": "15"})
    assert answer.headers["Location"] == "/pay?budget=15.00"
    assert "Pay €5.00" in read(client, "/pay?budget=15.00")

    answer = client.post("/pay", {"budget": "15.00", "method": "card"})
    payment = latest(nina)
    assert (answer.status_code, payment.amount) == (303, 500)
    assert budgets.standing(nina).amount == 1_000
    assert payment.session_id
    stripe.complete(payment.session_id)
    read(client, f"/pay/{payment.pk}")

    assert budgets.standing(nina).amount == 1_500
    assert Payer.objects.get(reader=nina).months == 1


def test_a_small_raise_costs_two(stripe: Simulator, nina: User, client: Client) -> None:
    pay(stripe, nina)

    client.post("/pay", {"budget": "10.50", "method": "card"})

    assert latest(nina).amount == 200


def test_nothing_is_begun_without_a_choice_or_a_budget(
    stripe: Simulator, nina: User, client: Client
) -> None:
    for typed in (
        {},
        {"months": "1"},
        {"months": "2", **CARD},
        {"months": "1", "method": "swish"},
    ):
        assert "errorlist" in client.post("/pay", typed).content.decode()
    budgeting.choose(nina, 0)
    assert client.post("/pay", {"months": "1", **CARD}).status_code == 200
    assert "You give nothing" in read(client, "/pay")

    assert not Payment.objects.exists()


def test_the_sixth_payment_of_a_day_is_refused_in_words(
    nina: User, client: Client
) -> None:
    """T20: cards left without paying count too."""
    for _ in range(4):
        begin(client)
    assert client.post("/pay/card").status_code == 303

    answer = client.post("/pay", {"months": "1", **CARD})
    page = client.post("/pay/card", follow=True).content.decode()

    assert answer.status_code == 429
    assert "try again tomorrow" in answer.content.decode()
    assert "try again tomorrow" in page


def test_an_unverified_person_is_told_what_to_do(nina: User, client: Client) -> None:
    execute("UPDATE account_emailaddress SET verified = false")

    assert "Confirm it" in read(client, "/pay")
    assert client.post("/pay", {"months": "1", **CARD}).status_code == 403


def test_stripe_does_not_answer(stripe: Simulator, nina: User, client: Client) -> None:
    """What was chosen is kept, and the try does not count."""
    stripe.chaos("lost_before")
    for _ in range(2):
        answer = client.post("/pay", {"months": "12", **CARD})
        assert answer.status_code == 503
        assert "does not answer" in answer.content.decode()
        assert chosen(answer.content.decode()) == ["12"]
    stripe.calm()

    for _ in range(5):
        begin(client)
    assert Payment.objects.filter(failure="no_answer").count() == 2


def test_only_ones_own_payments_are_shown(
    stripe: Simulator, nina: User, client: Client
) -> None:
    """Another reader's payment answers 404 (T40)."""
    payment = pay(stripe, nina)
    client.force_login(person("alice"))

    for path in (f"/pay/{payment.pk}", f"/pay/{payment.pk}/receipt"):
        assert client.get(path).status_code == 404
    assert client.post(f"/pay/{payment.pk}/confirm").status_code == 404


def test_the_form_may_lead_to_stripe_and_nowhere_else(
    stripe: Simulator, nina: User, client: Client
) -> None:
    begin(client)
    for path in ("/pay", f"/pay/{latest(nina).pk}"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert f"form-action 'self' {stripe.url};" in f"{policy};"
    policy = client.get("/budget").headers["Content-Security-Policy"]
    assert "form-action 'self';" in f"{policy};"


# --- Receipts and the list


def test_a_receipt_says_all_of_a_payment(
    stripe: Simulator, nina: User, client: Client
) -> None:
    payment = pay(stripe, nina)
    Refund.objects.create(
        payment=payment,
        reader=nina,
        amount=300,
        currency="EUR",
        reason="staff",
        made_at=clock.now(),
        done_at=clock.now(),
    )
    Payment.objects.filter(pk=payment.pk).update(returned=300)

    page = read(client, f"/pay/{payment.pk}/receipt")

    for told in ("nina@people.example", "€10.00", "(EUR)", "Visa …4242", "€3.00"):
        assert told in page
    assert f"charge:{payment.stripe_id}" in page
    assert "css/print.css" in page


def test_there_is_no_receipt_before_it_arrived(nina: User, client: Client) -> None:
    begin(client)

    assert client.get(f"/pay/{latest(nina).pk}/receipt").status_code == 404


def test_the_list_of_payments_asks_the_same_number_of_questions(
    nina: User, client: Client
) -> None:
    client.get("/pay")
    counts = []
    for many in (1, 20):
        for _ in range(many):
            paying_in.pay_simulated(nina, 200)
        with Questions() as questions:
            assert client.get("/pay").status_code == 200
        counts.append(questions.count)

    assert counts[0] == counts[1]
    assert client.get("/pay?page=2").status_code == 200


def test_local_pages_say_that_payments_are_simulated(
    nina: User, client: Client
) -> None:
    begin(client)

    assert "Simulated payments" in read(client, "/pay")
    assert "Simulated payments" in read(client, f"/pay/{latest(nina).pk}")


def test_staff_see_what_payments_cost(
    stripe: Simulator, nina: User, client: Client
) -> None:
    pay(stripe, nina)
    pay(stripe, nina, 200)
    client.force_login(person("ada", is_staff=True, is_superuser=True))
    client.get("/admin/payouts/payment/costs/")
    counts = []
    for amount in (200, 300):
        with Questions() as questions:
            answer = client.get("/admin/payouts/payment/costs/")
        counts.append(questions.count)
        pay(stripe, nina, amount)
    page = answer.content.decode()

    assert counts[0] == counts[1]
    # 0.40 of 10.00, 0.28 of 2.00 twice.
    assert "€14.00" in page
    assert "€0.96" in page
    assert "6.9 %" in page
    assert "What payments cost" in read(client, "/admin/payouts/payment/")

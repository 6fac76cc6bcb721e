"""Nina chooses by what she pays: what the page says beside each method, and what follows
from it at Stripe."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.people import budgets
from flattr import pay_methods
from flattr.database import clock
from payouts.models import Method, Payer, Payment
from payouts.payments import budgeting, paying_in, renewing
from payouts.payments.words import kept_words, method_choice, method_words
from payouts.payments.words.kept_words import KeptWords
from payouts.payments.words.method_choice import MethodChoice
from tests.questions import Questions
from tests.world.debits import reader_with_debit, settle
from tests.world.kept_cards import (
    balance,
    begin,
    later,
    latest,
    next_month,
    read,
    spend,
)
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(autouse=True)
def euros(settings: Any) -> None:
    settings.PAY_METHODS = list(pay_methods.existing_in("EUR"))
    settings.PAY_COSTS = dict(pay_methods.COSTS)


@pytest.fixture
def nina(stripe: Simulator, client: Client) -> User:
    """A reader who chose ten a month, paid nothing yet and is signed in."""
    reader = person("nina")
    budgeting.choose(reader, 1_000)
    client.force_login(reader)
    return reader


def pays_in(settings: Any, currency: str) -> None:
    settings.CURRENCY = currency
    settings.PAY_METHODS = list(pay_methods.existing_in(currency))


def choices(*, is_first: bool = False) -> dict[Method, MethodChoice]:
    ways = paying_in.ways(1_000, 0, 202612, 1_000)
    made = method_choice.choices(ways, is_first=is_first)
    return {choice.method: choice for choice in made}


# --- What stands beside the choice


def test_each_method_says_what_each_way_costs() -> None:
    card, debit, ideal, _bancontact = choices().values()

    assert [line.says for line in card.costs] == [
        "costs €0.40, 4 % of €10.00",
        "costs €0.70, 2.3 % of €30.00",
        "costs €2.05, 1.7 % of €120.00",
    ]
    assert [line.place for line in debit.costs] == ["c1", "c2", "c3"]
    assert [line.is_least for line in debit.costs] == [False] * 3
    assert [line.is_least for line in ideal.costs] == [True] * 3


def test_where_there_is_no_choice_nothing_costs_least(settings: Any) -> None:
    settings.PAY_METHODS = ["card"]

    (card,) = choices().values()

    assert not any(line.is_least for line in card.costs)


def test_a_first_debit_says_that_it_opens_the_budget_late(settings: Any) -> None:
    first = choices(is_first=True)[Method.SEPA_DEBIT].follows
    later = choices()[Method.SEPA_DEBIT].follows

    assert "you cannot flattr before. By card you can at once." in first
    assert "Meanwhile you can go on flattring." in later
    settings.PAY_METHODS = ["sepa_debit"]
    assert "card" not in choices(is_first=True)[Method.SEPA_DEBIT].follows


@pytest.mark.parametrize(
    ("method", "says"),
    [
        (Method.CARD, "Stripe saves it for the renewals."),
        (Method.SEPA_DEBIT, "We write to you two days before each debit"),
        (Method.IDEAL, "After it you can let us debit your account"),
        (Method.BANCONTACT, "We write to you two days before each debit"),
    ],
)
def test_each_method_says_what_is_kept_of_it(method: Method, says: str) -> None:
    assert says in choices()[method].follows


def test_where_nothing_can_be_debited_a_card_can_be_saved(settings: Any) -> None:
    pays_in(settings, "SEK")

    assert "After it you can save a card" in choices()[Method.SWISH].follows


def test_whoever_signs_a_mandate_reads_it_before(settings: Any) -> None:
    settings.OPERATOR_LEGAL_NAME = "Flattr Cooperative"
    mandates = {method: choice.mandate for method, choice in choices().items()}

    assert not mandates[Method.CARD]
    assert not mandates[Method.IDEAL]
    assert mandates[Method.BANCONTACT] == mandates[Method.SEPA_DEBIT]
    text = " ".join(mandates[Method.SEPA_DEBIT])
    assert "you authorise (A) Flattr Cooperative and Stripe" in text
    assert "within eight weeks starting from the date" in text
    assert "remove the account under Payments, or tell your bank" in text


def test_what_is_saved_is_proposed_and_else_a_card(settings: Any) -> None:
    assert method_choice.proposed("") == Method.CARD
    assert method_choice.proposed("sepa_debit") == Method.SEPA_DEBIT
    settings.PAY_METHODS = ["ideal"]
    assert method_choice.proposed("card") == Method.IDEAL


def test_every_method_of_every_currency_has_its_words(settings: Any) -> None:
    for method in Method:
        assert method_words.name(method)
        assert method_words.FOR_WHOM[method]
        assert method_words.what_is_kept(method)


# --- The page


def test_the_page_offers_what_is_switched_on(
    nina: User, client: Client, settings: Any
) -> None:
    page = read(client, "/pay")
    offered = re.findall(r'type="radio" name="method" value="(\w+)"', page)

    assert offered == ["card", "sepa_debit", "ideal", "bancontact"]
    assert re.findall(
        r'value="(\w+)" class="c\d"\s+checked>\s+<span class="grow"', page
    ) == ["card"]
    settings.PAY_METHODS = ["card"]
    alone = read(client, "/pay")
    assert 'name="method"' not in alone
    assert "Stripe saves it for the renewals." in alone


def test_what_is_not_offered_cannot_be_posted(
    nina: User, client: Client, settings: Any
) -> None:
    settings.PAY_METHODS = ["card", "ideal"]

    answer = client.post("/pay", {"months": "1", "method": "sepa_debit"})

    assert "errorlist" in answer.content.decode()
    assert not Payment.objects.exists()


def test_before_paying_the_page_says_where_the_money_goes(
    nina: User, client: Client, settings: Any
) -> None:
    settings.FEE_PERCENT = 10

    page = read(client, "/pay")

    assert "Of €10.00 Flattr keeps €1.00, and €9.00 reach creators." in page
    assert "Flattr pays what the payment costs." in page


def test_a_card_pays(stripe: Simulator, nina: User, client: Client) -> None:
    begin(client)
    stripe.complete(str(latest(nina).session_id))

    page = read(client, f"/pay/{latest(nina).pk}")

    assert "€10.00 arrived" in page
    assert latest(nina).method == Method.CARD


def test_a_debit_is_credited_days_later(
    stripe: Simulator, nina: User, client: Client
) -> None:
    begin(client, method="sepa_debit")
    stripe.pay_by_debit(str(latest(nina).session_id))
    page = read(client, f"/pay/{latest(nina).pk}")
    assert "€10.00 is on its way" in page
    assert "Your bank works on it since" in page
    assert not budgets.standing(nina).open
    stands = read(client, "/pay")
    assert "As soon as it is here you can flattr." in stands
    assert "On its way" in stands
    assert "Pay in another way, if you cannot wait" in stands
    assert "€10.00 is on its way" in read(client, "/month")

    stripe.settle_debit(str(latest(nina).stripe_id))
    page = read(client, f"/pay/{latest(nina).pk}")

    assert "€10.00 arrived" in page
    assert balance(nina) == 1_000
    assert budgets.standing(nina).open
    assert Payer.objects.get(reader=nina).kept == "SEPA debit DE …3000"


@pytest.mark.parametrize(
    ("method", "kept"), [("ideal", ""), ("bancontact", "SEPA debit")]
)
def test_a_bank_pays_at_once(
    stripe: Simulator, nina: User, client: Client, method: str, kept: str
) -> None:
    begin(client, method=method)
    stripe.pay_by_bank(str(latest(nina).session_id), method)

    assert "€10.00 arrived" in read(client, f"/pay/{latest(nina).pk}")

    assert latest(nina).method == method
    assert Payer.objects.get(reader=nina).kept.startswith(kept)
    assert bool(Payer.objects.get(reader=nina).kept) is bool(kept)


@pytest.mark.parametrize(
    ("currency", "method", "kept", "cost"),
    [("CHF", "twint", "TWINT", 49), ("SEK", "swish", "", 190)],
)
def test_other_currencies_have_methods_of_their_own(
    stripe: Simulator,
    client: Client,
    settings: Any,
    currency: str,
    method: str,
    kept: str,
    cost: int,
) -> None:
    pays_in(settings, currency)
    reader = person("lea")
    budgeting.choose(reader, 1_000)
    client.force_login(reader)
    page = read(client, "/pay")
    assert re.findall(r'type="radio" name="method" value="(\w+)"', page) == [
        "card",
        method,
    ]

    begin(client, method=method)
    stripe.pay_by_bank(str(latest(reader).session_id), method)

    read(client, f"/pay/{latest(reader).pk}")
    assert latest(reader).paid_at
    assert latest(reader).cost == cost
    assert Payer.objects.get(reader=reader).kept == kept


def test_a_debit_that_fails_after_days_says_why(
    stripe: Simulator, nina: User, client: Client
) -> None:
    begin(client, method="sepa_debit")
    stripe.pay_by_debit(str(latest(nina).session_id))
    read(client, f"/pay/{latest(nina).pk}")

    stripe.fail_debit(str(latest(nina).stripe_id))
    page = read(client, f"/pay/{latest(nina).pk}")

    assert "€10.00 was not paid" in page
    assert "there was not enough money in the account. Nothing was charged." in page
    stands = read(client, "/pay")
    assert "Not paid" in stands
    assert "is not paid yet." in stands
    assert balance(nina) == 0


# --- What is kept, and what can be

DEBITED = Payer(
    kept_id="pm_1", kind="sepa_debit", kept_as="SEPA debit DE", last4="3000"
)
VISA = Payer(kept_id="pm_2", kind="card", kept_as="Visa", last4="4242", expires=202703)
TWINT = Payer(kept_id="pm_3", kind="twint", kept_as="TWINT")


@pytest.mark.parametrize(
    ("payer", "name", "buttons"),
    [
        (Payer(), "nothing yet", ["Save a card", "Save an account", ""]),
        (
            VISA,
            "Visa …4242, good until March 2027",
            ["Use another card", "Pay by debit instead", "Remove the card"],
        ),
        (
            DEBITED,
            "SEPA debit DE …3000",
            ["Use a card instead", "Use another account", "Remove the account"],
        ),
        (
            TWINT,
            "TWINT",
            ["Use a card instead", "Pay by debit instead", "Remove TWINT"],
        ),
    ],
)
def test_what_is_saved_is_named_and_can_be_changed(
    payer: Payer, name: str, buttons: list[str]
) -> None:
    words = KeptWords(payer)

    assert words.name == name
    assert [words.card_button, words.debit_button, words.remove_button] == buttons
    assert bool(words.removing) is bool(payer.kept)
    assert bool(words.announced) is (payer is DEBITED)


def test_where_nothing_is_debited_no_account_can_be_saved(settings: Any) -> None:
    settings.PAY_METHODS = ["ideal"]
    words = KeptWords(Payer())

    assert (words.card_button, words.debit_button, words.mandate) == ("", "", [])


@pytest.mark.parametrize(
    ("payment", "payer", "gives", "label"),
    [
        ({"method": "ideal"}, Payer(), True, "Allow debits"),
        ({"method": "ideal"}, VISA, True, ""),
        ({"method": "ideal"}, Payer(), False, ""),
        ({"method": "card"}, Payer(), True, ""),
        ({"method": "ideal", "paid_at": None}, Payer(), True, ""),
        ({"method": "ideal", "provider": "demo"}, Payer(), True, ""),
    ],
)
def test_only_whoever_would_pay_by_hand_is_offered_to_save_something(
    payment: dict[str, Any], payer: Payer, gives: bool, label: str
) -> None:
    facts = {"provider": "stripe", "paid_at": clock.now(), **payment}
    offer = kept_words.offer(Payment(**facts), payer, gives=gives)

    assert (offer.button if offer else "") == label


def test_after_ideal_nina_lets_us_debit_her_account(
    stripe: Simulator, nina: User, client: Client
) -> None:
    begin(client, method="ideal")
    stripe.pay_by_bank(str(latest(nina).session_id))
    page = read(client, f"/pay/{latest(nina).pk}")
    assert "So that you need not pay by hand each month" in page
    assert "Not now: go to my month" in page
    assert "you authorise (A)" in page

    answer = client.post("/pay/debit")
    session = stripe.all("checkout.session")[-1]
    stripe.pay_by_bank(session["id"], "ideal", iban="NL39RABO0300065264")
    done = client.get(f"/pay/kept?session={session['id']}", follow=True)

    assert answer.status_code == 303
    text = done.content.decode()
    assert "Your next payments are made with SEPA debit NL …5264." in text
    assert "two days before each debit" in text
    assert "need not pay by hand" not in read(client, f"/pay/{latest(nina).pk}")
    assert balance(nina) == 1_000


def test_after_swish_a_card_is_offered(
    stripe: Simulator, client: Client, settings: Any
) -> None:
    pays_in(settings, "SEK")
    lea = person("lea")
    budgeting.choose(lea, 1_000)
    client.force_login(lea)
    begin(client, method="swish")
    stripe.pay_by_bank(str(latest(lea).session_id), "swish")

    page = read(client, f"/pay/{latest(lea).pk}")

    assert "Save a card, and your next payments go on by themselves" in page
    assert 'action="/pay/card"' in page
    assert client.post("/pay/debit").headers["Location"] == "/pay"


def test_a_removed_account_is_debited_no_more(
    stripe: Simulator, nina: User, client: Client
) -> None:
    begin(client, method="bancontact")
    stripe.pay_by_bank(str(latest(nina).session_id), "bancontact")
    read(client, f"/pay/{latest(nina).pk}")
    assert "Remove the account" in read(client, "/pay")

    page = client.post("/pay/kept/remove", follow=True).content.decode()

    assert "It is no longer saved." in page
    assert "nothing yet" in page
    assert not Payer.objects.get(reader=nina).mandate_id


def test_the_pages_ask_the_same_however_much_was_paid(
    stripe: Simulator, nina: User, client: Client
) -> None:
    counts = []
    for _ in range(2):
        begin(client, method="sepa_debit")
        stripe.pay_by_debit(str(latest(nina).session_id))
        read(client, f"/pay/{latest(nina).pk}")
        with Questions() as questions:
            read(client, "/pay")
        counts.append(questions.count)

    assert counts[0] == counts[1] <= 18


def test_a_months_debit_is_told_on_the_pages_from_its_announcement_to_its_arrival(
    stripe: Simulator, client: Client
) -> None:
    nina = reader_with_debit(stripe)
    client.force_login(nina)
    spend(nina)
    next_month()
    day = f"{clock.now() + timedelta(days=2):%-d %B}"
    renewing.renew()

    stands = read(client, "/pay")
    assert f"On {day} we debit €10.00." in stands
    assert "Pay in another way, if you cannot wait" in stands
    assert f"On {day} we debit €10.00 for" in read(client, "/month")

    later(days=2)
    renewing.renew()
    assert "€10.00 is on its way" in read(client, "/pay")
    assert "€10.00 is on its way" in read(client, "/month")

    settle(stripe, latest(nina))
    assert "is paid." in read(client, "/pay")

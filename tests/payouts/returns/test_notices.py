"""What Nina reads when a renewal was not paid, or when her bank takes a payment back:
one note, on each page about her money."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from flattr.database import clock
from payouts.models import Payment
from payouts.payments import renewing
from tests.world.browsing import signed_in
from tests.world.card_money import (
    decide,
    dispute_payment,
    pay_by_card,
    pay_by_debit,
    take_back_debit,
)
from tests.world.kept_cards import (
    begin,
    kept_card,
    later,
    next_month,
    reader_with_card,
    renewal,
    spend,
)
from tests.world.people import person, thing_of
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")

NO_FUNDS = "4000000000009995"
ASKS_ALWAYS = "4000002760003184"
PAGES = ("/month", "/pay", "/budget")


@pytest.fixture
def nina(stripe: Simulator) -> User:
    """A reader of ten a month whose card is kept, and whose month was spent."""
    reader = reader_with_card(stripe)
    spend(reader)
    next_month()
    return reader


def words(client: Client, path: str) -> str:
    """The page as it is read, without its tags."""
    page = client.get(path).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_whoever_makes_things_reads_it_at_home(stripe: Simulator, nina: User) -> None:
    """They land there, and may give as well."""
    thing_of(nina, "zine")
    stripe.change_card(kept_card(nina), NO_FUNDS)
    later(hours=1)

    renewing.renew()

    assert "was declined on" in words(signed_in(nina), "/home")


@pytest.mark.parametrize("path", PAGES)
def test_a_declined_renewal_is_told_in_one_note(
    stripe: Simulator, nina: User, path: str
) -> None:
    """Which card, when, why, when the next try is, and both ways out."""
    stripe.change_card(kept_card(nina), NO_FUNDS)
    later(hours=1)
    renewing.renew()
    tried = Payment.objects.latest("id")
    again = renewal(nina).due_at
    assert tried.failed_at
    assert again

    page = signed_in(nina).get(path).content.decode()
    told = words(signed_in(nina), path)

    assert (
        f"{tried.paid_with} was declined on {tried.failed_at:%-d %B} The reason: there was not"
        " enough money on the card. €10.00 for your budget was not charged. We try again"
        f" on {again:%-d %B} and once more on "
    ) in told
    if path == "/pay":
        assert "Pay €10.00 now" in page
        assert page.count('action="/pay/card"') == 1
    else:
        assert "/pay#paying" in page
        assert "/pay#renewals" in page
    assert "note bad" not in page
    assert told.count("was declined on") == 1
    assert "is paid." not in told


def test_after_the_third_try_the_note_says_that_there_is_none(
    stripe: Simulator, nina: User
) -> None:
    stripe.change_card(kept_card(nina), NO_FUNDS)
    for days in (0, 4, 5):
        later(days=days, hours=1)
        renewing.renew()

    for path in PAGES:
        told = words(signed_in(nina), path)
        assert "We do not try again. Your budget is suspended until you pay" in told
    page = words(signed_in(nina), "/pay")
    assert "not while your budget is stopped" in page
    assert "does not cover it" not in page


def test_a_bank_that_wants_to_be_asked_leads_to_the_payment(
    stripe: Simulator, nina: User
) -> None:
    stripe.change_card(kept_card(nina), ASKS_ALWAYS)
    later(hours=1)
    renewing.renew()

    page = signed_in(nina).get("/month").content.decode()

    assert "Please confirm €10.00" in page
    assert f"/pay/{Payment.objects.latest('id').pk}" in page


def test_a_renewal_that_was_paid_after_all_is_told_no_more(
    stripe: Simulator, nina: User
) -> None:
    stripe.change_card(kept_card(nina), NO_FUNDS)
    later(hours=1)
    renewing.renew()
    stripe.change_card(kept_card(nina), "4242424242424242")
    later(days=4)
    renewing.renew()

    assert "declined" not in words(signed_in(nina), "/month")


@pytest.mark.parametrize("path", PAGES)
def test_a_debit_that_came_back_is_told_in_one_note(nina: User, path: str) -> None:
    """Why, and when we try again."""
    take_back_debit(pay_by_debit(nina, 1_000), "incorrect_account_details")
    again = renewal(nina).due_at
    assert again

    told = words(signed_in(nina), path)

    assert (
        f"Your bank took a debit of €10.00 back on {clock.now():%-d %B} The reason: the"
        f" bank does not know the account. We try again on {again:%-d %B} and once more on "
    ) in told


def test_a_debit_that_came_back_is_told_no_more_when_the_next_try_is_known(
    stripe: Simulator, nina: User
) -> None:
    take_back_debit(pay_by_debit(nina, 1_000))
    stripe.change_card(kept_card(nina), NO_FUNDS)
    later(days=4)
    renewing.renew()
    told = words(signed_in(nina), "/month")
    assert "was declined on" in told
    assert "took a debit" not in told

    stripe.change_card(kept_card(nina), "4242424242424242")
    later(days=5)
    renewing.renew()
    assert "took a debit" not in words(signed_in(nina), "/month")


def test_after_a_dispute_her_pages_say_why_the_budget_is_stopped() -> None:
    alice = person("alice")
    payment = pay_by_card(alice, 1_000, budget=1_000)
    client = signed_in(alice)
    fact = dispute_payment(payment)

    for path in PAGES:
        told = words(client, path)
        assert "and that is not decided yet: €10.00" in told
        assert "a month begins" not in told
    told = words(client, f"/pay/{payment.pk}")
    assert "Your bank took €10.00 back That is not decided yet" in told
    assert "€10.00 arrived" not in told

    decide(fact, "lost")

    for path in PAGES:
        assert "Your budget is suspended until you pay again" in words(client, path)
    assert "That was decided on" in words(client, f"/pay/{payment.pk}")


def test_a_payment_that_was_disputed_and_won_arrived_after_all() -> None:
    alice = person("alice")
    payment = pay_by_card(alice, 1_000, budget=1_000)

    decide(dispute_payment(payment), "won")

    assert "€10.00 arrived" in words(signed_in(alice), f"/pay/{payment.pk}")


def test_what_was_called_off_at_stripe_is_not_in_her_list(
    stripe: Simulator, nina: User
) -> None:
    client = signed_in(nina)
    before = words(client, "/pay")

    begin(client)
    begin(client)

    assert words(client, "/pay").count(" Receipt of") == before.count(" Receipt of")
    assert "On its way" not in words(client, "/pay")

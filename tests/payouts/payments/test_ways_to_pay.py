"""Each way to pay in: what Stripe is asked for, when the money is credited, and what is
kept of it for renewals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from accounts.models import Budget, Outbox, User
from local.stripe.wire.errors import Refused
from payouts.events import applying
from payouts.models import Method, Payer, Payment
from payouts.payments import budgeting, charging, methods, paying_in
from tests.world.bank_money import EMPTY_IBAN, LIMITED_IBAN
from tests.world.cards import HERE, pay
from tests.world.debits import begin_by, fail, kept_by, pay_by, settle
from tests.world.kept_cards import balance, in_order, later
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def nina(stripe: Simulator) -> User:
    reader = person("nina")
    budgeting.choose(reader, 1_000)
    return reader


def asked_for(stripe: Simulator) -> dict[str, Any]:
    """What the last Checkout was opened with."""
    form = stripe.calls("POST", "/v1/checkout/sessions")[-1].form
    return dict(parse_qsl(form))


def mails(reader: User, template: str) -> list[Outbox]:
    return list(Outbox.objects.filter(person=reader, template=template))


def is_open(reader: User) -> bool:
    return Budget.objects.get(reader=reader).credited_at is not None


@pytest.mark.parametrize(
    ("method", "currency", "keeps"),
    [
        (Method.CARD, "EUR", True),
        (Method.SEPA_DEBIT, "EUR", True),
        (Method.IDEAL, "EUR", False),
        (Method.BANCONTACT, "EUR", True),
        (Method.TWINT, "CHF", True),
        (Method.SWISH, "SEK", False),
    ],
)
def test_checkout_is_opened_with_one_method_and_keeps_it_by_its_own_option(
    stripe: Simulator,
    nina: User,
    settings: Any,
    method: Method,
    currency: str,
    keeps: bool,
) -> None:
    """Never for all at once: Stripe refuses that where one of them cannot be kept."""
    settings.CURRENCY, settings.PAY_METHODS = currency, (method,)

    begin_by(nina, method)

    asked = asked_for(stripe)
    kept = {k: v for k, v in asked.items() if "setup_future_usage" in k}
    option = f"payment_method_options[{method}][setup_future_usage]"
    assert [v for k, v in asked.items() if "payment_method_types" in k] == [method]
    assert kept == ({option: "off_session"} if keeps else {})


@pytest.mark.parametrize("method", [Method.TWINT, Method.SWISH, Method.BANCONTACT])
def test_what_is_not_offered_is_refused_in_words(
    stripe: Simulator, nina: User, settings: Any, method: Method
) -> None:
    """TWINT pays francs and Swish crowns; the operator may leave out others."""
    settings.PAY_METHODS = (Method.CARD, Method.SEPA_DEBIT)

    with pytest.raises(methods.MethodNotOffered) as refused:
        paying_in.begin(nina, 1_000, HERE, method=method)

    assert "choose another one" in str(refused.value)
    assert not Payment.objects.exists()


def test_a_debit_is_credited_when_it_succeeded_and_opens_the_budget_then(
    stripe: Simulator, nina: User
) -> None:
    begun = pay_by(stripe, nina, Method.SEPA_DEBIT)

    assert begun.is_processing
    assert (begun.paid_with, balance(nina)) == ("SEPA debit DE …3000", 0)
    assert not is_open(nina)
    assert not kept_by(nina).kept
    (mail,) = mails(nina, "debit_begun")
    assert mail.facts["is_first"]

    stripe.advance(6 * 24 * 3_600)
    later(days=6)
    paid = charging.fetch(begun)

    assert not paid.is_processing
    assert paid.paid_at is not None
    assert paid.paid_at - begun.started_at > timedelta(days=4)
    assert (paid.method, paid.cost, balance(nina)) == ("sepa_debit", 35, 1_000)
    assert is_open(nina)
    kept = kept_by(nina)
    assert (kept.kept, kept.kind, kept.expires) == (
        *("SEPA debit DE …3000", "sepa_debit"),
        None,
    )
    assert kept.mandate_id == stripe.all("mandate")[0]["id"]
    assert kept.fingerprint == paid.fingerprint != ""
    assert in_order()


def test_a_debit_that_fails_after_days_is_told_with_the_banks_reason(
    stripe: Simulator, nina: User
) -> None:
    begun = pay_by(stripe, nina, Method.SEPA_DEBIT)
    later(days=5)

    failed = fail(stripe, begun, "account_closed")

    assert (failed.failure, balance(nina)) == ("account_closed", 0)
    assert failed.failed_at is not None
    (mail,) = mails(nina, "debit_not_paid")
    assert mail.facts["why"] == "the account is closed"
    assert not is_open(nina)
    assert not kept_by(nina).kept


def test_one_account_is_known_again_by_its_fingerprint(
    stripe: Simulator, nina: User
) -> None:
    """T15: two readers who pay from one account."""
    mine = settle(stripe, pay_by(stripe, nina, Method.SEPA_DEBIT))
    theirs = settle(stripe, pay_by(stripe, person("paul"), Method.SEPA_DEBIT))

    assert mine.fingerprint == theirs.fingerprint


def test_a_debit_of_which_we_hear_when_it_has_failed(
    stripe: Simulator, nina: User, client: Client
) -> None:
    """Events in any order, each twice, lead to the same; and the next debit is another
    payment."""
    payment = begin_by(nina, Method.SEPA_DEBIT)
    assert payment.session_id
    stripe.pay_by_debit(payment.session_id, EMPTY_IBAN)
    stripe.advance(6 * 24 * 3_600)

    stripe.deliver(client, repeat=2, seed=3)
    while applying.act():
        pass

    payment.refresh_from_db()
    assert payment.failure == "insufficient_funds"
    assert payment.failed_at is not None
    again = settle(stripe, pay_by(stripe, nina, Method.SEPA_DEBIT))
    assert again.paid_at is not None
    assert balance(nina) == 1_000


def test_an_account_that_stripe_refuses_is_followed_by_another_on_the_same_page(
    stripe: Simulator, nina: User, client: Client
) -> None:
    payment = begin_by(nina, Method.SEPA_DEBIT)
    assert payment.session_id
    with pytest.raises(Refused):
        stripe.pay_by_debit(payment.session_id, LIMITED_IBAN)
    stripe.deliver(client)
    while applying.act():
        pass
    stripe.pay_by_debit(payment.session_id)

    stripe.deliver(client)
    while applying.act():
        pass
    payment.refresh_from_db()

    assert (payment.is_processing, payment.failure) == (True, "")
    assert settle(stripe, payment).paid_at is not None
    assert balance(nina) == 1_000


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_in_whatever_order_stripe_tells_a_debit_is_credited_once(
    stripe: Simulator, nina: User, client: Client, seed: int
) -> None:
    payment = begin_by(nina, Method.SEPA_DEBIT)
    assert payment.session_id
    stripe.pay_by_debit(payment.session_id)
    stripe.advance(6 * 24 * 3_600)

    stripe.deliver(client, repeat=2, seed=seed)
    while applying.act():
        pass

    assert balance(nina) == 1_000
    assert kept_by(nina).kept == "SEPA debit DE …3000"
    assert in_order()


def test_by_ideal_nothing_is_kept(stripe: Simulator, nina: User) -> None:
    paid = pay_by(stripe, nina, Method.IDEAL)

    assert (paid.method, paid.paid_with) == ("ideal", "iDEAL …5264")
    assert (balance(nina), kept_by(nina).kept) == (1_000, "")
    assert is_open(nina)
    assert in_order()


def test_bancontact_leaves_a_debit_behind(stripe: Simulator, nina: User) -> None:
    """Its mandate is the charge's, and its account known by the fingerprint."""
    paid = pay_by(stripe, nina, Method.BANCONTACT)

    kept = kept_by(nina)
    assert (paid.method, paid.paid_with) == ("bancontact", "Bancontact …7061")
    assert (kept.kept, kept.kind) == ("SEPA debit BE …7061", "sepa_debit")
    made = stripe.get(kept.kept_id)
    assert made["sepa_debit"]["generated_from"]["charge"]
    assert kept.mandate_id == stripe.all("mandate")[0]["id"]
    assert kept.fingerprint == paid.fingerprint == made["sepa_debit"]["fingerprint"]
    assert balance(nina) == 1_000


def test_twint_is_kept_in_switzerland(
    stripe: Simulator, nina: User, settings: Any
) -> None:
    settings.CURRENCY, settings.PAY_METHODS = "CHF", (Method.CARD, Method.TWINT)

    paid = pay_by(stripe, nina, Method.TWINT)

    assert (paid.paid_with, paid.currency) == ("TWINT", "CHF")
    assert (kept_by(nina).kept, kept_by(nina).kind) == ("TWINT", "twint")


def test_by_swish_nothing_is_kept(stripe: Simulator, nina: User, settings: Any) -> None:
    settings.CURRENCY, settings.PAY_METHODS = "SEK", (Method.CARD, Method.SWISH)

    paid = pay_by(stripe, nina, Method.SWISH, 2_000)

    assert (paid.paid_with, paid.cost) == ("Swish", 200)
    assert not kept_by(nina).kept


def test_what_was_saved_meanwhile_stays(stripe: Simulator, nina: User) -> None:
    """The debit was entered before the card, and arrives after it."""
    begun = pay_by(stripe, nina, Method.SEPA_DEBIT)
    stripe.advance(3_600)
    Payer.objects.filter(reader=nina).update(kept_at=None)
    pay(stripe, nina, 1_000)

    settle(stripe, begun)

    assert kept_by(nina).kept == "Visa …4242"
    assert balance(nina) == 2_000

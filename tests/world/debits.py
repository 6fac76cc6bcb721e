"""Readers who pay by other methods than cards, at the simulated Stripe, as pages do it."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User
from payouts.gateway import calls
from payouts.models import Method, Payer, Payment
from payouts.payments import budgeting, charging, payers, paying_in
from tests.world.cards import HERE
from tests.world.people import person
from tests.world.stripes import Simulator


def begin_by(
    reader: User, method: Method, amount: int = 1_000, months: int | None = 1
) -> Payment:
    """On the way to Stripe's page for that method: nothing is paid yet."""
    EmailAddress.objects.get_or_create(
        user=reader, email=reader.email, defaults={"verified": True, "primary": True}
    )
    payment = paying_in.begin(reader, amount, HERE, interval=months, method=method)
    paying_in.forgive(reader, HERE)
    charging.open_checkout(payment)
    payment.refresh_from_db()
    return payment


def pay_by(
    stripe: Simulator, reader: User, method: Method, amount: int = 1_000
) -> Payment:
    """`reader` did all that they have to do at Stripe, and came back."""
    payment = begin_by(reader, method, amount)
    assert payment.session_id
    if method == Method.SEPA_DEBIT:
        stripe.pay_by_debit(payment.session_id)
    else:
        stripe.pay_by_bank(payment.session_id, method)
    return charging.fetch(payment)


def debit_unheard(
    stripe: Simulator, reader: User, amount: int = 1_000
) -> tuple[Payment, str]:
    """Begun at Stripe: the bank works on it, of which we have not heard; and the payment
    intent's id."""
    payment = begin_by(reader, Method.SEPA_DEBIT, amount)
    assert payment.session_id
    stripe.pay_by_debit(payment.session_id)
    return payment, str(stripe.get(payment.session_id)["payment_intent"])


def settle(stripe: Simulator, payment: Payment) -> Payment:
    """The bank sends the money of a debit that it works on."""
    assert payment.stripe_id
    stripe.settle_debit(payment.stripe_id)
    return charging.fetch(payment)


def fail(
    stripe: Simulator, payment: Payment, code: str = "insufficient_funds"
) -> Payment:
    """The bank does not send it."""
    assert payment.stripe_id
    stripe.fail_debit(payment.stripe_id, code)
    return charging.fetch(payment)


def reader_with_debit(
    stripe: Simulator, name: str = "nina", budget: int = 1_000
) -> User:
    """Somebody who paid one month of a budget by a debit, of which the mandate is kept."""
    reader = person(name)
    budgeting.choose(reader, budget)
    settle(stripe, pay_by(stripe, reader, Method.SEPA_DEBIT, budget))
    return reader


def allow_debits(stripe: Simulator, reader: User, by: Method, iban: str = "") -> bool:
    """The second Checkout, in which nothing is paid; whether an account is kept now."""
    paying_in.forgive(reader, HERE)
    payers.open_mandate_checkout(reader, HERE)
    session = stripe.all("checkout.session")[-1]["id"]
    if by == Method.SEPA_DEBIT:
        stripe.pay_by_debit(session)
    else:
        stripe.pay_by_bank(session, by, iban=iban)
    return payers.store_kept_of_session(calls.session(session))


def kept_by(reader: User) -> Payer:
    return Payer.objects.get(reader=reader)

"""The ways in which readers pay: by card or debit at the simulated Stripe, as pages do it.

Where only the sum matters, `tests.world.people.pay_in` posts it and asks nobody.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User
from payouts.models import Method, Payment
from payouts.payments import charging, paying_in
from tests.world.bank_money import IBAN
from tests.world.stripes import VISA, Simulator

HERE = "192.0.2.1"


def begin_to_pay(
    reader: User,
    amount: int = 1_000,
    months: int | None = None,
    method: Method = Method.CARD,
) -> Payment:
    """On the way to Stripe's page: nothing is paid yet. Tests may do so all day."""
    EmailAddress.objects.get_or_create(
        user=reader, email=reader.email, defaults={"verified": True, "primary": True}
    )
    payment = paying_in.begin(reader, amount, HERE, interval=months, method=method)
    paying_in.forgive(reader, HERE)
    charging.open_checkout(payment)
    payment.refresh_from_db()
    return payment


def pay_unheard(
    stripe: Simulator,
    reader: User,
    amount: int = 1_000,
    card: str = VISA,
    months: int | None = None,
) -> tuple[Payment, str]:
    """Paid at Stripe, of which we have not heard; and the payment intent's id."""
    payment = begin_to_pay(reader, amount, months)
    assert payment.session_id
    stripe.complete(payment.session_id, card)
    return payment, str(stripe.get(payment.session_id)["payment_intent"])


def debit_unheard(
    stripe: Simulator, reader: User, amount: int = 1_000, iban: str = IBAN
) -> tuple[Payment, str]:
    """Begun at Stripe: the bank works on it, of which we have not heard; and the payment
    intent's id. Debits are offered."""
    payment = begin_to_pay(reader, amount, method=Method.SEPA_DEBIT)
    assert payment.session_id
    stripe.pay_by_debit(payment.session_id, iban)
    return payment, str(stripe.get(payment.session_id)["payment_intent"])


def pay(
    stripe: Simulator,
    reader: User,
    amount: int = 1_000,
    card: str = VISA,
    months: int = 1,
) -> Payment:
    """`reader` pays with that card, for so many months at once."""
    return charging.fetch(pay_unheard(stripe, reader, amount, card, months)[0])

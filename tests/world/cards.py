"""The one way in which readers pay: by card at the simulated Stripe, as pages do it.

Where only the sum matters, `tests.world.people.pay_in` posts it and asks nobody.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User
from payouts.models import Payment
from payouts.payments import charging, paying_in
from tests.world.stripes import VISA, Simulator

HERE = "192.0.2.1"


def begin_to_pay(
    reader: User, amount: int = 1_000, months: int | None = None
) -> Payment:
    """On the way to Stripe's page: nothing is paid yet. Tests may do so all day."""
    EmailAddress.objects.get_or_create(
        user=reader, email=reader.email, defaults={"verified": True, "primary": True}
    )
    payment = paying_in.begin(reader, amount, HERE, interval=months)
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


def pay(
    stripe: Simulator,
    reader: User,
    amount: int = 1_000,
    card: str = VISA,
    months: int = 1,
) -> Payment:
    """`reader` pays with that card, for so many months at once."""
    return charging.fetch(pay_unheard(stripe, reader, amount, card, months)[0])

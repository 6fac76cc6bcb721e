"""By what readers pay here, what each method costs, and what is kept of it for renewals."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from flattr.web.refusals import Refusal
from payouts.models import Method

# What is saved when it is used, so that it can be charged again. Of the others nothing
# is: a bank transfer that its owner confirms each time.
KEPT = frozenset({Method.CARD, Method.SEPA_DEBIT, Method.BANCONTACT, Method.TWINT})
# By what a reader signs a mandate for debits.
DEBITED = frozenset({Method.SEPA_DEBIT, Method.BANCONTACT})


class MethodNotOffered(Refusal):
    says = _("You cannot pay by this method here. Please choose another one.")

    code = "validation"


def offered() -> list[Method]:
    """In the order in which pages show them."""
    return [Method(name) for name in settings.PAY_METHODS]


def cost(method: Method, amount: int) -> int:
    """What a payment of `amount` costs, in minor units, halves up. An estimate of the
    operator's: what Stripe kept is in `stripe_cost`."""
    share, fixed = settings.PAY_COSTS[method]
    return fixed + (amount * share + 5_000) // 10_000


def refuse_others(method: Method) -> None:
    """Refused with `MethodNotOffered` where it is not offered, or not in our currency."""
    if method not in offered():
        raise MethodNotOffered


def giving_mandate() -> list[Method]:
    """By what a reader allows debits without paying: the account's number, or at their
    bank. None where no debits are offered."""
    ways = [Method.SEPA_DEBIT, Method.IDEAL]
    known = offered()
    return [way for way in ways if way in known] if Method.SEPA_DEBIT in known else []

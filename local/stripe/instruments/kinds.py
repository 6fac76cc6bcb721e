"""The kinds of payment methods: where each works, what it costs, what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from local.stripe.wire.errors import Refused, Resource, invalid


@dataclass(frozen=True, slots=True)
class Kind:
    """`currency` is the only one it works in, if there is one.

    `fee_permille` and `fee_fixed` are what Stripe takes of each payment, in Europe.
    With `asks` a person confirms every payment on a page of their bank. What `later`
    says may be charged while they are away: the method itself, a debit that it
    generates, or nothing.
    """

    name: str  # as Stripe calls it
    words: str
    fee_permille: int
    fee_fixed: int
    currency: str = ""
    by_card: bool = False  # else charges, refunds and transactions are of other kinds
    asks: bool = False
    later: Literal["", "itself", "debit"] = ""
    is_kept_in_checkout: bool = True  # by `setup_future_usage`, in payment mode
    slow_refund: bool = False
    dispute_fee: int = 0  # nobody disputes where there is none

    def fee(self, amount: int) -> int:
        """Rounded to the next cent.

        >>> KINDS["card"].fee(200), KINDS["card"].fee(2_400), KINDS["twint"].fee(1_000)
        (28, 61, 49)
        """
        return (amount * self.fee_permille + 500) // 1_000 + self.fee_fixed


KINDS = {
    kind.name: kind
    for kind in (
        Kind("card", "Card", 15, 25, by_card=True, later="itself", dispute_fee=2_000),
        Kind("link", "Link", 15, 25, by_card=True, later="itself", dispute_fee=2_000),
        Kind(
            "sepa_debit",
            "SEPA Direct Debit",
            0,
            35,
            currency="eur",
            later="itself",
            slow_refund=True,
            dispute_fee=1_500,
        ),
        Kind(
            "ideal",
            "iDEAL | Wero",
            0,
            29,
            currency="eur",
            asks=True,
            later="debit",
            is_kept_in_checkout=False,
            slow_refund=True,
        ),
        Kind(
            "bancontact",
            "Bancontact",
            0,
            39,
            currency="eur",
            asks=True,
            later="debit",
            slow_refund=True,
        ),
        Kind("twint", "TWINT", 19, 30, currency="chf", asks=True, later="itself"),
        Kind(
            "swish",
            "Swish",
            10,
            180,
            currency="sek",
            asks=True,
            is_kept_in_checkout=False,
        ),
    )
}


def of(charge_or_method: Resource) -> Kind:
    details = charge_or_method.get("payment_method_details") or charge_or_method
    return KINDS[details["type"]]


def working_in(currency: str) -> list[str]:
    """What pays in that currency.

    >>> working_in("chf")
    ['card', 'link', 'twint']
    """
    return [kind.name for kind in KINDS.values() if kind.currency in {"", currency}]


def check(names: list[str], currency: str, param: str) -> None:
    """Refuse kinds that are unknown here or do not work in that currency."""
    for name in names:
        kind = KINDS.get(name)
        if kind is None:
            raise invalid(
                f"The payment method type provided: {name} is invalid. Please ensure "
                "the provided type is activated in your dashboard.",
                param=param,
            )
        if currency and kind.currency not in {"", currency}:
            raise invalid(
                f"The currency provided ({currency}) is invalid for one or more payment "
                f"method types. The payment method type {name} only supports the "
                f"following currencies: {kind.currency}. Either correct the provided "
                "currency, or use another payment method type.",
                param="currency",
            )


def expect(intent: Resource, method: Resource) -> None:
    """Refuse a payment method of a kind that the intent does not allow."""
    name = method["type"]
    if name not in intent["payment_method_types"]:
        raise Refused(
            f"The PaymentMethod provided ({name}) is not allowed for this intent. Please "
            "attempt it again with a different payment method. Alternatively, update "
            f'the allowed payment_method_types to include "{name}".',
            code="payment_intent_incompatible_payment_method",
            param="payment_method",
            began=False,
        )


def is_kept(intent: Resource, name: str) -> bool:
    """Whether what pays it is kept for payments while its person is away: as the options
    of the kind say, or else the intent for all kinds."""
    options = (intent["payment_method_options"] or {}).get(name) or {}
    wanted = options.get("setup_future_usage") or intent["setup_future_usage"]
    return bool(wanted and wanted != "none" and intent["customer"])

"""The test cards, by how they behave; the numbers are those of Stripe's own test mode."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Moment = Literal["never", "once", "always"]


@dataclass(frozen=True, slots=True)
class Decline:
    code: str
    decline_code: str | None
    message: str


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
AUTHENTICATE = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different "
    "payment method and try again.",
)
NO_FUNDS = Decline(
    "card_declined", "insufficient_funds", "Your card has insufficient funds."
)


def declined(reason: str) -> Decline:
    return Decline("card_declined", reason, "Your card was declined.")


@dataclass(frozen=True, slots=True)
class Card:
    """`attaches` is whether it can be saved although it is declined later."""

    words: str
    number: str
    token: str
    decline: Decline | None = None
    attaches: bool = False
    authentication: Moment = "never"
    dispute: str = ""
    inquiry: bool = False
    refund: Literal["", "pending", "failing"] = ""
    pending: bool = True
    brand: str = "visa"
    country: str = "US"

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


CARDS = [
    Card("Pays", "4242424242424242", "visa"),
    Card("Pays (Mastercard)", "5555555555554444", "mastercard", brand="mastercard"),
    Card("Pays (from Germany)", "4000002760000016", "de", country="DE"),
    Card("Pays, available at once", "4000000000000077", "bypassPending", pending=False),
    Card(
        "Asks to confirm until it is saved",
        "4000002500003155",
        "authenticationRequiredOnSetup",
        authentication="once",
    ),
    Card(
        "Asks to confirm every time",
        "4000002760003184",
        "authenticationRequired",
        authentication="always",
    ),
    Card(
        "Asks to confirm, then has too little money",
        "4000008260003178",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        NO_FUNDS,
        attaches=True,
        authentication="always",
    ),
    Card("Is declined", "4000000000000002", "chargeDeclined", GENERIC),
    Card(
        "Has too little money",
        "4000000000009995",
        "chargeDeclinedInsufficientFunds",
        NO_FUNDS,
    ),
    Card(
        "Was reported lost",
        "4000000000009987",
        "chargeDeclinedLostCard",
        declined("lost_card"),
    ),
    Card(
        "Was reported stolen",
        "4000000000009979",
        "chargeDeclinedStolenCard",
        declined("stolen_card"),
    ),
    Card(
        "Has expired",
        "4000000000000069",
        "chargeDeclinedExpiredCard",
        Decline("expired_card", None, "Your card has expired."),
    ),
    Card(
        "Gets its check number wrong",
        "4000000000000127",
        "chargeDeclinedIncorrectCvc",
        Decline("incorrect_cvc", None, "Your card's security code is incorrect."),
    ),
    Card(
        "Meets an error at the bank",
        "4000000000000119",
        "chargeDeclinedProcessingError",
        Decline(
            "processing_error",
            None,
            "An error occurred while processing your card. Try again in a little bit.",
        ),
    ),
    Card(
        "Can be saved, and fails later",
        "4000000000000341",
        "chargeCustomerFail",
        GENERIC,
        attaches=True,
    ),
    Card(
        "Pays, and is disputed as fraud",
        "4000000000000259",
        "createDispute",
        dispute="fraudulent",
    ),
    Card(
        "Pays, and is disputed as not received",
        "4000000000002685",
        "createDisputeProductNotReceived",
        dispute="product_not_received",
    ),
    Card(
        "Pays, and the bank asks about it",
        "4000000000001976",
        "createDisputeInquiry",
        dispute="fraudulent",
        inquiry=True,
    ),
    Card(
        "Pays, and a refund takes a while",
        "4000000000007726",
        "pendingRefund",
        refund="pending",
    ),
    Card(
        "Pays, and a refund fails later",
        "4000000000005126",
        "refundFail",
        refund="failing",
    ),
]
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {f"pm_card_{card.token}": card for card in CARDS}
BY_TOKEN["pm_card_visa_chargeDeclined"] = BY_TOKEN["pm_card_chargeDeclined"]


def find(number: str) -> Card | None:
    """By its number, whatever blanks it was typed with."""
    return BY_NUMBER.get("".join(filter(str.isdigit, number)))


def is_plausible(number: str) -> bool:
    """Whether a number's last digit fits the others."""
    digits = [int(sign) for sign in reversed(number) if sign.isdigit()]
    odd, even = digits[::2], digits[1::2]
    doubled = [sum(divmod(2 * digit, 10)) for digit in even]
    return len(digits) >= 12 and (sum(odd) + sum(doubled)) % 10 == 0

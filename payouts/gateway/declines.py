"""Why a card was not charged, in words for its owner."""

from __future__ import annotations

NO_CARD = "no_card"
SILENT = "no_answer"
CONFIRM = "authentication_required"

WORDS = {
    NO_CARD: "no card is kept for you",
    SILENT: "Stripe did not answer",
    CONFIRM: "your bank wants you to confirm it",
    "insufficient_funds": "there was not enough money on the card",
    "expired_card": "the card has expired",
    "lost_card": "your bank does not accept the card any more",
    "stolen_card": "your bank does not accept the card any more",
    "pickup_card": "your bank does not accept the card any more",
    "incorrect_cvc": "the card’s check number was wrong",
    "incorrect_number": "the card’s number was wrong",
    "card_velocity_exceeded": "the card’s limit was reached",
    "withdrawal_count_limit_exceeded": "the card’s limit was reached",
    "card_not_supported": "the card cannot be used for this kind of payment",
    "currency_not_supported": "the card cannot be used in this currency",
    "payment_intent_authentication_failure": "it was not confirmed at your bank",
    "setup_intent_authentication_failure": "it was not confirmed at your bank",
    "payment_method_unavailable": "the card is no longer kept",
    "resource_missing": "the card is no longer kept",
    "canceled": "it was called off",
    "expired": "it was not finished in time",
}
ELSE = "your bank declined it, without saying why"


def in_words(code: str) -> str:
    """
    >>> in_words("insufficient_funds")
    'there was not enough money on the card'
    >>> in_words("do_not_honor")
    'your bank declined it, without saying why'
    """
    return WORDS.get(code, ELSE)

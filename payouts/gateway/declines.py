"""Why a card was not charged, in words for its owner."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NOTHING_KEPT = "nothing_kept"
SILENT = "no_answer"
CONFIRM = "authentication_required"

WORDS = {
    NOTHING_KEPT: _("nothing is saved that we could charge"),
    SILENT: _("Stripe did not answer"),
    CONFIRM: _("your bank wants you to confirm it"),
    "insufficient_funds": _("there was not enough money on the card"),
    "expired_card": _("the card has expired"),
    "lost_card": _("your bank no longer accepts the card"),
    "stolen_card": _("your bank no longer accepts the card"),
    "pickup_card": _("your bank no longer accepts the card"),
    "incorrect_cvc": _("the card’s security code was wrong"),
    "incorrect_number": _("the card’s number was wrong"),
    "card_velocity_exceeded": _("the card’s limit was reached"),
    "withdrawal_count_limit_exceeded": _("the card’s limit was reached"),
    "card_not_supported": _("the card cannot be used for this kind of payment"),
    "currency_not_supported": _("the card cannot be used in this currency"),
    "payment_intent_authentication_failure": _("it was not confirmed at your bank"),
    "setup_intent_authentication_failure": _("it was not confirmed at your bank"),
    "payment_method_unavailable": _("the card is no longer saved"),
    "resource_missing": _("the card is no longer saved"),
    "canceled": _("it was cancelled"),
    "expired": _("it was not completed in time"),
}
ELSE = _("your bank declined it without saying why")
# Of debits that banks could not make.
OF_DEBITS = {
    "insufficient_funds": _("there was not enough money in the account"),
    "incorrect_account_details": _("the bank does not know the account"),
    "bank_cannot_process": _("the bank could not process it"),
    "generic_could_not_process": _("the bank could not process it"),
    "account_closed": _("the account is closed"),
    "bank_account_restricted": _("the account does not allow debits"),
    "bank_account_unusable": _("the account does not allow debits"),
    "invalid_account_number": _("the bank does not know the account"),
    "no_account": _("the bank does not know the account"),
    "debit_not_authorized": _("your bank was told that you did not allow it"),
    "payment_intent_mandate_invalid": _("you no longer allow debits of the account"),
    "recipient_deceased": _("the bank no longer serves the account"),
    "refer_to_customer": _("your bank declined it; it can tell you why"),
    "charge_exceeds_source_limit": _("the account’s limit for debits was reached"),
    "charge_exceeds_weekly_limit": _("the account’s limit for debits was reached"),
    "payment_method_unavailable": _("the account is no longer saved"),
    "resource_missing": _("the account is no longer saved"),
}


def in_words(code: str, method: str = "") -> str:
    """Why what was to be paid by a method, a card where none is named, was not.

    >>> in_words("insufficient_funds")
    'there was not enough money on the card'
    >>> in_words("do_not_honor")
    'your bank declined it without saying why'
    """
    if method == "sepa_debit":
        return of_debit(code)
    return str(WORDS.get(code, ELSE))


def of_debit(code: str) -> str:
    """
    >>> of_debit("insufficient_funds"), of_debit("no_answer")
    ('there was not enough money in the account', 'Stripe did not answer')
    """
    return str(OF_DEBITS.get(code) or WORDS.get(code, ELSE))

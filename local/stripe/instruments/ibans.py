"""The test bank accounts, by how they behave; the numbers are those of Stripe's own test
mode. Every other IBAN pays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from local.stripe.wire.errors import Refused

FAILURES = {
    "account_closed": "The bank account has been closed.",
    "bank_account_restricted": "The account cannot be debited.",
    "debit_not_authorized": (
        "The customer has notified their bank that this payment was unauthorized."
    ),
    "generic_could_not_process": "This payment could not be processed.",
    "insufficient_funds": (
        "The customer's account has insufficient funds to cover this payment."
    ),
    "invalid_account_number": "The account number is not valid.",
    "no_account": "The bank account could not be located.",
    "recipient_deceased": "The account holder has died.",
    "refer_to_customer": "The bank refused the debit. Ask the customer why.",
}
# Said at once, before a bank is asked.
LIMITS = {
    "charge_exceeds_source_limit": (
        "This payment exceeds the account's weekly volume limit."
    ),
    "charge_exceeds_weekly_limit": (
        "This payment exceeds the account's weekly number of payments."
    ),
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`failure` is why a debit fails, if it does; a `slow` bank takes twice as long."""

    words: str
    failure: str = ""
    slow: bool = False
    disputed: bool = False


PAYS = Behaviour("Pays")
PAYS_SLOWLY = Behaviour("Pays, after a long while", slow=True)
DISPUTED = Behaviour("Pays, and its holder takes it back at once", disputed=True)
FAILS = Behaviour("Fails", failure="generic_could_not_process")
FAILS_SLOWLY = Behaviour(
    "Fails, after a long while", failure="generic_could_not_process", slow=True
)
IS_EMPTY = Behaviour("Fails, for it is empty", failure="insufficient_funds")
OVER_VOLUME = Behaviour(
    "Is refused at once: too much this week", failure="charge_exceeds_source_limit"
)
OVER_NUMBER = Behaviour(
    "Is refused at once: too often this week", failure="charge_exceeds_weekly_limit"
)

BEHAVIOURS = (
    *(PAYS, PAYS_SLOWLY, FAILS, FAILS_SLOWLY),
    *(DISPUTED, OVER_VOLUME, OVER_NUMBER, IS_EMPTY),
)
# By country (and by the name in the tokens of test methods), in the order above.
NUMBERS = {
    "at": (
        *("AT611904300234573201", "AT321904300235473204"),
        *("AT861904300235473202", "AT051904300235473205"),
        *("AT591904300235473203", "AT981904300000343434"),
        *("AT601904300000121212", "AT981904300002222227"),
    ),
    "be": (
        *("BE62510007547061", "BE78510007547064"),
        *("BE68539007547034", "BE51510007547065"),
        *("BE08510007547063", "BE90510000343434"),
        *("BE52510000121212", "BE90510002222227"),
    ),
    "de": (
        *("DE89370400440532013000", "DE08370400440532013003"),
        *("DE62370400440532013001", "DE78370400440532013004"),
        *("DE35370400440532013002", "DE65370400440000343434"),
        *("DE27370400440000121212", "DE65370400440002222227"),
    ),
    "es": (
        *("ES0700120345030000067890", "ES2300120345030000067893"),
        *("ES9121000418450200051332", "ES9300120345030000067894"),
        *("ES5000120345030000067892", "ES1700120345000000343434"),
        *("ES7600120345000000121212", "ES1700120345000002222227"),
    ),
    "fr": (
        *("FR1420041010050500013M02606", "FR3020041010050500013M02609"),
        *("FR8420041010050500013M02607", "FR7920041010050500013M02600"),
        *("FR5720041010050500013M02608", "FR9720041010050000000343434"),
        *("FR5920041010050000000121212", "FR9720041010050000002222227"),
    ),
    "nl": (
        *("NL39RABO0300065264", "NL55RABO0300065267"),
        *("NL91ABNA0417164300", "NL28RABO0300065268"),
        *("NL82RABO0300065266", "NL27RABO0000343434"),
        *("NL86RABO0000121212",),
    ),
}
TOKENS = (
    *("success", "successDelayed", "failed", "failedDelayed", "disputed"),
    *("exceedsWeeklyVolumeLimit", "exceedsWeeklyTransactionLimit"),
    "insufficientFunds",
)
KNOWN = {
    iban: behaviour
    for numbers in NUMBERS.values()
    for iban, behaviour in zip(numbers, BEHAVIOURS, strict=False)
}
BY_TOKEN = {
    f"pm_{token}_{country}": iban
    for country, numbers in NUMBERS.items()
    for iban, token in zip(numbers, TOKENS, strict=False)
}
# How long a bank's own name is inside the account's, where that is not five digits.
BANK_CODES = {"BE": 3, "DE": 8, "ES": 4, "NL": 4}


def is_plausible(iban: str) -> bool:
    """Whether its check digits fit.

    >>> is_plausible("DE89 3704 0044 0532 0130 00"), is_plausible("DE00370400440532")
    (True, False)
    """
    number = plain(iban)
    if not (15 <= len(number) <= 34 and number.isascii() and number.isalnum()):
        return False
    turned = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def plain(iban: str) -> str:
    return "".join(iban.split()).upper()


def named(words: str) -> str:
    """The IBAN that somebody typed, with whatever blanks."""
    if not is_plausible(words):
        raise Refused(
            "The IBAN you provided is invalid.",
            code="invalid_bank_account_iban",
            param="sepa_debit[iban]",
        )
    return plain(words)


def behaviour_of(iban: str) -> Behaviour:
    return KNOWN.get(iban, PAYS)


def details(iban: str) -> dict[str, str | None]:
    """What Stripe shows of it.

    >>> details("DE89370400440532013000")["bank_code"]
    '37040044'
    """
    country = iban[:2]
    return {
        "bank_code": iban[4:][: BANK_CODES.get(country, 5)],
        "branch_code": None,
        "country": country,
        "fingerprint": hashlib.sha256(iban.encode()).hexdigest()[:16],
        "last4": iban[-4:],
    }

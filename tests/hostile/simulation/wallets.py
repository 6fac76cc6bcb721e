"""What readers in the town pay with: cards and bank accounts, and what becomes of those that
are kept."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress

from local.stripe.wire.errors import Refused
from payouts.models import Payer, Payment
from payouts.payments import charging, payers
from tests.hostile.simulation.town import Town
from tests.world.bank_money import (
    DISPUTED_IBAN,
    EMPTY_IBAN,
    FAILING_IBAN,
    IBAN,
    LIMITED_IBAN,
    SLOW_IBAN,
)
from tests.world.stripes import VISA

MASTERCARD = "5555555555554444"
CONFIRMS_ONCE, CONFIRMS = "4000002500003155", "4000002760003184"
FAILS_LATER, NO_FUNDS = "4000000000000341", "4000000000009995"
IS_DISPUTED, IS_NOT_RECEIVED = "4000000000000259", "4000000000002685"
IS_ASKED_ABOUT = "4000000000001976"
REFUND_PENDS, REFUND_FAILS = "4000000000007726", "4000000000005126"
AT_ONCE = "4000000000000077"
CARDS = {
    VISA: 50,
    MASTERCARD: 8,
    AT_ONCE: 6,
    CONFIRMS_ONCE: 5,
    CONFIRMS: 4,
    FAILS_LATER: 5,
    NO_FUNDS: 4,
    IS_DISPUTED: 1,
    IS_NOT_RECEIVED: 1,
    IS_ASKED_ABOUT: 1,
    REFUND_PENDS: 3,
    REFUND_FAILS: 3,
}
ACCOUNTS = {
    IBAN: 20,
    "AT611904300234573201": 10,
    SLOW_IBAN: 5,
    EMPTY_IBAN: 3,
    FAILING_IBAN: 2,
    LIMITED_IBAN: 1,
    DISPUTED_IBAN: 1,
}


def one_of(known: Mapping[str, int], dice: random.Random) -> str:
    """A card or an account, each as often as it says."""
    return dice.choices(list(known), list(known.values()))[0]


def confirms(town: Town) -> None:
    """A renewal that the bank wants confirmed."""
    waiting = Payment.objects.filter(needs_confirmation=True, paid_at=None)
    payment = waiting.order_by("pk").select_related("reader").first()
    if payment is None or not payment.stripe_id:
        return
    town.says(f"{payment.reader} confirms payment {payment.pk}")
    with suppress(*town.away, Refused):
        if charging.confirm(payment):
            town.stripe.authenticate(payment.stripe_id, town.chance(0.7))
        payment.refresh_from_db()
        charging.fetch(payment)


def kept_one_changes(town: Town) -> None:
    """The bank thinks otherwise of a card or account that is kept."""
    payer = town.one_of(list(Payer.objects.exclude(kept_id="").order_by("pk")))
    if payer is not None and payer.keeps_debit:
        account_changes(town, payer)
    elif payer is not None:
        card = town.dice.choice([VISA, VISA, NO_FUNDS, CONFIRMS, IS_DISPUTED])
        town.says(f"the card of {payer.reader_id} is {card} from now on")
        with suppress(AssertionError, Refused):
            town.stripe.change_card(payer.kept_id, card)


def account_changes(town: Town, payer: Payer) -> None:
    with suppress(Refused):
        if town.chance(0.3):
            town.says(f"{payer.reader_id} revokes the mandate")
            town.stripe.revoke_mandate(payer.kept_id)
        else:
            iban = town.dice.choice([IBAN, IBAN, EMPTY_IBAN, SLOW_IBAN])
            town.says(f"the account of {payer.reader_id} is {iban} from now on")
            town.stripe.change_account(payer.kept_id, iban)


def removes_card(town: Town) -> None:
    reader = town.one_of(town.readers)
    assert reader is not None
    town.says(f"{reader} removes the card")
    with suppress(*town.away):
        payers.remove_kept(reader)

"""What readers give once in the town, and take back."""

from __future__ import annotations

from contextlib import suppress

from payouts.gifts import gift_paying, offering, taking_back
from payouts.models import Gift, Payment
from tests.hostile.simulation import wallets
from tests.hostile.simulation.acts import finishes_paying
from tests.hostile.simulation.town import Town

AMOUNTS = [100, 100, 101, 150, 333, 500, 1_000, 3_000]


def gives(town: Town) -> None:
    """From the account, else at Stripe's page."""
    dice = town.dice
    reader, number = town.one_of(town.readers), town.one_of(town.things)
    assert reader is not None
    assert number is not None
    thing, amount = town.thing(number), dice.choice(AMOUNTS)
    about = thing if town.chance(0.5) else None
    with suppress(*town.away):
        try:
            gift = offering.give(reader, thing.owner, amount, thing=about)
            town.says(f"{reader} gives {amount} to {gift.creator} as gift {gift.pk}")
        except offering.NotEnough:
            here = f"10.{reader.pk % 200}.{dice.randrange(250)}.2"
            payment = offering.begin_with_payment(
                reader, thing.owner, amount, ip=here, thing=about
            )
            pays(town, payment, here)


def pays(town: Town, payment: Payment, here: str) -> None:
    card = wallets.one_of(wallets.CARDS, town.dice)
    gift_paying.open_checkout(payment, here)
    payment.refresh_from_db()
    town.says(f"{payment.reader} pays {payment.amount} by {card} for {payment.gift}")
    if town.chance(0.2):
        town.at_checkout.append((payment.pk, card))
    else:
        finishes_paying(town, payment, card)


def takes_back(town: Town) -> None:
    gifts = Gift.objects.open().select_related("reader").order_by("pk")
    gift = town.one_of(list(gifts))
    if gift is None:
        return
    town.says(f"{gift.reader} takes {gift} back")
    town.model.wanted_back.add(gift.pk)
    try:
        taking_back.take_back(gift)
    except taking_back.TooLate:
        town.model.wanted_back.discard(gift.pk)

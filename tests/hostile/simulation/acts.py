"""What readers do in the town."""

from __future__ import annotations

from contextlib import suppress

from accounts.models import User
from buttons.clicks import flattring, subscribing
from buttons.models import Flattr
from local.stripe.wire.errors import Refused
from payouts.leaving import by_hand, departing
from payouts.models import Method, Payment
from payouts.payments import budgeting, charging, paying_in
from tests.hostile.simulation import wallets
from tests.hostile.simulation.town import Town

BUDGETS = [0, 200, 200, 201, 333, 500, 1_000, 1_000, 2_000, 5_000, 10_000]


def signs_up(town: Town) -> None:
    if len(town.readers) < 40:
        reader = town.arrives()
        town.says(f"{reader} signs up")
        town.model.stays(reader.pk)
        chooses(town, reader)
        pays(town, reader)


def chooses(town: Town, reader: User | None = None) -> None:
    """Chooses a budget, and pays for a raise."""
    reader = reader or town.one_of(town.readers)
    assert reader is not None
    amount = town.dice.choice(BUDGETS)
    leaves = reader.pk in town.model.leavers
    try:
        choice = budgeting.choose(reader, amount)
    except budgeting.AccountClosed:
        assert leaves, reader
        return
    town.says(f"{reader} chooses {amount}: {choice}")
    counts_from, missing = town.model.chooses(reader.pk, amount)
    assert not leaves, reader
    assert (choice.counts_from, choice.missing) == (counts_from, missing), choice
    if missing and town.chance(0.8):
        pays(town, reader, missing, amount)


def pays(
    town: Town, reader: User | None = None, amount: int = 0, raises_to: int = 0
) -> None:
    """Goes to Stripe's page; some come back from it, some stay away."""
    dice = town.dice
    reader = reader or town.one_of(town.readers)
    assert reader is not None
    if not amount:
        budget = town.model.budget(reader.pk, town.model.running)
        amount = max(200, budget * dice.choice([1, 1, 1, 2, 4]) - dice.choice([0, 7]))
    here = f"10.{reader.pk % 200}.{dice.randrange(250)}.1"
    by_debit = dice.random() < 0.35
    card = wallets.one_of(wallets.ACCOUNTS if by_debit else wallets.CARDS, dice)
    try:
        payment = paying_in.begin(
            reader,
            amount,
            here,
            raises_to=raises_to or None,
            interval=dice.choice([None, None, 1, 3]),
            method=Method.SEPA_DEBIT if by_debit else Method.CARD,
        )
        if raises_to:
            town.model.raises[payment.key] = reader.pk, raises_to
        charging.open_checkout(payment)
    except town.away as refusal:
        town.says(f"{reader} does not pay {amount}: {refusal!r}")
        return
    payment.refresh_from_db()
    town.says(f"{reader} pays {amount} by {card} as payment {payment.pk}")
    if town.chance(0.1):
        town.at_checkout.append((payment.pk, card))
        return
    finishes_paying(town, payment, card)


def finishes_paying(town: Town, payment: Payment, card: str) -> None:
    assert payment.session_id
    with suppress(Refused):
        if town.chance(0.05):
            town.stripe.abandon(payment.session_id)
        elif card in wallets.ACCOUNTS:
            town.stripe.pay_by_debit(payment.session_id, card)
        else:
            town.stripe.complete(
                payment.session_id, card, authenticates=town.chance(0.8)
            )
    if town.chance(0.5):
        comes_back(town, payment)


def comes_back(town: Town, payment: Payment) -> None:
    """The reader looks at our page again before Stripe's word came."""
    payment.refresh_from_db()
    with suppress(*town.away):
        charging.fetch(payment)


def comes_back_late(town: Town) -> None:
    """Whoever left Stripe's page open pays there hours or days later."""
    if town.at_checkout:
        number, card = town.at_checkout.pop(0)
        payment = Payment.objects.get(pk=number)
        town.says(f"payment {number} is finished late")
        finishes_paying(town, payment, card)


def flattrs(town: Town) -> None:
    """A few clicks of one reader."""
    reader = town.one_of(town.readers)
    assert reader is not None
    for number in town.dice.sample(town.things, min(3, len(town.things))):
        click(town, reader, number)


def flattrs_own_friends(town: Town) -> None:
    """Two creators, each of whom gives to the other: a ring."""
    giver, taker = town.dice.sample(town.creators[:2], 2)
    for thing in taker.things.order_by("pk"):
        click(town, giver, thing.pk)


def click(town: Town, reader: User, number: int) -> None:
    model, thing = town.model, town.thing(number)
    clicks = model.clicks[model.running][reader.pk]
    mine = any(flattred == number for _, flattred in clicks)
    try:
        made = flattring.flattr_thing(reader, thing)
    except flattring.FlattrOnce:
        assert mine or (reader.pk, number) in town.journal.promised, (reader, thing)
        return
    except town.away:
        return
    town.says(f"{reader} flattrs {number}")
    assert not mine, (reader, thing)
    assert thing.owner_id != reader.pk, (reader, thing)
    assert reader.pk in model.first_paid, reader
    assert model.budget(reader.pk, model.running), reader
    assert not {reader.pk, thing.owner_id} & model.suspended, (reader, thing)
    if isinstance(made, Flattr):
        assert thing.owner_id is not None
        model.clicks_on(reader.pk, number, thing.owner_id, made.period)
    else:
        town.journal.promised.add((reader.pk, number))


def undoes(town: Town) -> None:
    model = town.model
    clicks = [
        (reader, creator, thing)
        for reader in town.readers
        for creator, thing in sorted(model.clicks[model.running][reader.pk])
    ]
    if chosen := town.one_of(clicks):
        reader, creator, number = chosen
        town.says(f"{reader} takes {number} back")
        assert flattring.undo_flattr(reader, town.thing(number)), chosen
        model.clicks[model.running][reader.pk].discard((creator, number))


def subscribes(town: Town) -> None:
    reader, number = town.one_of(town.readers), town.one_of(town.things)
    assert reader is not None
    assert number is not None
    if reader.pk in town.model.leavers:
        return
    thing = town.thing(number)
    with suppress(*town.away):
        subscribing.subscribe(reader, thing)
        town.says(f"{reader} subscribes to {number}")
        town.journal.subscribed.add((reader.pk, number))
        # To what is nobody's yet it only promises.
        town.journal.promised.add((reader.pk, number))


def unsubscribes(town: Town) -> None:
    if chosen := town.one_of(sorted(town.journal.subscribed)):
        reader, number = chosen
        with suppress(*town.away):
            town.says(f"{reader} ends the subscription to {number}")
            subscribing.unsubscribe(User.objects.get(pk=reader), town.thing(number))
        if town.chance(0.5):
            town.journal.subscribed.discard(chosen)


def leaves(town: Town) -> None:
    person = town.one_of(town.readers)
    assert person is not None
    if len(town.model.leavers) > 5 or person in town.creators[:2]:
        return
    town.says(f"{person} leaves")
    try:
        departing.close(person, None)
    except departing.NotClosed:
        assert person.pk in town.model.suspended, person
        return
    town.model.stops(person.pk)


def stays_after_all(town: Town) -> None:
    number = town.one_of(sorted(town.model.leavers))
    if number is not None:
        person = User.objects.get(pk=number)
        town.says(f"{person} stays after all")
        with suppress(departing.NotKept):
            departing.cancel_closing(person, None)
            town.model.stays(person.pk)


def gives_up(town: Town) -> None:
    """Whoever leaves does without the rest, or has it paid by hand."""
    number = town.one_of(sorted(town.model.leavers))
    if number is None:
        return
    person = User.objects.get(pk=number)
    is_paid = town.chance(0.5)
    with suppress(*town.away):
        town.model.leftover_goes[person.pk] = "bank" if is_paid else "operator"
        if is_paid:
            by_hand.pay_by_hand(person, town.staff[0], "bank 1")
        else:
            by_hand.give_up(person, person)
        town.says(f"what {person} left is {'paid' if is_paid else 'given up'}")

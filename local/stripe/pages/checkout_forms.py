"""The forms of a Checkout page, one for each kind of payment method."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from local.stripe.instruments import cards, ibans, kinds
from local.stripe.pages import layout
from local.stripe.wire.errors import Resource
from local.stripe.wire.world import World

MANDATE = (
    "You allow Flattr, and Stripe for Flattr, to debit this account, and your bank to do "
    "as they say. For eight weeks your bank gives every debit back if you ask for it."
)
WALLETS = (
    "Apple Pay, Google Pay and Link, which Checkout shows on devices that have them, pay "
    "by a card as well."
)


def forms(world: World, session: Resource) -> str:
    names = session["payment_method_types"]
    if names == ["card"]:
        return form(world, session, "card")
    words = {name: escape(kinds.KINDS[name].words) for name in names}
    made = [
        f'<h2 id="{name}">{words[name]}</h2>\n{form(world, session, name)}'
        for name in names
    ]
    if len(names) > 1:
        ways = " · ".join(f'<a href="#{name}">{words[name]}</a>' for name in names)
        made.insert(0, f"<p>{ways}</p>")
    return "\n".join(made)


def form(world: World, session: Resource, name: str) -> str:
    if name == "card":
        inside = card_fields(session)
    elif name == "sepa_debit":
        inside = account_fields(world, session)
    else:
        inside = layout.submit(f"Continue to {kinds.KINDS[name].words}")
    return (
        f'<form method="post" class="box"><input type="hidden" name="kind"'
        f' value="{name}">\n{inside}\n</form>'
    )


def title_of(session: Resource) -> str:
    if session["mode"] == "payment":
        return "Pay"
    only_card = session["payment_method_types"] == ["card"]
    return "Save a card" if only_card else "Save how you pay"


def total_of(session: Resource) -> str:
    return layout.amount(session["amount_total"], session["currency"])


def card_fields(session: Resource) -> str:
    found = ((card.number, card.words) for card in cards.CARDS)
    number = layout.field(
        "number",
        "Or type the number of a test card",
        more='inputmode="numeric" autocomplete="off"',
    )
    name = layout.field("name", "Name on the card", "Alice", 'autocomplete="off"')
    pays = session["mode"] == "payment"
    act = f"Pay {total_of(session)}" if pays else "Save a card"
    wallets = f'<p class="soft">{WALLETS}</p>' if pays else ""
    return "\n".join(
        [
            choices("card", "A card that", found),
            number,
            name,
            layout.submit(act),
            wallets,
        ]
    )


def account_fields(world: World, session: Resource) -> str:
    found = (
        (iban, behaviour.words)
        for iban, behaviour in zip(ibans.NUMBERS["de"], ibans.BEHAVIOURS, strict=True)
    )
    number = layout.field("number", "Or type an IBAN", more='autocomplete="off"')
    name = layout.field("name", "Name of its holder", "Alice", 'autocomplete="off"')
    act = "Allow debits of this account"
    when = ""
    if session["mode"] == "payment":
        act = f"Debit {total_of(session)}"
        when = (
            f'<p class="soft">Here the bank says {layout.spoken(world.debit_seconds)} '
            "you ordered it what became of a debit; at Stripe that takes about five "
            "working days.</p>"
        )
    return "\n".join(
        [
            choices("account", "An account that", found),
            number,
            name,
            f'<p class="soft">{MANDATE}</p>',
            layout.submit(act),
            when,
        ]
    )


def choices(name: str, legend: str, found: Iterable[tuple[str, str]]) -> str:
    """The first is chosen."""
    made = "\n".join(
        f'<label class="choice"><input type="radio" name="{name}" value="{number}"'
        f"{' checked' if place == 0 else ''}><span>{escape(words)}</span>"
        f'<span class="number">…{number[-4:]}</span></label>'
        for place, (number, words) in enumerate(found)
    )
    return f"<fieldset><legend>{legend}</legend>\n{made}\n</fieldset>"

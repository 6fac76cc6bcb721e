"""What a charge, and an attempt to save, shows of how it was made; each kind its own."""

from __future__ import annotations

from local.stripe.instruments import kinds, sepa_mandates
from local.stripe.objects import methods
from local.stripe.wire.errors import Resource
from local.stripe.wire.world import World, new_id

# The account that somebody has at the bank by which they pay.
ACCOUNTS = {"ideal": "NL39RABO0300065264", "bancontact": "BE62510007547061"}
NAME = "Jenny Rosen"
# What of its payment method's card a charge shows.
SHOWN = (
    *("brand", "checks", "country", "exp_month", "exp_year"),
    *("fingerprint", "funding", "last4", "regulated_status", "wallet"),
)
HERE: Resource = {
    "type": "online",
    "online": {"ip_address": "192.0.2.1", "user_agent": "Simulated payments"},
}


def of_charge(
    world: World,
    intent: Resource,
    method: Resource,
    *,
    generated: Resource | None = None,
) -> Resource:
    """`payment_method_details`, with the debit that paying at a bank has generated."""
    kind = method["type"]
    made: Resource = {}
    if kind == "card":
        made = of_card(method["card"], intent["amount"])
    elif kind == "sepa_debit":
        made = {**method[kind], "mandate": None}
        made.pop("generated_from")
    elif kind in ACCOUNTS:
        made = of_bank(world, method, generated)
    elif kind == "swish":
        made = {
            "fingerprint": new_id("", 16),
            "payment_reference": new_id("", 16).upper(),
            "verified_phone_last4": "5678",
        }
    elif kind == "link":
        made = {"country": None}
    return {kind: made, "type": kind}


def words_for(charge: Resource) -> str:
    """How it was paid, for people.

    >>> words_for({"payment_method_details": {"type": "twint", "twint": {}}})
    'TWINT'
    """
    shown = charge["payment_method_details"][kinds.of(charge).name]
    number = shown.get("last4") or shown.get("iban_last4")
    return kinds.of(charge).words + (f" …{number}" if number else "")


def of_card(card: Resource, amount: int) -> Resource:
    return {name: card[name] for name in SHOWN} | {
        "amount_authorized": amount,
        "authorization_code": "123456",
        "installments": None,
        "mandate": None,
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": new_id("", 15),
        "three_d_secure": None,
    }


def of_bank(world: World, method: Resource, debit: Resource | None) -> Resource:
    """What a bank tells of whoever paid there, or allowed debits there."""
    kind = method["type"]
    generated: Resource = {
        "generated_sepa_debit": None,
        "generated_sepa_debit_mandate": None,
    }
    if debit:
        mandates = sepa_mandates.of_method(world, debit["id"])
        generated = {
            "generated_sepa_debit": debit["id"],
            "generated_sepa_debit_mandate": mandates[0]["id"],
        }
    iban = account_of(world, method)
    facts: Resource = {
        "iban_last4": iban[-4:],
        "verified_name": method["billing_details"]["name"] or NAME,
        **generated,
    }
    if kind == "ideal":
        return {**method["ideal"], **facts, "transaction_id": new_id("", 16)}
    bank = {"bank_code": iban[4:7], "bank_name": "ING", "bic": "BBRUBEBB"}
    return bank | facts | {"preferred_language": "en"}


def account_of(world: World, method: Resource) -> str:
    """The IBAN of whoever pays by their bank."""
    chosen = world.store.hidden(method["id"]).get("account")
    return str(chosen or ACCOUNTS[method["type"]])


def generate(
    world: World, method: Resource, customer: str | None, **generated_from: str
) -> Resource:
    """The debit, with its mandate, that whoever pays by their bank allows from now on;
    saved for the customer."""
    debit = methods.make_debit(
        world, account_of(world, method), method["billing_details"], **generated_from
    )
    sepa_mandates.make(world, debit, HERE)
    if customer:
        methods.save_for(world, debit, customer)
    world.store.hide(debit["id"], set_up=True)
    return debit

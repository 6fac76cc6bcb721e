"""The dashboard's payments and mandates, with what may become of each."""

from __future__ import annotations

from html import escape

from local.stripe.incoming import charge_details
from local.stripe.instruments import kinds
from local.stripe.pages import layout
from local.stripe.pages.layout import button
from local.stripe.wire.errors import Resource
from local.stripe.wire.world import World

AMOUNT = '<input type="text" name="amount" placeholder="all" aria-label="Amount">'
RETURNS = (
    ("The bank returns it", "insufficient_funds"),
    ("Its payer takes it back", "customer_initiated"),
    ("It was never allowed", "debit_not_authorized"),
)


def payments(world: World, rows: int) -> str:
    made = []
    for intent in world.store.select("payment_intent", "", limit=rows):
        charge = world.store.find(intent["latest_charge"] or "")
        made.append(
            [
                layout.day(intent["created"]),
                layout.amount(intent["amount"], intent["currency"]),
                escape(intent["status"].replace("_", " ")),
                escape(charge_details.words_for(charge)) if charge else "",
                escape(intent["description"] or ""),
                "".join(buttons(intent, charge)),
            ]
        )
    heads = ["When", ">How much", "State", "By", "For", ""]
    return layout.table(heads, made, "Nobody has paid yet.")


def buttons(intent: Resource, charge: Resource | None) -> list[str]:
    """What a bank may do next."""
    if intent["status"] == "processing":
        return [
            button("settle_debit", "The bank pays", payment_intent=intent["id"]),
            button("fail_debit", "The bank does not pay", payment_intent=intent["id"]),
        ]
    if intent["status"] != "succeeded" or charge is None or charge["disputed"]:
        return []
    kind = kinds.of(charge)
    if kind.name == "sepa_debit":
        return [
            button("return_debit", words, payment_intent=intent["id"], reason=reason)
            for words, reason in RETURNS
        ]
    if not kind.dispute_fee:
        return []
    return [button("dispute", "Dispute this", more=AMOUNT, payment_intent=intent["id"])]


def mandates(world: World, rows: int) -> str:
    made = []
    for mandate in world.store.select("mandate", "", limit=rows):
        account = world.get("payment_method", mandate["payment_method"])
        may_end = mandate["status"] == "active" and mandate["type"] == "multi_use"
        revoke = button("revoke_mandate", "Revoke it", payment_method=account["id"])
        made.append(
            [
                layout.day(mandate["customer_acceptance"]["accepted_at"]),
                f"{account['sepa_debit']['country']} …{account['sepa_debit']['last4']}",
                "for one debit"
                if mandate["type"] == "single_use"
                else "for all debits",
                escape(mandate["status"]),
                revoke if may_end else "",
            ]
        )
    heads = ["When", "Account", "What", "State", ""]
    return layout.table(heads, made, "Nobody has allowed debits.")

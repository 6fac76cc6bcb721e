"""The balance at Stripe, and the transactions that it is the sum of."""

from __future__ import annotations

from collections import defaultdict

from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World, new_id

CATEGORIES = {
    "adjustment": "dispute",
    "payment_refund": "refund",
    "payment": "charge",
    "payment_failure_refund": "refund_failure",
    "payout_failure": "payout_reversal",
    "refund_failure": "refund_failure",
    "transfer_refund": "transfer_reversal",
}


def book(  # noqa: PLR0913 (a transaction has so many sides)
    world: World,
    kind: str,
    amount: int,
    source: Resource,
    *,
    fee: int = 0,
    pending_seconds: int = 0,
    category: str = "",
    description: str | None = None,
) -> str:
    """Write a transaction of `amount` less `fee`; its id."""
    now = world.now()
    currency = source["currency"]
    transaction: Resource = {
        "id": new_id("txn_1"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + pending_seconds,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": description or source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [fee_detail(fee, currency)] if fee else [],
        "net": amount - fee,
        "reporting_category": category or CATEGORIES.get(kind, kind),
        "source": source["id"],
        "status": "pending" if pending_seconds else "available",
        "type": kind,
    }
    world.add(transaction)
    if pending_seconds:
        world.later(pending_seconds, "make_available", transaction["id"])
    return str(transaction["id"])


def fee_detail(fee: int, currency: str) -> Resource:
    return {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


def make_available(world: World, transaction: str) -> None:
    """The money is ours to use from now on."""
    known = world.get("balance_transaction", transaction)
    world.change(known, status="available", available_on=world.now())


def waits_seconds(world: World, transaction: str | None) -> int:
    """How long that transaction's money is still pending."""
    known = world.store.find(transaction) if transaction else None
    if not known or known["status"] == "available":
        return 0
    return max(0, int(known["available_on"]) - world.now())


def sums(world: World) -> dict[str, dict[str, int]]:
    """`available` and `pending` by currency."""
    rows = world.store.ask(
        "SELECT json_extract(body, '$.status'), json_extract(body, '$.currency'),"
        " sum(json_extract(body, '$.net')) FROM object"
        " WHERE kind = 'balance_transaction' AND account = ? GROUP BY 1, 2",
        world.account,
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for status, currency, amount in rows:
        found[status][currency] = int(amount)
    return found


def available(world: World, currency: str) -> int:
    return sums(world)["available"].get(currency, 0)


def require(world: World, amount: int, currency: str) -> None:
    """Refuse what the available balance does not cover."""
    if available(world, currency) < amount:
        raise Refused(
            "You have insufficient available funds in your Stripe account. Try adding "
            "funds directly to your available balance by creating Charges using the "
            "4000000000000077 test card. See: "
            "https://stripe.com/docs/testing#available-balance",
            code="balance_insufficient",
        )


def retrieve(world: World, _given: Resource) -> Resource:
    found = sums(world)
    currencies = sorted({world.currency, *found["available"], *found["pending"]})

    def amounts(status: str) -> list[Resource]:
        return [
            {
                "amount": found[status].get(currency, 0),
                "currency": currency,
                "source_types": {"card": found[status].get(currency, 0)},
            }
            for currency in currencies
        ]

    return {
        "object": "balance",
        "available": amounts("available"),
        "livemode": False,
        "pending": amounts("pending"),
    }


def transaction(world: World, _given: Resource, id: str) -> Resource:
    return world.get("balance_transaction", id)


def index(world: World, given: Resource) -> Resource:
    conditions = lists.equal(given, "type", "source", payout="hidden.payout")
    if "payout" in given:
        world.get("payout", given["payout"], "payout")
    return lists.page(
        world, "balance_transaction", given, "/v1/balance_transactions", *conditions
    )

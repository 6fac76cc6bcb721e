"""Customers: whom a card is saved for."""

from __future__ import annotations

from local.stripe.wire import lists
from local.stripe.wire.errors import Resource, missing
from local.stripe.wire.world import World, fields_of, merged, new_id

FIELDS = ("email", "name", "description", "phone", "address", "shipping")


def create(world: World, given: Resource) -> Resource:
    customer: Resource = {
        "id": new_id("cus_", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": world.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": new_id("", 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": merged({}, given.get("metadata")),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    world.add(customer | fields_of(customer, given, FIELDS))
    customer = world.get("customer", customer["id"])
    world.emit("customer.created", customer)
    return customer


def retrieve(world: World, _given: Resource, customer: str) -> Resource:
    gone = world.store.hidden(customer).get("deleted")
    return deleted(customer) if gone else world.get("customer", customer)


def update(world: World, given: Resource, customer: str) -> Resource:
    known = living(world, customer, "id")
    fields = fields_of(known, given, FIELDS)
    return world.change(known, "customer.updated", **fields)


def delete(world: World, _given: Resource, customer: str) -> Resource:
    """For good: the saved cards go with it."""
    known = living(world, customer, "id")
    for method in world.store.select(
        "payment_method", world.account, [("$.customer", "=", customer)]
    ):
        world.change(method, "payment_method.detached", customer=None)
        world.store.hide(method["id"], spent=True)
    world.store.hide(customer, deleted=True)
    world.emit("customer.deleted", known)
    # What the customer was called is no longer anywhere but in past events.
    world.store.update(known | {"deleted": True, "email": None, "name": None})
    return deleted(customer)


def deleted(customer: str) -> Resource:
    return {"id": customer, "object": "customer", "deleted": True}


def living(world: World, customer: str, param: str = "customer") -> Resource:
    """One that was not deleted, as everything that uses a customer needs."""
    found = world.get("customer", customer, param)
    if found.get("deleted"):
        raise missing("customer", customer, param)
    return found


def index(world: World, given: Resource) -> Resource:
    wanted = lists.equal(given, "email")
    return lists.page(
        world, "customer", given, "/v1/customers", *wanted, ("$.deleted", "IS", None)
    )

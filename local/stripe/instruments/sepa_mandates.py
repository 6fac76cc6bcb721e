"""Mandates: what allows us to debit somebody's bank account, until it is revoked."""

from __future__ import annotations

from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, new_id


def make(
    world: World,
    method: Resource,
    accepted: Resource,
    *,
    single: Resource | None = None,
) -> Resource:
    """One for all debits to come, or with `single`, the payment, for that one."""
    mandate_id = new_id("mandate_1")
    kind: Resource = {"type": "multi_use", "multi_use": {}}
    if single:
        once = {"amount": single["amount"], "currency": single["currency"]}
        kind = {"type": "single_use", "single_use": once}
    how = accepted.get("type", "online")
    return world.add(
        {
            "id": mandate_id,
            "object": "mandate",
            "customer_acceptance": {
                "accepted_at": accepted.get("accepted_at") or world.now(),
                how: accepted.get(how) or {},
                "type": how,
            },
            "livemode": False,
            "payment_method": method["id"],
            "payment_method_details": {
                "sepa_debit": {
                    "reference": new_id("", 16).upper(),
                    "url": f"{world.home}/mandates/{mandate_id}",
                },
                "type": "sepa_debit",
            },
            "status": "active",
            **kind,
        }
    )


def find(world: World, method: Resource, given: Resource) -> Resource | None:
    """The mandate that allows a debit: the one that is named, or the one there is; none
    if one is accepted with this request. Without all of these it is refused."""
    named = given.get("mandate")
    if named:
        found = world.get("mandate", named, "mandate")
        if found["payment_method"] != method["id"] or found["status"] != "active":
            raise unusable()
        return found
    if accepted_in(given):
        return None
    known = of_method(world, method["id"])
    active = [mandate for mandate in known if mandate["status"] == "active"]
    if active:
        return active[0]
    if known:
        raise unusable()
    raise invalid(
        "Missing required param: mandate_data. A debit needs the mandate of whoever "
        "holds the account.",
        param="mandate_data",
        code="parameter_missing",
    )


def allowing(
    world: World, method: Resource, given: Resource, *, single: Resource | None = None
) -> Resource:
    """That mandate, made now if it is accepted now."""
    known = find(world, method, given)
    return known or make(world, method, accepted_in(given), single=single)


def accepted_in(given: Resource) -> Resource:
    accepted: Resource = (given.get("mandate_data") or {}).get(
        "customer_acceptance"
    ) or {}
    return accepted


def unusable() -> Refused:
    return Refused(
        "The provided mandate is invalid and can not be used for the payment intent.",
        code="payment_intent_mandate_invalid",
        param="mandate",
        began=False,
    )


def of_method(world: World, payment_method: str) -> list[Resource]:
    """Those for any number of debits, newest first."""
    return world.store.select(
        "mandate",
        world.account,
        [("$.payment_method", "=", payment_method), ("$.type", "=", "multi_use")],
    )


def revoke(world: World, payment_method: str) -> list[Resource]:
    """Nothing may be debited any more; the mandates that this ends."""
    world.get("payment_method", payment_method, "payment_method")
    ended = [
        mandate
        for mandate in of_method(world, payment_method)
        if mandate["status"] == "active"
    ]
    for mandate in ended:
        world.change(mandate, "mandate.updated", status="inactive")
    return ended


def retrieve(world: World, _given: Resource, mandate: str) -> Resource:
    return world.get("mandate", mandate)

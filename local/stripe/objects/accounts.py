"""Connected accounts: who is paid out, and what Stripe still wants to know of them."""

from __future__ import annotations

from local.stripe.objects import balance
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, missing
from local.stripe.wire.world import World, merged, new_id

WANTED = [
    "business_profile.url",
    "external_account",
    "individual.dob.day",
    "individual.dob.month",
    "individual.dob.year",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
]
EXPRESS: Resource = {
    "fees": {"payer": "application_express"},
    "is_controller": True,
    "losses": {"payments": "application"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "express"},
    "type": "application",
}


def create(world: World, given: Resource) -> Resource:
    asked = given.get("capabilities") or {}
    granted = {
        name: "inactive" for name, facts in asked.items() if facts.get("requested")
    }
    controller = given.get("controller") or {}
    dashboard = controller.get("stripe_dashboard", {}).get("type", "express")
    kind = given.get("type") or ("express" if dashboard == "express" else "none")
    account = blank(world, given, kind) | {"capabilities": granted}
    if controller:
        named = {name: value for name, value in controller.items() if value}
        account["controller"] = EXPRESS | named
    world.store.insert(account, "")
    world.on(account["id"]).emit("account.updated", account)
    return account


def blank(world: World, given: Resource, kind: str) -> Resource:
    account_id = new_id("acct_1", 16)
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "minority_owned_business_designation": None,
            "name": None,
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        }
        | (given.get("business_profile") or {}),
        "business_type": given.get("business_type"),
        "capabilities": {},
        "charges_enabled": False,
        "controller": EXPRESS,
        "country": given.get("country") or "DE",
        "created": world.now(),
        "default_currency": given.get("default_currency") or world.currency,
        "details_submitted": False,
        "email": given.get("email"),
        "external_accounts": external_accounts_of(account_id, []),
        "future_requirements": requirements([], None),
        "metadata": merged({}, given.get("metadata")),
        "payouts_enabled": False,
        "requirements": requirements(WANTED, "requirements.past_due"),
        "settings": settings(),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": kind,
    }


def settings() -> Resource:
    return {
        "branding": dict.fromkeys(("icon", "logo", "primary_color", "secondary_color")),
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "payments": {
            "statement_descriptor": None,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 7, "interval": "daily"},
            "statement_descriptor": None,
        },
    }


def requirements(due: list[str], disabled_reason: str | None) -> Resource:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": disabled_reason,
        "errors": [],
        "eventually_due": due,
        "past_due": due if disabled_reason == "requirements.past_due" else [],
        "pending_verification": [],
    }


def external_accounts_of(account: str, found: list[Resource]) -> Resource:
    return lists.listing(found, f"/v1/accounts/{account}/external_accounts")


def retrieve(world: World, _given: Resource, account: str) -> Resource:
    return find_account(world, account)


def find_account(world: World, account: str, param: str = "account") -> Resource:
    found = world.store.find(account, "")
    if not found or found["object"] != "account" or found.get("deleted"):
        raise (
            Refused(
                f"The provided key does not have access to account '{account}' (or that "
                "account does not exist). Application access may have been revoked.",
                status=403,
                code="account_invalid",
                began=False,
            )
            if param == "account"
            else missing("destination", account, param)
        )
    return found


def change(world: World, account: Resource, **fields: object) -> Resource:
    """Save, and tell of it as the account itself would."""
    before = {name: account.get(name) for name in fields}
    account |= fields
    world.store.update(account)
    world.on(account["id"]).emit("account.updated", account, before)
    return account


def delete(world: World, _given: Resource, account: str) -> Resource:
    """Only while nothing is in it."""
    found = find_account(world, account)
    sums = balance.sums(world.on(account))
    if any(amount for by in sums.values() for amount in by.values()):
        raise Refused(
            "This account has a balance other than zero and cannot be deleted."
        )
    world.store.update(found | {"deleted": True, "email": None})
    application = {"id": "ca_simulated", "object": "application", "name": "Flattr"}
    world.on(account).emit("account.application.deauthorized", application)
    return {"id": account, "object": "account", "deleted": True}

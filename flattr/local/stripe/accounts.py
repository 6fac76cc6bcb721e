"""Connected accounts: who is paid out, and what Stripe still wants to know of them."""

from __future__ import annotations

import hashlib

from flattr.local.stripe import balance, lists
from flattr.local.stripe.errors import Refused, Resource, invalid, missing
from flattr.local.stripe.world import World, fields_of, merged, new_id

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
    return known(world, account)


def retrieve_current(world: World, _given: Resource) -> Resource:
    return known(world, world.account)


def known(world: World, account: str, param: str = "account") -> Resource:
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


def update(world: World, given: Resource, account: str) -> Resource:
    found = known(world, account)
    fields = fields_of(found, given, ("email", "business_type", "default_currency"))
    for name in ("business_profile", "settings"):
        if isinstance(given.get(name), dict):
            fields[name] = found[name] | given[name]
    for name, facts in (given.get("capabilities") or {}).items():
        state = "active" if found["payouts_enabled"] else "inactive"
        asked = {name: state} if facts.get("requested") else {}
        fields["capabilities"] = found["capabilities"] | asked
    return change(world, found, **fields)


def delete(world: World, _given: Resource, account: str) -> Resource:
    """Only while nothing is in it."""
    found = known(world, account)
    sums = balance.sums(world.on(account))
    if any(amount for by in sums.values() for amount in by.values()):
        raise Refused(
            "This account has a balance other than zero and cannot be deleted."
        )
    world.store.update(found | {"deleted": True, "email": None})
    world.on(account).emit("account.application.deauthorized", found)
    return {"id": account, "object": "account", "deleted": True}


def index(world: World, given: Resource) -> Resource:
    return lists.page(
        world, "account", given, "/v1/accounts", ("$.deleted", "IS", None), account=""
    )


# --- Onboarding, and what Stripe decides later


def onboard(
    world: World,
    account: str,
    iban: str = "",
    name: str = "Jenny Rosen",
) -> Resource:
    """The person told everything: a name, and a bank account, else one of their own."""
    found = known(world, account)
    iban = iban or iban_of(account)
    bank = bank_account(world, found, iban, name)
    given_names, _, family_name = name.rpartition(" ")
    world.store.hide(account, name=name, iban=iban)
    change(
        world,
        found,
        business_type="individual",
        charges_enabled="card_payments" in found["capabilities"],
        capabilities=dict.fromkeys(found["capabilities"], "active"),
        details_submitted=True,
        external_accounts=external_accounts_of(account, [bank]),
        payouts_enabled=True,
        requirements=requirements([], None),
        settings=found["settings"]
        | {
            "dashboard": {
                "display_name": given_names or family_name,
                "timezone": "Etc/UTC",
            }
        },
        tos_acceptance={"date": world.now(), "ip": "127.0.0.1", "user_agent": None},
    )
    world.on(account).emit("account.external_account.created", bank)
    for capability in found["capabilities"]:
        world.on(account).emit("capability.updated", capability_of(found, capability))
    return found


def capability_of(account: Resource, name: str) -> Resource:
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "requested": True,
        "requested_at": account["created"],
        "requirements": account["requirements"],
        "status": account["capabilities"].get(name, "inactive"),
    }


def bank_account(world: World, account: Resource, iban: str, name: str) -> Resource:
    number = "".join(iban.split()).upper()
    bank: Resource = {
        "id": new_id("ba_1"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": name,
        "account_holder_type": "individual",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": number[:2] or account["country"],
        "currency": account["default_currency"],
        "default_for_currency": True,
        "fingerprint": hashlib.sha256(number.encode()).hexdigest()[:16],
        "future_requirements": outstanding(),
        "last4": number[-4:],
        "metadata": {},
        "requirements": outstanding(),
        "routing_number": number[4:12],
        "status": "new",
    }
    world.store.insert(bank, account["id"])
    return bank


def iban_of(account: str) -> str:
    """A German IBAN that no other account has, with check digits that fit.

    >>> iban_of("acct_1")
    'DE62370400440764195499'
    """
    number = (
        f"37040044{int(hashlib.sha256(account.encode()).hexdigest(), 16) % 10**10:010}"
    )
    check = 98 - int(f"{number}131400") % 97
    return f"DE{check:02}{number}"


def outstanding() -> Resource:
    return {
        "currently_due": [],
        "errors": [],
        "past_due": [],
        "pending_verification": [],
    }


def change_bank(world: World, account: str, iban: str) -> Resource:
    """The person gives another bank account."""
    found = known(world, account)
    name = world.store.hidden(account).get("name", "")
    bank = bank_account(world, found, iban, name)
    for old in found["external_accounts"]["data"]:
        world.on(account).emit("account.external_account.deleted", old)
        world.store.ask("DELETE FROM object WHERE id = ?", old["id"])
    world.store.hide(account, iban=iban)
    change(world, found, external_accounts=external_accounts_of(account, [bank]))
    world.on(account).emit("account.external_account.created", bank)
    return found


def restrict(
    world: World,
    account: str,
    due: list[str] | None = None,
    reason: str = "requirements.past_due",
) -> Resource:
    """Stripe wants more (`due`), or nothing more: `reason="rejected.fraud"`."""
    found = known(world, account)
    wanted = ["individual.verification.document"] if due is None else due
    return change(
        world,
        found,
        capabilities=dict.fromkeys(found["capabilities"], "inactive"),
        charges_enabled=False,
        payouts_enabled=False,
        requirements=requirements(wanted, reason),
    )


# --- Bank accounts and links


def external_accounts(world: World, given: Resource, account: str) -> Resource:
    known(world, account)
    url = f"/v1/accounts/{account}/external_accounts"
    conditions = lists.equal(given, "object")
    return lists.page(world.on(account), "bank_account", given, url, *conditions)


def external_account(
    world: World,
    _given: Resource,
    account: str,
    id: str,  # noqa: A002
) -> Resource:
    known(world, account)
    return world.on(account).get("bank_account", id)


def link(world: World, given: Resource) -> Resource:
    """The address of the hosted pages where the person tells what is missing."""
    account = known(world, given["account"])
    for name in ("refresh_url", "return_url"):
        if not given.get(name):
            raise invalid(
                f"Missing required param: {name}.", param=name, code="parameter_missing"
            )
    code = new_id("", 12)
    world.store.note(
        f"link:{code}", f"{account['id']} {given['return_url']} {given['refresh_url']}"
    )
    now = world.now()
    world.store.note(f"link_expires:{code}", now + 300)
    return {
        "object": "account_link",
        "created": now,
        "expires_at": now + 300,
        "url": f"{world.home}/setup/{account['id']}/{code}",
    }


def login_link(world: World, _given: Resource, account: str) -> Resource:
    found = known(world, account)
    if not found["details_submitted"]:
        raise Refused(
            "Cannot create a login link for an account that has not completed "
            "onboarding."
        )
    return {
        "object": "login_link",
        "created": world.now(),
        "url": f"{world.home}/express/{account}",
    }

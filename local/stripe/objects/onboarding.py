"""What connected people tell Stripe, what Stripe makes of it, and the links to do so."""

from __future__ import annotations

import hashlib

from local.stripe.objects import accounts
from local.stripe.wire import lists
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import World, new_id


def onboard(
    world: World,
    account: str,
    iban: str = "",
    name: str = "Jenny Rosen",
) -> Resource:
    """The person told everything: a name, and a bank account, else one of their own."""
    found = accounts.find_account(world, account)
    iban = iban or iban_of(account)
    bank = bank_account(world, found, iban, name)
    given_names, _, family_name = name.rpartition(" ")
    world.store.hide(account, name=name, iban=iban)
    accounts.change(
        world,
        found,
        business_type="individual",
        charges_enabled="card_payments" in found["capabilities"],
        capabilities=dict.fromkeys(found["capabilities"], "active"),
        details_submitted=True,
        external_accounts=accounts.external_accounts_of(account, [bank]),
        payouts_enabled=True,
        requirements=accounts.requirements([], None),
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
    found = accounts.find_account(world, account)
    name = world.store.hidden(account).get("name", "")
    bank = bank_account(world, found, iban, name)
    for old in found["external_accounts"]["data"]:
        world.on(account).emit("account.external_account.deleted", old)
        world.store.ask("DELETE FROM object WHERE id = ?", old["id"])
    world.store.hide(account, iban=iban)
    accounts.change(
        world, found, external_accounts=accounts.external_accounts_of(account, [bank])
    )
    world.on(account).emit("account.external_account.created", bank)
    return found


def restrict(
    world: World,
    account: str,
    due: list[str] | None = None,
    reason: str = "requirements.past_due",
) -> Resource:
    """Stripe wants more (`due`), or nothing more: `reason="rejected.fraud"`."""
    found = accounts.find_account(world, account)
    wanted = ["individual.verification.document"] if due is None else due
    return accounts.change(
        world,
        found,
        capabilities=dict.fromkeys(found["capabilities"], "inactive"),
        charges_enabled=False,
        payouts_enabled=False,
        requirements=accounts.requirements(wanted, reason),
    )


# --- Bank accounts and links


def external_accounts(world: World, given: Resource, account: str) -> Resource:
    accounts.find_account(world, account)
    url = f"/v1/accounts/{account}/external_accounts"
    conditions = lists.equal(given, "object")
    return lists.page(world.on(account), "bank_account", given, url, *conditions)


def link(world: World, given: Resource) -> Resource:
    """The address of the hosted pages where the person tells what is missing."""
    account = accounts.find_account(world, given["account"])
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
    found = accounts.find_account(world, account)
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

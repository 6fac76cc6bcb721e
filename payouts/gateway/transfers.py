"""Calls to Stripe that pay creators: their accounts, and transfers to them."""

from __future__ import annotations

from django.conf import settings

from payouts.gateway import answers, asking
from payouts.gateway.facts import (
    AccountFact,
    TransferFact,
)


def make_account(creator_id: int, email: str, country: str, *, after: str = "") -> str:
    """The id of a new account for a creator, to be completed on Stripe's pages; asked
    again within a day, the same. `after` is the one that it replaces."""
    wanted = {
        "country": country,
        "email": email,
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
        },
        "capabilities": {"transfers": {"requested": True}},
        "metadata": {"creator": str(creator_id)},
    }
    key = f"account:{creator_id}:{country}:{after}:{email}"[:255]
    answer = asking.ask(asking.client().v1.accounts.create, wanted, key=key)
    return str(answer["id"])


def onboarding_url(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """Where a creator tells Stripe who they are. It works once, for a few minutes."""
    wanted = {
        "account": account_id,
        "type": "account_onboarding",
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    return str(asking.ask(asking.client().v1.account_links.create, wanted)["url"])


def dashboard_url(account_id: str) -> str:
    """Where a creator changes their bank account and sees bank payouts. Works once."""
    return str(
        asking.ask(asking.client().v1.accounts.login_links.create, account_id)["url"]
    )


def account(account_id: str) -> AccountFact:
    """A creator's account and its bank account, fetched now (W3)."""
    v1 = asking.client().v1
    found = asking.ask(v1.accounts.retrieve, account_id)
    banks = asking.ask(
        v1.accounts.external_accounts.list,
        account_id,
        {"object": "bank_account", "limit": asking.PAGE},
    )
    return answers.account(found, banks["data"])


def forget_account(account_id: str) -> None:
    """Delete a creator's account. Refused with `StripeRefused` while money is in it."""
    try:
        asking.ask(asking.client().v1.accounts.delete, account_id)
    except asking.StripeRefused as refusal:
        if refusal.code not in asking.UNKNOWN_TO_STRIPE:
            raise


def transfer(
    account_id: str, amount: int, *, key: str, group: str, about: str = ""
) -> TransferFact:
    """Move money from our balance to a creator's account; `about` says what it is for,
    if `key` alone does not."""
    wanted = {
        "amount": amount,
        "currency": settings.CURRENCY.lower(),
        "destination": account_id,
        "transfer_group": group,
        "metadata": {"key": about or key},
        "expand": ["reversals"],
    }
    return answers.transfer(
        asking.ask(asking.client().v1.transfers.create, wanted, key=key)
    )


def transfers(group: str) -> list[TransferFact]:
    """The transfers of one payout: one, or none if it did not happen."""
    wanted = {"transfer_group": group, "expand": ["data.reversals"]}
    return [
        *map(
            answers.transfer, asking.ask_all(asking.client().v1.transfers.list, wanted)
        )
    ]


def transfer_now(stripe_id: str) -> TransferFact:
    wanted = {"expand": ["reversals"]}
    return answers.transfer(
        asking.ask(asking.client().v1.transfers.retrieve, stripe_id, wanted)
    )

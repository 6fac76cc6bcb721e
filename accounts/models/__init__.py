"""People, what they give a month, apps, mails and what staff did."""

from __future__ import annotations

from accounts.models.oauth import AccessToken, Allowance, Application
from accounts.models.people import (
    Attempt,
    Audit,
    Budget,
    BudgetAmount,
    FormerAddress,
    Outbox,
    Session,
    SharedName,
    User,
    UserManager,
    holder_of_name,
    new_public_id,
    username_validators,
)

__all__ = [
    "AccessToken",
    "Allowance",
    "Application",
    "Attempt",
    "Audit",
    "Budget",
    "BudgetAmount",
    "FormerAddress",
    "Outbox",
    "Session",
    "SharedName",
    "User",
    "UserManager",
    "holder_of_name",
    "new_public_id",
    "username_validators",
]

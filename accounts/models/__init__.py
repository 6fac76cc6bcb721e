"""People, what they give a month, apps, mails and what staff did.

Of its app it imports callbacks, mailboxes and reserved.
"""

from __future__ import annotations

from accounts.models.budget import Budget, BudgetAmount
from accounts.models.oauth import AccessToken, Allowance, Application
from accounts.models.people import (
    SharedName,
    User,
    UserManager,
    holder_of_name,
    new_public_id,
    username_validators,
)
from accounts.models.records import (
    AccountLook,
    Attempt,
    Audit,
    FormerAddress,
    Notice,
    Outbox,
    Session,
)
from accounts.models.webhook import Hook, HookEvent

__all__ = [
    "AccessToken",
    "AccountLook",
    "Allowance",
    "Application",
    "Attempt",
    "Audit",
    "Budget",
    "BudgetAmount",
    "FormerAddress",
    "Hook",
    "HookEvent",
    "Notice",
    "Outbox",
    "Session",
    "SharedName",
    "User",
    "UserManager",
    "holder_of_name",
    "new_public_id",
    "username_validators",
]

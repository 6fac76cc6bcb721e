"""Deletes what this app stores about who a person is, when they have left.

The person's row stays, because others' statements and the ledger refer to its number;
`flattr_erase_person` in the database empties it.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import Attempt, FormerAddress, Notice, Outbox, Session, User
from accounts.models.oauth import Allowance, Application
from accounts.oauth import tokens

# Limits that are counted by a person's number.
KINDS = ("pay:account", "report:account", "look", "export")


def forget(person: User) -> None:
    """Delete somebody's addresses, second factor, sessions, tokens, apps, mails, notices and
    counted tries. Call it in the transaction that erases them."""
    tokens.revoke_all(person)
    Allowance.objects.filter(reader=person).delete()
    Application.objects.filter(user=person).delete()
    Session.objects.filter(user=person).delete()
    Outbox.objects.filter(person=person).delete()
    Notice.objects.filter(person=person).delete()
    FormerAddress.objects.filter(person=person).delete()
    Attempt.objects.filter(key__in=[f"{kind}:{person.pk}" for kind in KINDS]).delete()
    EmailAddress.objects.filter(user_id=person.pk).delete()
    Authenticator.objects.filter(user_id=person.pk).delete()

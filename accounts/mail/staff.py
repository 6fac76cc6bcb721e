"""Telling the people who run the platform."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from accounts import mailboxes
from accounts.mail import outbox
from accounts.models import User


def notify(key: str, template: str, **facts: Any) -> None:
    """Write a mail to everybody on the staff and to the operator's address, each once
    for a key; `facts` as in `mail.write`, in the transaction of what they are about."""
    people = list(
        User.objects.filter(is_staff=True, is_active=True, closing_at=None).order_by(
            "pk"
        )
    )
    for person in people:
        outbox.write(f"{key}:{person.pk}", template, person, **facts)
    if people and mailboxes.as_login(settings.OPERATOR_EMAIL) not in {
        person.email for person in people
    }:
        outbox.write(
            f"{key}:operator", template, people[0], to=settings.OPERATOR_EMAIL, **facts
        )

"""Mails that are due, written in the transaction of what they are about."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Outbox, User


def write(key: str, template: str, person: User, **facts: object) -> None:
    """Let `template` be mailed to `person`; the same `key` again is a no-op."""
    Outbox.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "person": person,
            "facts": facts,
            "due_at": timezone.now(),
        },
    )

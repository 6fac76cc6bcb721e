"""Mails are written in the transaction that they are about, and sent later."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Outbox, User


def write(key: str, template: str, person: User, **facts: object) -> None:
    """Let a mail be due; the same key again is a no-op."""
    Outbox.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "person": person,
            "facts": facts,
            "due_at": timezone.now(),
        },
    )

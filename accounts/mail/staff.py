"""Writing to the people who run the platform."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from accounts import mailboxes
from accounts.mail import outbox
from accounts.models import User


def members(*, but: User | None = None) -> list[User]:
    """Everybody who may act as staff, admins first. Whoever is closing their account
    may still act until it is erased, so they are among them; `but` leaves out one who
    may not decide, as about their own money."""
    people = User.objects.filter(is_staff=True, is_active=True)
    if but is not None:
        people = people.exclude(pk=but.pk)
    return list(people.order_by("-is_superuser", "pk"))


def notify_members(
    key: str, template: str, *, but: User | None = None, **facts: Any
) -> list[User]:
    """Write a mail to each of them, once for a key; `facts` as in `outbox.write`, in the
    transaction of what they are about. Returns whom it was written to."""
    people = members(but=but)
    for person in people:
        outbox.write(f"{key}:{person.pk}", template, person, **facts)
    return people


def notify(key: str, template: str, **facts: Any) -> None:
    """The same, and once to the operator's address if none of them has it."""
    people = notify_members(key, template, **facts)
    if people and mailboxes.as_login(settings.OPERATOR_EMAIL) not in {
        person.email for person in people
    }:
        outbox.write(
            f"{key}:operator", template, people[0], to=settings.OPERATOR_EMAIL, **facts
        )

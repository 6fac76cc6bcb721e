"""Finding people by their names."""

from __future__ import annotations

from django.http import Http404

from accounts.models import User


def creator_named(name: str) -> User:
    """The person with that name, whatever its case; else 404."""
    try:
        return User.objects.named(name)
    except User.DoesNotExist:
        raise Http404 from None


def person_named(text: str) -> User | None:
    """The person with exactly that name, shown above the other results."""
    try:
        found = User.objects.named(text)
    except User.DoesNotExist:
        return None
    return found if found.suspended_at is None else None

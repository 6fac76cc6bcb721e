"""Usernames are given once, for ever: an old button must never pay a stranger (A8)."""

from __future__ import annotations

from django.db import connection

from accounts.models import User


def is_taken(name: str) -> bool:
    """Whether the name is, or ever was, somebody's, whatever its case."""
    return _holder(name) is not None


def has_left(name: str) -> bool:
    """Whether it is the name of somebody who closed their account."""
    holder = _holder(name)
    return (
        holder is not None
        and User.objects.filter(pk=holder, closing_at__isnull=False).exists()
    )


def _holder(name: str) -> int | None:
    """By its hash: the names of people who left are not kept (T47)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_holder_of_name(%s)", [name])
        found: int | None = cursor.fetchone()[0]
    return found


def hold(name: str, email: str) -> None:
    """Keep a name for the person of an address.

    Somebody signed up with an address that has an account already. To them it must
    look like any sign-up, and a name that was free a minute later would tell (A1).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_hold_name(%s, %s)", [name, email])

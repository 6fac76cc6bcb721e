"""We give each name and public id once, for ever: an old button must never pay a stranger
(A8)."""

from __future__ import annotations

from django.db import connection

from accounts.models import User, holder_of_name


def is_taken(name: str) -> bool:
    """Whether it is, or ever was, somebody's username or public id, whatever its case."""
    return holder_of_name(name) is not None


def has_left(name: str) -> bool:
    """Whether it is the name of somebody who closed their account."""
    holder = holder_of_name(name)
    return (
        holder is not None
        and User.objects.filter(pk=holder, closing_at__isnull=False).exists()
    )


def hold(name: str, email: str) -> None:
    """Reserve a name for the person with that address.

    Somebody signed up with an address that has an account already. To them it must look
    like any sign-up; a name that was free a minute later would reveal it (A1).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_hold_name(%s, %s)", [name, email])

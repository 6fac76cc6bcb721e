"""Usernames are given once, for ever: an old button must never pay a stranger (A8)."""

from __future__ import annotations

from django.db import connection


def is_taken(name: str) -> bool:
    """Whether the name is, or ever was, somebody's, whatever its case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM taken_name WHERE name = %s", [name.lower()])
        return cursor.fetchone() is not None


def hold(name: str, email: str) -> None:
    """Keep a name for the person of an address.

    Somebody signed up with an address that has an account already. To them it must
    look like any sign-up, and a name that was free a minute later would tell (A1).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_hold_name(%s, %s)", [name, email])

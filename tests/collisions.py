"""Names and ids of two people that are the same, as rows could be before there was one
namespace. For tests with a database of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import User
from flattr.database import roles
from tests.world.people import execute, person


@contextmanager
def before_there_was_one_namespace() -> Iterator[None]:
    switch = "ALTER TABLE person {} TRIGGER person_takes_name"
    with roles.as_owner():
        execute(switch.format("DISABLE"))
    try:
        yield
    finally:
        with roles.as_owner():
            execute(switch.format("ENABLE ALWAYS"))


def collided(bob: User, name: str = "c0th5d") -> User:
    """Mallory, who signed up long ago with Bob's public id for a username."""
    with before_there_was_one_namespace():
        mallory = person(name)
        User.objects.filter(pk=bob.pk).update(public_id=name)
    bob.refresh_from_db()
    return mallory

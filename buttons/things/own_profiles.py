"""People as things: each is flattred under one address, that of their profile here,
which is theirs without any other proof."""

from __future__ import annotations

import re
from urllib.parse import unquote

from django.conf import settings
from django.urls import reverse

from accounts.models import User

# By its short address, by the first Flattr's, and by what led to that.
PATH = re.compile(r"/(?:(?:profile|user|donation/give/to)/|@)([^/?#]+)/?")


def named(path: str) -> str:
    """Whose profile an address here leads to; empty for another page.

    >>> named("/@anna"), named("/user/anna/"), named("/thing/1")
    ('anna', 'anna', '')
    """
    found = PATH.fullmatch(unquote(path))
    return found[1] if found else ""


def address_of(person: User) -> str:
    return settings.SITE_URL + reverse("buttons:profile", args=[person.username])


def person_at(path: str) -> User | None:
    """Whose profile an address here leads to, if they are here. One query for such an
    address, none for others."""
    if not (name := named(path)):
        return None
    try:
        return User.objects.named(name)
    except User.DoesNotExist:
        return None


def is_one(address: str) -> bool:
    """Whether nobody but the person named in it can own a page of this address."""
    start, path = address[: len(settings.SITE_URL)], address[len(settings.SITE_URL) :]
    return start == settings.SITE_URL and bool(named(path))


def owner_of(address: str) -> User | None:
    """The person who is flattred under exactly this address."""
    person = person_at(address[len(settings.SITE_URL) :]) if is_one(address) else None
    return person if person and address_of(person) == address else None

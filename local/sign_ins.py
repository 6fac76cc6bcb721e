"""How to sign in to the demo: as people, and as programs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.oauth import tokens
from buttons.models import Thing
from local import demo
from local.cast import PASSWORD


def describe() -> dict[str, Any]:
    """Who is in the demo and how they sign in."""
    by_role = {"reader": "mila", "creator": "anna", "admin": "ada", "admin2": "ben"}
    things = Thing.objects.select_related("owner").order_by("id")
    with demo.alone():
        kept = {role: token_of(by_role[role]) for role in ("reader", "creator")}
    return {
        "users": {
            role: {
                "email": f"{name}@demo.example",
                "password": PASSWORD,
                "username": name,
            }
            for role, name in by_role.items()
        },
        "tokens": kept,
        "things": [
            {
                "id": thing.pk,
                "url": thing.url,
                "title": thing.title,
                "owner": thing.owner.username if thing.owner else None,
            }
            for thing in things
        ],
    }


def token_of(username: str) -> str:
    """A token for everything, the same whenever it is asked for."""
    token = salted_hmac("local.demo", username).hexdigest()
    person = User.objects.get(username=username)
    if tokens.find(token) is None:
        tokens.make(person, "of the demo", settings.SCOPES, token)
    return token

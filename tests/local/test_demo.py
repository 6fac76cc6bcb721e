"""What the demo tells of itself, for programs."""

from __future__ import annotations

import io
import json
from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts import tokens
from buttons.models import Thing


def told() -> dict[str, Any]:
    out = io.StringIO()
    call_command("seed_demo", "--json", stdout=out)
    facts: dict[str, Any] = json.loads(out.getvalue())
    return facts


def test_the_demo_tells_the_same_whenever_it_is_asked(own_database: str) -> None:
    first = told()

    assert told() == first
    assert set(first) == {"users", "tokens", "things"}
    assert {"reader", "creator", "admin"} <= set(first["users"])
    assert len(first["things"]) == Thing.objects.count()
    for role in ("reader", "creator"):
        token = tokens.find(first["tokens"][role])
        assert token
        assert token.user.username == first["users"][role]["username"]
        assert set(token.scope_names) == set(settings.SCOPES)
        tokens.revoke_all(token.user)
        assert tokens.find(first["tokens"][role]) is None

    assert told() == first, "a revoked one is made again"
    assert tokens.find(first["tokens"]["reader"])

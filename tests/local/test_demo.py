"""What the demo tells of itself, for programs."""

from __future__ import annotations

import fcntl
import io
import json
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.models import User
from accounts.oauth import tokens
from accounts.people import links
from buttons.models import Flattr, Picture, Thing
from buttons.pictures import keeping
from local import cast, waiting
from local.servers.state import ROOT, State


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


def test_most_people_and_works_have_pictures_and_some_have_patterns(
    demo_database: None, db: None
) -> None:
    people = dict(User.objects.values_list("username", "picture"))
    works = Thing.objects.exclude(owner__username="konscience")

    assert {name for name, digest in people.items() if not digest} == {
        *("jonas", "lena", "nora", "konscience")
    }
    assert {thing.title for thing in works if not thing.picture} == {
        *("Mudflat, low water", "41: A lamp is not the moon"),
        "Rain on the allotments",
    }
    for kept in Picture.objects.all():
        with Image.open(io.BytesIO(kept.body)) as opened:
            size = keeping.FACE_SIZE if kept.person_id else keeping.THING_SIZE
            assert (opened.format, opened.size) == ("WEBP", size)


def test_links_are_as_the_settings_would_save_them(
    demo_database: None, db: None
) -> None:
    linked = [one for one in User.objects.all() if one.links]

    assert {one.username for one in linked} == {"anna", "jun", "kit"}
    for one in linked:
        assert links.addresses_in("\n".join(one.links)) == one.links


def test_a_creator_shows_whom_she_flattrs(demo_database: None, db: None) -> None:
    given = Flattr.objects.filter(reader__username="anna", reader__shows_flattrs=True)

    assert given.count() == len(cast.ANNA_FLATTRS)


@pytest.mark.all
def test_two_who_tell_it_at_once_tell_it_once(own_database: str) -> None:
    """`manage seed_demo` beside the one of a first `up`: the second waits, and prints
    the same."""
    command = [sys.executable, str(ROOT / "manage.py"), "seed_demo", "--json"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [one.communicate() for one in both]

    assert [one.returncode for one in both] == [0, 0], said
    first, second = (json.loads(out) for out, _ in said)
    assert first == second
    assert User.objects.filter(username="mila").count() == 1


def test_the_demo_waits_for_the_tables_that_a_first_up_makes(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says what to do where nobody makes them."""
    answers = [False, False, True]
    monkeypatch.setattr(waiting, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "is_migrated", lambda: answers.pop(0))
    assert settings.STATE is not None
    with (State(settings.STATE).folder() / "up.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting.wait_for_up()
    assert answers == []

    monkeypatch.setattr(waiting, "is_migrated", lambda: False)
    with pytest.raises(CommandError, match="no tables yet"):
        call_command("seed_demo", "--json")

"""Bob's face and his works' pictures: one each, shown by their digest, gone at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from buttons.models import Picture
from buttons.pictures import keeping
from flattr.database import clock
from flattr.templatetags.flattr import face, picture, picture_address
from tests.world.people import execute, person, thing_of, travel

BODY = b"RIFF....WEBP of Bob"


def shown(client: Client, digest: str) -> Any:
    return client.get(picture_address(digest))


def test_bob_shows_another_face(db: None, client: Client, bob: User) -> None:
    assert "/pattern/face/" in face(bob)
    first = keeping.keep(bob, BODY)
    second = keeping.keep(bob, BODY + b", older")
    bob.refresh_from_db()

    assert bob.picture == second.digest
    assert f'src="/picture/{second.digest}.webp"' in face(bob)
    answer = shown(client, second.digest)
    assert answer.content == BODY + b", older"
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert not answer.cookies
    assert shown(client, first.digest).status_code == 404

    assert keeping.drop(bob)
    bob.refresh_from_db()
    assert bob.picture == ""
    assert shown(client, second.digest).status_code == 404


def test_equal_pictures_of_two_people_are_two(db: None, bob: User, carol: User) -> None:
    of_bob, of_carol = keeping.keep(bob, BODY), keeping.keep(carol, BODY)
    assert of_bob.digest != of_carol.digest
    keeping.drop(bob)
    carol.refresh_from_db()
    assert carol.picture == of_carol.digest


def test_a_picture_goes_with_the_proof(db: None, client: Client, bob: User) -> None:
    thing = thing_of(bob, "spring")
    kept = keeping.keep(thing, BODY)
    thing.refresh_from_db()
    assert f"/picture/{kept.digest}.webp" in picture(thing)

    thing.proved_at, thing.proof = None, ""
    thing.save()
    thing.refresh_from_db()
    assert thing.picture == ""
    assert "/pattern/work/" in picture(thing)
    assert shown(client, kept.digest).status_code == 404


@pytest.mark.usefixtures("own_database")
def test_nothing_is_shown_of_somebody_who_left(client: Client) -> None:
    """All addresses answer 404 (T57)."""
    bob = person("bob")
    kept = [keeping.keep(whose, BODY) for whose in (bob, thing_of(bob, "spring"))]
    execute("UPDATE person SET closing_at = flattr_clock() WHERE id = %s", bob.pk)
    travel(clock.now() + timedelta(days=8))
    execute("SELECT flattr_erase_person(%s)", bob.pk)
    assert not Picture.objects.exists()
    assert {shown(client, one.digest).status_code for one in kept} == {404}


def test_only_a_picture_says_what_is_shown(db: None, bob: User) -> None:
    """A person saved as they were read long ago keeps the picture of now."""
    stale = User.objects.get(pk=bob.pk)
    kept = keeping.keep(bob, BODY)
    stale.save()
    bob.refresh_from_db()
    assert bob.picture == kept.digest


@pytest.mark.parametrize("size", [60 * 1024 + 1, 1_000_000])
def test_the_database_refuses_large_pictures(db: None, bob: User, size: int) -> None:
    with pytest.raises(IntegrityError, match="picture_is_small"), transaction.atomic():
        keeping.keep(bob, bytes(size))

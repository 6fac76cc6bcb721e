"""Bob asks for pictures: what he sends beats what his pages show."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from celery import current_app
from django.db import IntegrityError, transaction

from accounts.models import User
from buttons.models import Picture, WantedPicture
from buttons.models.picture import MOST_SOURCE_BYTES
from buttons.pictures import keeping, wanting
from buttons.pictures.wanting import FileRefused, SentTooMany, Standing
from flattr.database import clock
from tests.world.people import execute, person, thing_of, travel

FILE = b"\x89PNG, says Bob"
PAGES = "https://bob.example/og.png"


def test_bob_sends_a_file_and_a_worker_is_woken(
    db: None,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: type,
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: woken.append(name))
    assert wanting.standing(bob) == Standing()
    assert wanting.standing(bob).sentence == ""
    with django_capture_on_commit_callbacks(execute=True):
        wanting.send_file(bob, FILE)
    assert woken == ["buttons.make_pictures"]
    assert wanting.standing(bob).waits
    assert "is being made" in wanting.standing(bob).sentence


@pytest.mark.parametrize("code", wanting.WHY_NOT)
def test_a_refusal_says_why(db: None, bob: User, code: str) -> None:
    wanting.send_file(bob, FILE)
    WantedPicture.objects.update(file=None, due_at=None, refused=code)
    assert wanting.standing(bob).sentence == str(wanting.WHY_NOT[code])


@pytest.mark.parametrize(
    ("size", "why"), [(0, "is empty"), (MOST_SOURCE_BYTES + 1, "larger than 5 MB")]
)
def test_what_is_no_file_for_us_is_refused_at_once(
    db: None, bob: User, size: int, why: str
) -> None:
    with pytest.raises(FileRefused, match=why):
        wanting.send_file(bob, bytes(size))
    assert not WantedPicture.objects.exists()


def test_bob_sends_twenty_files_a_day(db: None, bob: User) -> None:
    thing = thing_of(bob, "spring")
    sent = 0
    for _hour in range(24):
        with suppress(SentTooMany):
            for whose in (bob, thing) * 15:
                wanting.send_file(whose, FILE)
                sent += 1
        execute("UPDATE attempt SET at = at - interval '1 hour'")
    assert 18 <= sent <= 20


def test_what_bob_sends_beats_his_page(db: None, bob: User) -> None:
    thing = thing_of(bob, "spring")
    assert wanting.read_from(thing, PAGES)
    wanting.send_file(thing, FILE)
    assert not wanting.read_from(thing, PAGES)
    assert WantedPicture.objects.get().url == ""

    WantedPicture.objects.all().delete()
    keeping.keep(thing, FILE)
    assert not wanting.read_from(thing, PAGES)
    keeping.keep(thing, FILE, "https://bob.example/older.png")
    assert wanting.read_from(thing, PAGES)


def test_bob_wants_the_pattern_whatever_his_page_shows(db: None, bob: User) -> None:
    thing = thing_of(bob, "spring")
    keeping.keep(thing, FILE, PAGES)
    wanting.prefer_pattern(thing)
    assert not Picture.objects.exists()
    assert not wanting.read_from(thing, PAGES)
    assert wanting.standing(thing) == Standing()
    wanting.send_file(thing, FILE)
    assert WantedPicture.objects.get().pattern_at is None


def test_what_waits_goes_with_the_proof(db: None, bob: User, carol: User) -> None:
    """What Bob sent does not become the picture of what is Carol's now."""
    thing = thing_of(bob, "spring")
    wanting.send_file(thing, FILE)
    thing.save()
    assert WantedPicture.objects.exists()
    thing.owner = carol
    thing.save()
    assert not WantedPicture.objects.exists()


@pytest.mark.usefixtures("own_database")
def test_what_somebody_who_left_sent_is_gone() -> None:
    bob = person("bob")
    for whose in (bob, thing_of(bob, "spring")):
        wanting.send_file(whose, FILE)
    execute("UPDATE person SET closing_at = flattr_clock() WHERE id = %s", bob.pk)
    travel(clock.now() + timedelta(days=8))
    execute("SELECT flattr_erase_person(%s)", bob.pk)
    assert not WantedPicture.objects.exists()


def test_the_database_keeps_files_only_while_they_wait(db: None, bob: User) -> None:
    wanting.send_file(bob, FILE)
    with pytest.raises(IntegrityError, match="but_while"), transaction.atomic():
        WantedPicture.objects.update(due_at=None)
    with pytest.raises(IntegrityError, match="at_most_5_mb"), transaction.atomic():
        WantedPicture.objects.update(file=bytes(MOST_SOURCE_BYTES + 1))

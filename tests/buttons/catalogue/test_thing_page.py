"""What the page of a thing says, in each case."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from buttons.catalogue.thing_page import ThingPage
from buttons.clicks.question import State
from buttons.models import OWN_PROFILE, Proof, Thing
from buttons.models.thing import PROVED
from tests.world.people import click, thing_of

NOW = timezone.now()
BOB = User(pk=1, username="bob")
ALICE = User(pk=2, username="alice")
OPERATOR = "by the operator"
PROVED_THING = Thing(title="Song", owner=BOB, proved_at=NOW, proof=OPERATOR)
NAMED = Thing(title="Post", owner=BOB)
NOBODYS = Thing(title="Poem")
SUSPENDED = Thing(title="Copy", owner=BOB, suspended_at=NOW)


def test_each_proof_has_its_sentence() -> None:
    assert {words for _kind, words in Proof.KINDS} | {
        OPERATOR,
        OWN_PROFILE,
    } == PROVED.keys()
    assert PROVED_THING.proof_and_day.startswith("Proved by the operator · ")
    assert NAMED.proof_and_day == "Not proved yet"


@pytest.mark.parametrize(
    ("thing", "blocked", "sentence"),
    [
        (PROVED_THING, None, ""),
        (PROVED_THING, State.LEFT, "Whoever made this has left"),
        (PROVED_THING, State.REFUSED, "Its author does not want flattrs"),
        (PROVED_THING, State.CLOSED, "has suspended the account"),
        (SUSPENDED, State.CLOSED, "has suspended it."),
    ],
)
def test_why_nobody_can_flattr_it(
    thing: Thing, blocked: State | None, sentence: str
) -> None:
    page = ThingPage(thing, ALICE, blocked)

    assert sentence in page.notice
    assert bool(page.notice) is bool(sentence)
    assert page.subscribable is (blocked is None)


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (ThingPage(PROVED_THING, ALICE, given=True), "You have flattred this month."),
        (ThingPage(NAMED, ALICE, given=True), "You have promised it a flattr this"),
        (ThingPage(NAMED, ALICE, promised=True), "a flattr in an earlier month"),
        (ThingPage(NAMED, ALICE), ""),
    ],
)
def test_what_the_viewer_gave(page: ThingPage, sentence: str) -> None:
    assert sentence in page.given_sentence
    assert bool(page.given_sentence) is bool(sentence)


@pytest.mark.parametrize(
    ("page", "maker", "proof"),
    [
        (ThingPage(PROVED_THING), "bob", "Proved by the operator"),
        (ThingPage(NAMED), "bob", "Not proved yet: only its button says so."),
        (ThingPage(NOBODYS), "Nobody has shown yet that it is theirs.", "Not proved"),
        (ThingPage(NAMED, None, State.LEFT), "Somebody who left", "Not proved"),
    ],
)
def test_whose_it_is(page: ThingPage, maker: str, proof: str) -> None:
    assert page.maker == maker
    assert page.proof.startswith(proof)


def test_its_button_is_there_while_it_can_be_flattred() -> None:
    shown = ThingPage(PROVED_THING).button

    assert shown is not None
    assert "user_id=bob" in shown.code
    assert "title=Song" in shown.code
    assert ThingPage(SUSPENDED, None, State.CLOSED).button is None


def test_what_else_its_owner_makes(client: Client, alice: User, bob: User) -> None:
    song, *others = [thing_of(bob, slug) for slug in ("song", "a", "b", "c", "d")]
    click(alice, others[0])
    Thing.objects.filter(pk=others[1].pk).update(hidden=True)

    text = " ".join(client.get(f"/thing/{song.pk}").content.decode().split())

    assert "More by <bdi>bob</bdi>" in text
    below = text.partition("More by")[2]
    titles = re.findall(r'/thing/\d+"><bdi>([^<]+)', below)
    assert titles == ["A", "D", "C"]
    waits = thing_of(bob, "waits", proved=False)
    unproved = client.get(f"/thing/{waits.pk}").content.decode()
    assert "More by" not in unproved, "nobody has shown that it is his"


def test_who_is_signed_out_can_sign_in_to_flattr_it_every_month(
    client: Client, bob: User
) -> None:
    song = thing_of(bob, "song")
    text = client.get(f"/thing/{song.pk}").content.decode()

    assert f'href="/account/login/?next=%2Fthing%2F{song.pk}"' in text
    assert text.count('class="button"') == 1, "one loud button a page"

"""What the page of a thing says, in each case."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from buttons.catalogue.thing_page import ThingPage
from buttons.clicks.question import State
from buttons.models import Proof, Thing
from buttons.models.thing import PROVED
from buttons.things import own_profiles

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
        own_profiles.PROOF,
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

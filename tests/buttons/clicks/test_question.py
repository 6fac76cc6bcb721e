"""What the confirm page and the done page say, in each case."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.people.budgets import Standing
from buttons.clicks.done import Done
from buttons.clicks.loaf import Slice
from buttons.clicks.question import Question, State
from buttons.clicks.ring import arcs
from buttons.clicks.worth import Worth, back_to
from buttons.models import Thing
from buttons.things.submitting import Proposal, Submission

JUN = User(pk=1, username="jun", first_name="Jun", last_name="Park")
OPEN = Standing(202611, 500, credited=True, suspended=False, covered=True)
PAGE = Submission(url="https://jun.example/")
AT = timezone.now()


def reads(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


def question(
    state: State = State.READY,
    standing: Standing = OPEN,
    *,
    owner: User | None = JUN,
    proved: bool = True,
    joins: bool = True,
    worth: Worth | None = None,
) -> Question:
    thing = Thing(title="Song", owner=owner, proved_at=AT if proved else None)
    thing.proof = "by the operator" if proved else ""
    proposal = Proposal(thing, owner)
    return Question(PAGE, proposal, state, standing, (), joins, worth)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (question(), ""),
        (question(State.OWN), "This is your own thing"),
        (question(State.SIGNED_OUT), "Sign in, and you come back"),
        (question(State.GIVEN), "You have flattred this in November. You can"),
        (question(State.GIVEN, proved=False), "You have promised a flattr to this"),
        (question(State.CLOSED), "has suspended the account that it belongs to"),
        (question(State.LEFT), "Whoever made this has left"),
        (question(State.REFUSED), "Its author does not want flattrs"),
        (question(State.NO_BUDGET), "Your budget is €5.00 a month, and no payment"),
        (question(State.NO_BUDGET, replace(OPEN, amount=0)), "First decide what you"),
        (
            question(State.NO_BUDGET, replace(OPEN, suspended=True)),
            "Your budget is suspended",
        ),
    ],
)
def test_why_there_is_no_button(asked: Question, sentence: str) -> None:
    assert reads(asked.sentence).startswith(sentence) or sentence in asked.sentence
    assert bool(asked.sentence) is bool(sentence)


@pytest.mark.parametrize(
    ("asked", "by", "ownership"),
    [
        (
            question(),
            "by Jun Park (jun)",
            "Owner of this page · Proved by the operator",
        ),
        (
            question(proved=False),
            "said to be by jun",
            "jun is said to own this page. Not proved yet.",
        ),
        (
            question(owner=None, proved=False),
            "We do not know whose page this is.",
            "Not proved yet. We do not know who owns this page.",
        ),
    ],
)
def test_whose_page_it_is(asked: Question, by: str, ownership: str) -> None:
    assert asked.heading == "Flattr “Song”?"
    assert reads(asked.by) == by
    assert reads(asked.ownership) == ownership


ONE, TWO = Worth(1, 500, 500), Worth(2, 250, 250)
THREE = Worth(3, 166, 167)
UNPAID = replace(OPEN, covered=False)


@pytest.mark.parametrize(
    ("asked", "policy", "sentence"),
    [
        (
            question(worth=ONE),
            "creator",
            "Your first this month. All €5.00 would go to Jun Park (jun).",
        ),
        (
            question(worth=Worth(1, 450, 450)),
            "creator",
            "Your first this month. €4.50 of your €5.00 would go to Jun Park (jun).",
        ),
        (
            question(worth=THREE),
            "creator",
            "Your 3rd creator this November. Each would get €1.66 or €1.67 of your"
            " €5.00.",
        ),
        (
            question(worth=TWO),
            "thing",
            "Your 2nd thing this November. Each would get €2.50 of your €5.00.",
        ),
        (
            question(worth=TWO, joins=False),
            "creator",
            "Jun Park (jun) is among the 2 creators of your November already. One more"
            " flattr says thank you and changes no share: each gets €2.50 of your"
            " €5.00.",
        ),
        (
            question(worth=ONE, standing=UNPAID),
            "creator",
            "Your first this month. All €5.00 would go to Jun Park (jun). That is if"
            " your payment arrives.",
        ),
        (question(owner=None, proved=False, worth=ONE), "creator", ""),
    ],
)
def test_what_a_flattr_would_be_worth(
    asked: Question, policy: str, sentence: str, settings: Settings
) -> None:
    settings.POLICY = policy
    assert reads(asked.worth_sentence) == sentence


HEADED = "Jun Park (jun) is in your November"


@pytest.mark.parametrize(
    ("given", "proved", "worth", "title", "heading", "sentence"),
    [
        (
            True,
            True,
            ONE,
            "Flattred",
            HEADED,
            "The first in your month: €5.00 as it stands.",
        ),
        (
            True,
            True,
            TWO,
            "Flattred",
            HEADED,
            "2 creators now, €2.50 each of your €5.00.",
        ),
        (
            True,
            False,
            TWO,
            "Promised",
            "Promised: “Song”",
            "Your flattr waits until somebody proves that this page is theirs. We write"
            " to you then, and you can still undo it.",
        ),
        (
            False,
            True,
            None,
            "Not flattred",
            "Not flattred: “Song”",
            "You have not flattred this in November.",
        ),
    ],
)
def test_what_became_of_a_click(
    given: bool,
    proved: bool,
    worth: Worth | None,
    title: str,
    heading: str,
    sentence: str,
) -> None:
    thing = question(proved=proved).proposal.thing
    done = Done(thing, given, OPEN, worth, {}, None)

    assert done.title == title
    assert reads(done.heading) == heading
    assert reads(done.sentence) == sentence
    assert reads(done.back) == "Back to “Song”"


def test_the_ring_begins_with_what_is_new() -> None:
    month = [Slice(f"s{number}", f"creator {number}", "c") for number in range(1, 4)]

    ring = arcs(month, month[1])

    assert [arc.colour for arc in ring] == ["s2", "s3", "s1"]
    assert [arc.fresh for arc in ring] == [True, False, False]
    assert arcs([], None) == []
    assert len(arcs(month[:1], month[0])) == 1


def test_a_long_title_is_cut_on_the_button_alone() -> None:
    assert len(reads(back_to("A very long title " * 20))) < 55

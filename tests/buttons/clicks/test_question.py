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
from buttons.clicks.question import Question, State
from buttons.clicks.worth import Worth
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
    ("asked", "heading", "ownership"),
    [
        (
            question(),
            "Flattr Jun Park (jun)?",
            "Owner of this page · Proved by the operator",
        ),
        (
            question(proved=False),
            "Flattr Jun Park (jun)?",
            "jun is said to own this page. Not proved yet.",
        ),
        (
            question(owner=None, proved=False),
            "Flattr this page?",
            "Not proved yet. We do not know who owns this page.",
        ),
    ],
)
def test_whose_page_it_is(asked: Question, heading: str, ownership: str) -> None:
    assert reads(asked.heading) == heading
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
            "Jun Park (jun) would be the 3rd creator of your November. Each would get"
            " €1.66 or €1.67 of your €5.00.",
        ),
        (
            question(worth=TWO),
            "thing",
            "This would be the 2nd thing of your November. Each would get €2.50 of your"
            " €5.00.",
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


@pytest.mark.parametrize(
    ("given", "proved", "worth", "heading", "sentence"),
    [
        (True, True, ONE, "Flattred: “Song”", "all €5.00 go to Jun Park (jun)."),
        (True, True, TWO, "Flattred: “Song”", "each of 2 creators gets €2.50."),
        (True, False, TWO, "Promised: “Song”", "you can still take it back."),
        (
            False,
            True,
            None,
            "Not flattred: “Song”",
            "You have not flattred this in November.",
        ),
    ],
)
def test_what_became_of_a_click(
    given: bool, proved: bool, worth: Worth | None, heading: str, sentence: str
) -> None:
    done = Done(question(proved=proved).proposal.thing, given, OPEN, worth)

    assert reads(done.heading) == heading
    assert reads(done.sentence).endswith(sentence)
    assert heading.startswith(done.title)

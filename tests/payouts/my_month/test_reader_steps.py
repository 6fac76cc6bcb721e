"""The way to the first flattr: what is done, what is next, and when the list is gone."""

from __future__ import annotations

import pytest

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from flattr.web.steps import Step
from payouts.my_month import month
from payouts.my_month.reader_steps import ReaderSteps, reader_steps
from tests.questions import Questions
from tests.world import earning
from tests.world.people import click, open_budget, person, thing_of


def found(reader: User) -> ReaderSteps | None:
    return reader_steps(reader, month.month(reader))


def next_of(steps: ReaderSteps) -> Step:
    [only] = [step for step in steps.steps if step.state == "next"]
    return only


@pytest.mark.parametrize(
    ("steps", "heading", "says", "texts", "label"),
    [
        (
            ReaderSteps("Yuki", 202611),
            "Hello Yuki, three more steps",
            "Then your first loaf is yours to cut.",
            [
                "Your e-mail address is confirmed",
                "Choose what you give a month",
                "Pay in",
                "Flattr something",
            ],
            "Choose a budget",
        ),
        (
            ReaderSteps("Yuki", 202611, amount=500, since=202611, missing=500),
            "Hello Yuki, two more steps",
            "Then your first loaf is yours to cut.",
            [
                "Your e-mail address is confirmed",
                "You give €5.00 a month",
                "Pay in €5.00",
                "Flattr something",
            ],
            "Pay €5.00",
        ),
        (
            ReaderSteps("Yuki", 202611, amount=500, since=202612, missing=500),
            "Hello Yuki, two more steps",
            "Then your first loaf is yours to cut.",
            [
                "Your e-mail address is confirmed",
                "You give €5.00 a month, from December on",
                "Pay in €5.00",
                "Flattr something",
            ],
            "Pay €5.00",
        ),
        (
            ReaderSteps("Yuki", 202611, amount=500, since=202611, credited=True),
            "Hello Yuki, one more step",
            "Your money is here. Whatever you flattr first gets all of it.",
            [
                "Your e-mail address is confirmed",
                "You give €5.00 a month",
                "You have paid in",
                "Flattr something",
            ],
            "Find something",
        ),
    ],
)
def test_how_far_a_reader_is(
    steps: ReaderSteps, heading: str, says: str, texts: list[str], label: str
) -> None:
    assert steps.heading == heading
    assert steps.says == says
    assert [step.text for step in steps.steps] == texts
    assert next_of(steps).label == label


def test_the_list_goes_on_until_its_last_tick(bob: User) -> None:
    yuki = person("yuki")
    steps = found(yuki)
    assert steps
    assert next_of(steps).url == "/budget"
    open_budget(yuki, 500, paid=0)
    steps = found(yuki)
    assert steps
    assert next_of(steps).label == "Pay €5.00"
    open_budget(yuki, 500, paid=500)
    steps = found(yuki)
    assert steps
    assert next_of(steps).label == "Find something"

    flattr_thing(yuki, thing_of(bob, "spring"))

    assert found(yuki) is None


@pytest.mark.usefixtures("own_database")
def test_it_does_not_come_back_in_an_empty_month() -> None:
    bob = person("bob")
    yuki = person("yuki")
    open_budget(yuki, 500)
    click(yuki, thing_of(bob, "spring"))
    earning.end_month()

    assert found(yuki) is None


def test_a_promise_is_a_first_flattr(db: None) -> None:
    yuki = person("yuki")
    open_budget(yuki, 500)

    flattr_thing(yuki, thing_of(None, "spring", proved=False))

    assert found(yuki) is None


def test_whom_staff_suspended_is_not_led_on(bob: User) -> None:
    bob.suspended_at = bob.date_joined
    bob.save()

    assert found(bob) is None


def test_it_asks_once_for_newcomers_and_never_for_regulars(bob: User) -> None:
    yuki = person("yuki")
    empty = month.month(yuki)
    with Questions() as questions:
        reader_steps(yuki, empty)
    assert questions.count == 1
    open_budget(yuki, 500)
    flattr_thing(yuki, thing_of(bob, "spring"))
    full = month.month(yuki)
    with Questions() as questions:
        reader_steps(yuki, full)
    assert questions.count == 0

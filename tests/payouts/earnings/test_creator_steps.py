"""The way to the first money: what is done and what is next, from facts."""

from __future__ import annotations

from itertools import product

import pytest

from accounts.models import User
from buttons.models import PageCheck
from flattr.database import clock
from payouts.earnings import destinations
from payouts.earnings.creator_steps import CreatorSteps, creator_steps
from tests.questions import Questions
from tests.world.people import click, person, reader_with_budget, thing_of


def states(steps: CreatorSteps) -> list[str]:
    return [step.state for step in steps.steps]


@pytest.mark.parametrize(
    ("done", "expected", "text"),
    [
        ((0, 0, 0, 0), "next later later later", "Make a button"),
        ((1, 0, 0, 0), "done next later later", "Put it on your page, and let us look"),
        ((1, 1, 0, 0), "done done later next", "Add your bank account"),
        ((1, 1, 1, 0), "done done done next", "Add your bank account"),
        ((1, 1, 0, 1), "done done next done", "Your first flattr"),
        ((1, 0, 0, 1), "done next later done", "Put it on your page, and let us look"),
        ((1, 0, 1, 0), "done next done later", "Put it on your page, and let us look"),
        ((1, 1, 1, 1), "done done done done", ""),
    ],
)
def test_the_step_that_is_next(done: tuple[int, ...], expected: str, text: str) -> None:
    made, was_found, flattred, bank = map(bool, done)
    steps = CreatorSteps(made, was_found, flattred, bank, profile="/profile/bob")

    assert " ".join(states(steps)) == expected
    assert [step.text for step in steps.steps if step.state == "next"] == (
        [text] if text else []
    )
    assert steps.is_over == all(done)
    assert steps.is_first == (not done[1])


def test_one_step_is_next_in_every_case_and_leads_somewhere() -> None:
    for made, was_found, flattred, bank in product((False, True), repeat=4):
        done = (made, was_found, flattred, bank)
        steps = CreatorSteps(made, was_found, flattred, bank, 7, "/profile/bob").steps
        following = [step for step in steps if step.state == "next"]
        assert len(following) == (not all(done))
        assert all(step.url and step.label for step in following)


def test_each_step_is_ticked_by_what_happened(db: None) -> None:
    bob = person("bob")
    assert states(creator_steps(bob)) == ["next", "later", "later", "later"]
    now = clock.now()
    PageCheck.objects.create(
        person=bob, url="https://b.example/", asked_at=now, due_at=now
    )
    assert states(creator_steps(bob)) == ["done", "next", "later", "later"]
    post = thing_of(bob, "post", proved=False)
    assert f"/thing/{post.pk}#check" in [step.url for step in creator_steps(bob).steps]
    song = thing_of(bob, "song")
    assert states(creator_steps(bob)) == ["done", "done", "later", "next"]
    click(reader_with_budget("alice"), song)
    assert states(creator_steps(bob)) == ["done", "done", "done", "next"]

    destinations.change(None, bob, "Bob", "DE89370400440532013000")

    assert creator_steps(bob).is_over


def test_it_asks_twice_whatever_there_is(bob: User) -> None:
    def queries() -> int:
        with Questions() as questions:
            creator_steps(bob)
        return questions.count

    assert queries() == 2
    for number in range(5):
        thing_of(bob, f"post-{number}")
    assert queries() == 2

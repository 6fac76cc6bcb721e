"""The steps to a first success: what is done, the one that is next, what is later."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from flattr.web.steps import Step, in_order


@pytest.mark.parametrize(
    ("done", "states"),
    [
        ((False, False, False), ["next", "later", "later"]),
        ((True, False, False), ["done", "next", "later"]),
        ((False, True, False), ["next", "done", "later"]),
        ((True, True, True), ["done", "done", "done"]),
    ],
)
def test_the_first_step_that_is_not_done_is_next(
    done: tuple[bool, ...], states: list[str]
) -> None:
    listed = in_order((is_done, Step("Do it")) for is_done in done)

    assert [step.state for step in listed] == states


def test_the_list_has_one_button() -> None:
    steps = in_order(
        [
            (True, Step("Your address is confirmed")),
            (False, Step("Pay in", "It takes a minute", url="/pay", label="Pay €5.00")),
            (False, Step("Flattr something", url="/discover", label="Discover")),
        ]
    )

    page = render_to_string("_checks.html", {"steps": steps})

    assert page.count('class="button"') == 1
    assert '<a class="button" href="/pay">Pay €5.00</a>' in page
    assert '<span class="hidden">Done: </span>' in page

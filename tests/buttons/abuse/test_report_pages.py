"""What the pages of a report and of an appeal say, in each case."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from buttons.abuse.report_pages import AppealPage, ReportPage
from buttons.models import Report, Thing

NOW = timezone.now()
BOB = User(pk=1, username="bob")
SONG = Thing(pk=1, title="Song", suspended_at=NOW)
BACK = Thing(pk=2, title="Song")


def reads(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


def test_a_report_is_about_a_thing_or_a_person() -> None:
    of_thing, of_person = ReportPage(SONG), ReportPage(BOB)

    assert reads(of_thing.heading) == "What is wrong with “Song”?"
    assert reads(of_person.heading) == "What is wrong with bob?"
    assert (of_thing.back, of_person.back) == ("/thing/1", "/@bob")
    assert "the owner" in of_thing.privacy
    assert "this person" in of_person.privacy


def decided(decision: str = "taken_down", **facts: Any) -> Report:
    given = {"thing": SONG, "decided_at": NOW, "decision": decision, **facts}
    return Report(**given)


APPEALED: dict[str, Any] = {"appealed_at": NOW, "decided_at": None}


@pytest.mark.parametrize(
    ("report", "heading", "sentence", "good"),
    [
        (decided(), "“Song” was taken down", "The six months for an appeal", False),
        (
            decided(**APPEALED),
            "We are reviewing “Song” again",
            "We received your",
            True,
        ),
        (decided("restored", thing=BACK), "“Song” is back", "", True),
        (decided(thing=BACK), "“Song” was taken down", "It is back already", True),
        (decided("upheld"), "“Song” was taken down", "A second person read", False),
        (
            decided(thing=None, person=BOB),
            "Your account bob was suspended",
            "It is back already",
            True,
        ),
    ],
)
def test_what_became_of_it(
    report: Report, heading: str, sentence: str, good: bool
) -> None:
    page = AppealPage(report, possible=False)

    assert reads(page.heading) == heading
    assert page.sentence.startswith(sentence)
    assert bool(page.sentence) is bool(sentence)
    assert page.good is good
    assert AppealPage(report, possible=True).sentence == ""

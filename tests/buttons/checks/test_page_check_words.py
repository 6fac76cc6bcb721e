"""Every outcome of a check, as its page says it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from buttons.models import Outcome, PageCheck
from buttons.things.page_check_words import NEEDS_CODE, CheckWords

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA = User(username="anna", public_id="a1b2c3")
URL = "https://anna.example/2026/hedge"


def words(outcome: str = "", seconds: int = 0, **facts: object) -> CheckWords:
    check = PageCheck(
        person=ANNA,
        url=URL,
        said={"title": "How to read a hedge"},
        asked_at=NOON,
        answered_at=NOON if outcome else None,
        outcome=outcome,
        facts=facts,
    )
    return CheckWords(check, NOON + timedelta(seconds=seconds))


def plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


READ = {"bytes": 14_200, "milliseconds": 312, "cut": False}
CASES = [
    (
        words(Outcome.YOURS, kind="button", thing=7),
        "Found your button on anna.example/2026/hedge.",
        "",
    ),
    (
        words(Outcome.YOURS, kind="meta", thing=7),
        "Found your tag on anna.example/2026/hedge.",
        "",
    ),
    (
        words(Outcome.YOURS, kind="dns", thing=7),
        "anna.example/2026/hedge is on a host that you have proved.",
        "",
    ),
    (
        words(Outcome.NOBODY, **READ),
        "We read the page, and found no button of yours yet.",
        "It answered in 0.3 seconds with 14 kB. Put this on it, and check again:",
    ),
    (
        words(Outcome.NOBODY, **READ | {"cut": True}),
        "We read the page, and found no button of yours yet.",
        "We read its first megabyte, and no more than that."
        " Put this on it, and check again:",
    ),
    (
        words(Outcome.OTHERS, names=["anna-garden"]),
        "We read the page, and found somebody else’s button.",
        "It names anna-garden, and you are anna. Change it to this, and check again:",
    ),
    (
        words(Outcome.OTHERS, names=[]),
        "We read the page, and found somebody else’s button.",
        "It names somebody else, and you are anna. Change it to this, and check again:",
    ),
    (
        words(Outcome.SEVERAL, names=["anna", "bob"]),
        "We read the page, and it names several people.",
        "It names anna, bob, and a page can be only one person’s. Leave the one that is"
        " yours, and check again:",
    ),
    (
        words(Outcome.UNKNOWN, names=["anan"]),
        "We read the page, and it names nobody who is here.",
        "It says anan, and you are anna. Change it to this, and check again:",
    ),
    (
        words(Outcome.DISCOUNTED, why="It is marked nofollow."),
        "We read the page, and found nothing yet that counts.",
        "It is marked nofollow. Put this on it, and check again:",
    ),
    (
        words(Outcome.REFUSED),
        "We read the page, and it says that it wants no flattrs.",
        "It has the tag flattr:id with the word none. Take that out, and check again.",
    ),
    (
        words(Outcome.GONE, status=404),
        "The page answered 404: it is not there.",
        "Is the page published, and the address right, letter by letter?",
    ),
    (
        words(Outcome.FAILED, status=503, stays=True),
        "The page answered 503, which is an error.",
        "You proved it before, so it stays yours for now. That is for whoever runs the"
        " host to mend. Check again when the page opens in your browser.",
    ),
    (
        words(Outcome.LOGIN, status=403),
        "The page is not open to everybody.",
        "It asks for a sign-in, so neither we nor your readers can open it. Publish it,"
        " and check again.",
    ),
    (
        words(Outcome.ELSEWHERE, there="https://www.anna.example/"),
        "The address leads on to another host.",
        "It leads to https://www.anna.example/. Use that address in your button, and"
        " check it here.",
    ),
    (
        words(Outcome.UNREACHED, reason="It took longer than five seconds."),
        "We could not reach the page.",
        "It took longer than five seconds. Does it open in a private window of your"
        " browser?",
    ),
    (
        words(Outcome.NO_PAGE, reason="It is application/pdf."),
        "What is there is not a web page.",
        "It is application/pdf. Check the page that people read: a button can stand"
        " only in HTML.",
    ),
    (
        words(Outcome.HOST_OF_OTHERS, names=["bob"]),
        "The whole host is proved to be somebody else’s.",
        "Its owner, bob, has proved all of its pages at once. If this page is yours,"
        " ask them to name you as well.",
    ),
    (
        words(Outcome.PROVED_OTHERS, names=["bob"], thing=7),
        "The page is proved to be somebody else’s.",
        "It was proved by bob. If it is yours, report it, and our staff look at it.",
    ),
    (words(), "We are looking at anna.example/2026/hedge.", "It takes a few seconds."),
    (
        words(seconds=45),
        "We are looking at anna.example/2026/hedge.",
        "It takes longer than it should. You need not stay: the answer will be here.",
    ),
]


@pytest.mark.parametrize(("said", "heading", "paragraphs"), CASES)
def test_an_outcome_in_words(said: CheckWords, heading: str, paragraphs: str) -> None:
    assert plain(said.heading) == heading
    assert plain(" ".join(said.says)) == paragraphs
    assert ("user_id=anna" in said.code) == (said.check.outcome in NEEDS_CODE)


def test_every_outcome_is_in_the_table() -> None:
    assert {said.check.outcome for said, *_ in CASES} == {"", *Outcome}


def test_only_what_waits_looks_for_its_answer_and_not_for_ever() -> None:
    assert words().refreshes
    assert not words(seconds=301).refreshes
    assert not words(Outcome.NOBODY).refreshes


@pytest.mark.parametrize(
    ("said", "links"),
    [
        (words(Outcome.YOURS, kind="me", thing=7), ["/thing/7"]),
        (words(Outcome.PROVED_OTHERS, thing=7), ["/report/thing/7"]),
        (words(Outcome.GONE), []),
        (
            words(Outcome.NOBODY),
            [
                "/claim?url=https%3A%2F%2Fanna.example%2F2026%2Fhedge",
                "/things/hosts",
            ],
        ),
    ],
)
def test_where_an_outcome_leads(said: CheckWords, links: list[str]) -> None:
    assert [link.url for link in said.links] == links


def test_what_strangers_wrote_is_shown_as_text() -> None:
    said = words(Outcome.OTHERS, names=["<b>x</b>"])

    assert "<b>" not in "".join(said.says)

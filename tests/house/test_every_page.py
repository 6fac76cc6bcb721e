"""Every page of `tests.world.pages`, by the test client: what it is, who may keep it
and what it asks the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve

from tests.house.test_headers import EMBEDDED, FRAMEABLE, embedded, everywhere, kept
from tests.questions import Questions
from tests.world.demo import Visit
from tests.world.pages import CREATOR, PAGES, READER, STAFF

# What a page asks the database at most, by who opens it; and pages that look through
# all that somebody leaves behind, all that waits, and all that is known of a payout.
MOST_QUESTIONS = {"": 5, "mila": 18, "nora": 21, "anna": 19, "ada": 16}
MANY_QUESTIONS = {
    "/@anna": 9,
    "/@mila": 9,
    "/profile/anna": 9,
    # A search looks for creators and things, and for what is near.
    "/discover/creators": 6,
    "/discover?q=notes": 10,
    "/discover?q=nothing-like-it": 10,
    "/discover/creators?q=bergstroem": 10,
    "/home": 22,
    "/settings/close": 22,
    "/admin/": 22,
    "/admin/payouts/payout/1/change/": 30,
}
# Paths of the list that say that something is wrong.
WRONG = {
    "/nothing-here": 404,
    "/@nobody-here": 404,
    "/share?text=nothing": 400,
    "/view/": 400,
    "/oauth/authorize?client_id=nobody": 400,
    "/login?idCallback=x:y": 400,
}
# Pages for readers that say something to whoever is signed out, too.
FOR_ALL = ("/anywhere?", "/discover", "/claim", "/submit/auto", "/login?", "/button")


def test_every_page_is_what_it_should_be(visits: list[Visit]) -> None:
    """T22, T32: its status, one heading, its language, no code and no style of its
    own; nobody frames it, and nobody keeps a person's."""
    wrong = [
        f"{visit}: {problem}"
        for visit in visits
        for problem in problems(visit, visit.get())
    ]

    assert "\n".join(wrong) == ""


def problems(visit: Visit, answer: Any) -> Iterator[str]:
    expected = WRONG.get(visit.path, 200)
    if answer.status_code != expected:
        yield f"{answer.status_code} instead of {expected}"
    name = name_of(visit.path)
    yield from everywhere(name, answer)
    embeds = name in EMBEDDED
    check = embedded if embeds else kept
    yield from check(name, answer, signed_in=bool(visit.who))
    text = answer.content.decode()
    yield from markup(text, headings=0 if name in FRAMEABLE else 1)


def name_of(path: str) -> str:
    try:
        return resolve(path.split("?", maxsplit=1)[0]).view_name
    except Resolver404:
        return ""


def markup(text: str, headings: int) -> Iterator[str]:
    if text.count("<h1") != headings:
        yield f"{text.count('<h1')} headings of the first rank"
    if not re.search(r'<html lang="en(-gb)?"', text):
        yield "no language"
    if re.search(r"<[^>]* style=|<style", text):
        yield "a style of its own"
    if re.search(r"<[^>]* on\w+=", text):
        yield "code in an attribute"
    if re.search(r"<script(?![^>]* src=)[^>]*>\s*[^\s<]", text):
        yield "code of its own"


def test_a_page_asks_the_database_only_so_much(visits: list[Visit]) -> None:
    """Lists that grow with the demo are questions that grow with the world."""
    wrong = []
    for visit in visits:
        with Questions() as questions:
            visit.get()
        most = MANY_QUESTIONS.get(visit.path, MOST_QUESTIONS[visit.who])
        if questions.count > most:
            wrong.append(f"{visit}: {questions.count} questions, at most {most}")

    assert "\n".join(wrong) == ""


def test_what_is_somebodys_is_for_nobody_else(
    visits: list[Visit], visitors: dict[str, Client]
) -> None:
    """Signed out, each page of a person asks who is there; those of staff are for no
    reader."""
    shown = []
    for visit in visits:
        if not visit.who or visit.path.startswith(FOR_ALL):
            continue
        others = ["", *(["mila", "anna"] if visit.who == "ada" else [])]
        shown += [
            f"{visit}, to {other or 'nobody'}"
            for other in others
            if visitors[other].get(visit.path).status_code == 200
        ]

    assert "\n".join(shown) == ""


def test_the_list_has_pages_of_everybody() -> None:
    assert all(len(PAGES[who]) >= 10 for who in PAGES if who != "nora")
    assert sum(len(set(paths)) for paths in PAGES.values()) > 90
    assert all(path.startswith("/admin/") for path in STAFF)
    assert not set(READER + CREATOR) & set(STAFF)

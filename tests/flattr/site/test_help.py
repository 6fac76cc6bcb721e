"""Help: every question has its page, names the real figures, and is led to."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from flattr.site.help.help_figures import figures
from flattr.site.help.questions import Question
from flattr.site.help.views import BY_SLUG, GROUPS
from local.servers.state import ROOT
from payouts.close import maturing
from payouts.earnings import destinations
from payouts.models import Hold
from tests.world.browsing import signed_in
from tests.world.people import person

QUESTIONS = [question for group in GROUPS for question in group.questions]
NAMED = re.compile(
    r"""(?:url 'answer' '|reverse\("answer", args=\["|slug = ")([\w-]+)"""
)


def named_in_pages() -> Counter[str]:
    """Every answer that a template or a sentence of ours leads to."""
    files = [*(ROOT / "templates").rglob("*.html")]
    files += [
        file for app in ("payouts", "buttons") for file in (ROOT / app).rglob("*.py")
    ]
    return Counter(
        slug for file in files for slug in NAMED.findall(Path(file).read_text())
    )


def test_each_question_has_an_address_of_its_own() -> None:
    slugs = [question.slug for question in QUESTIONS]

    assert len(set(slugs)) == len(slugs) == len(BY_SLUG) > 20
    assert len({str(question.title) for question in QUESTIONS}) == len(QUESTIONS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", slug) for slug in slugs)


def test_answers_name_no_figure_themselves() -> None:
    """What can be changed in a setting or a rule is never typed."""
    typed = [
        f"{question.slug}: {paragraph}"
        for question in QUESTIONS
        for paragraph in map(str, question.answer)
        if re.search(r"\d", paragraph)
    ]

    assert typed == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.slug)
def test_an_answer_is_a_page(question: Question, client: Client, db: None) -> None:
    index = client.get("/help").content.decode()
    answer = client.get(question.url)

    assert f'href="{question.url}"' in index
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("<h1") == 1
    assert len(question.paragraphs) == len(question.answer) <= 2
    assert "%(" not in text


def test_every_link_leads_somewhere(db: None) -> None:
    client = signed_in(person("alice"))
    links = {link.url for question in QUESTIONS for link in question.links}

    assert {
        url: client.get(url, follow=True).status_code for url in links
    } == dict.fromkeys(links, 200)


def test_pages_lead_to_answers_that_there_are() -> None:
    """Where something comes up that people ask about, the answer is a click away."""
    named = named_in_pages()

    assert set(named) <= set(BY_SLUG)
    assert named["why-is-my-money-held"] >= 4
    assert named["why-is-my-page-not-proved"] >= 3
    assert {
        "why-does-my-flattr-wait",
        "why-was-my-card-declined",
        "why-was-my-month-set-aside",
        "when-am-i-paid",
        "what-if-a-reader-disputes",
    } <= set(named)


def test_figures_are_those_of_the_settings(
    client: Client, db: None, settings: Any
) -> None:
    settings.SMALLEST_PAYOUT = 77_700
    settings.FEE_PERCENT = 9

    text = client.get("/help/when-am-i-paid").content.decode()
    costs = client.get("/help/what-does-it-cost").content.decode()

    assert "from €777.00 on" in text
    papers = client.get("/help/which-papers-do-i-get").content.decode()
    assert "9 % of what readers give in a month stays with" in costs
    assert "Over our fee you get an invoice each month" in papers
    settings.FEE_PERCENT = 0
    settings.PAY_METHODS = ["card", "sepa_debit"]
    assert figures()["methods"] == "You can pay by card or SEPA debit."
    assert "We write to you 2 days before each debit" in figures()["announced"]
    settings.PAY_METHODS = ["card"]
    assert figures()["announced"] == ""
    assert figures()["fee"].startswith("There is no fee")
    assert figures()["papers"].endswith("so we send you no invoice.")


def test_terms_and_how_it_works_name_the_same_figures(
    client: Client, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMALLEST_PAYOUT = 77_700
    monkeypatch.setitem(maturing.HELD, Hold.NEW, timedelta(days=77))
    monkeypatch.setitem(maturing.HELD, Hold.DEBIT, timedelta(days=88))
    monkeypatch.setattr(destinations, "WAIT", timedelta(days=55))

    for path in ("/terms", "/how-it-works"):
        text = client.get(path).content.decode()
        named = {"€777.00", "77 days", "88 days", "55 days"}
        assert {figure for figure in named if figure in text} == named, path
    assert "€777.00" in client.get("/fees").content.decode()


def test_a_question_that_nobody_asks(client: Client, db: None) -> None:
    assert client.get("/help/why-is-the-sky-blue").status_code == 404

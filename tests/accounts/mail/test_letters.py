"""Every kind of letter says the same in text and in HTML, and nothing is left open."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from accounts.mail import composing, letter, outbox
from tests.accounts.mail.letters import ALICE, CASES, EXAMPLES, LINK, composed

ADDRESS = re.compile(r"https?://\S+")
OPEN = re.compile(r"%\(|%s|[{}<>]|None|\bTrue\b|\bFalse\b|&\w+;")
IDS = {"event", "dispute", "state", "decision", "to", "activate_url", "appeal_url", "cancel_url",
       "keep_url", "password_reset_url", "url", "user"}  # fmt: skip


def test_every_kind_has_an_example() -> None:
    assert set(EXAMPLES) == set(letter.kinds())


@pytest.mark.parametrize("kind", EXAMPLES)
def test_text_and_html_say_the_same(kind: str) -> None:
    for facts in EXAMPLES[kind]:
        mail = composed(kind, facts)
        read = Reader(mail)

        assert parts(read.runs) == parts(without_addresses(str(mail.body)))
        assert sorted(read.addresses) == sorted(ADDRESS.findall(str(mail.body)))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_nothing_is_left_open(kind: str) -> None:
    for facts in EXAMPLES[kind]:
        mail = composed(kind, facts)

        assert mail.subject
        assert mail.subject == " ".join(mail.subject.split())
        for said in (mail.subject, str(mail.body), *Reader(mail).runs):
            assert not OPEN.search(said), said


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_people_write_is_no_markup(kind: str) -> None:
    """Names, titles and reasons are shown as they are written (T31)."""
    hostile = "<b>%(x)s {{ y }}</b>\r\nBcc: eve@people.example"
    for facts in EXAMPLES[kind]:
        mail = composed(kind, spoilt(facts, hostile))

        assert "\n" not in mail.subject
        [(dressed, _kind)] = mail.alternatives
        assert "<b>" not in str(dressed)
        assert mail.message()["Bcc"] is None


def spoilt(fact: Any, hostile: str) -> Any:
    """A fact with all its words exchanged, but for what addresses are made of."""
    if isinstance(fact, list):
        return [spoilt(one, hostile) for one in fact]
    if isinstance(fact, dict):
        return {
            name: one if name in IDS else spoilt(one, hostile)
            for name, one in fact.items()
        }
    return hostile if isinstance(fact, str) and fact else fact


def test_a_mail_that_can_be_stopped_says_how() -> None:
    [shown] = [composed("statement", EXAMPLES["statement"][0])]

    assert str(shown.body).endswith(f"\nStop these mails: {LINK}\n")
    assert shown.extra_headers["List-Unsubscribe"] == f"<{LINK}>"


def test_what_is_forgotten_is_not_asked_for() -> None:
    """A sent mail's subject is shown in the archive, when its names are forgotten."""
    for kind, facts in CASES:
        kept = {**facts, "person": ALICE}
        if kind in {"statement", "promise_refused", "taken_back"}:
            for name in outbox.OF_OTHERS[kind]:
                del kept[name]
        assert composing.subject_of(kind, kept)


def without_addresses(text: str) -> list[str]:
    return ADDRESS.sub("", text.replace("\n--\n", "\n")).splitlines()


def parts(runs: list[str]) -> list[str]:
    """What is said in runs of text, but for the marks of a list and the end of a
    label."""
    found = [part.strip(" -:,·\n\xa0") for run in runs for part in run.split("  ")]
    return sorted(filter(None, found))


class Reader(HTMLParser):
    """What is read of a mail's HTML."""

    def __init__(self, mail: EmailMultiAlternatives) -> None:
        super().__init__(convert_charrefs=True)
        self.addresses: list[str] = []
        self.runs: list[str] = []
        self.tag = ""
        [(dressed, _kind)] = mail.alternatives
        self.feed(str(dressed))
        assert self.runs.pop(0) == mail.subject

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tag = tag
        self.addresses += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        if data.strip() and self.tag != "style":
            self.runs.append(data.strip())

"""Terms that people agreed to, and telling them of new ones."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Outbox, User
from accounts.signing_in import agreeing
from flattr.database import clock
from flattr.web import editions
from flattr.web.editions import Edition
from tests.world.people import person

FIRST = editions.TERMS[-1]


def new_terms(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    since = clock.now().date() + timedelta(days=days)
    second = Edition(2, since, "What changed: one sentence.")
    monkeypatch.setattr(editions, "TERMS", [second, FIRST])


def announce() -> str:
    said = StringIO()
    call_command("announce_terms", stdout=said)
    return said.getvalue().strip()


def test_who_signs_up_agrees_to_the_version_that_is_shown(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_terms(monkeypatch, days=30)

    client.post(
        "/account/signup/",
        {
            "email": "nora@people.example",
            "username": "nora",
            "password1": "two euros a month",
        },
    )

    assert User.objects.get(username="nora").terms_version == 2


def test_people_are_told_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who agreed to the new version already is not written to."""
    person("alice")
    User.objects.filter(pk=person("bob").pk).update(terms_version=2)
    new_terms(monkeypatch, days=30)

    assert announce() == "Wrote to 1 person."
    announce()

    (mail,) = Outbox.objects.filter(template="terms_changed")
    assert mail.person.username == "alice"  # type: ignore[union-attr]
    assert mail.facts["changed"] == "What changed: one sentence."


def test_terms_that_count_too_soon_are_not_announced(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terms say that people are told thirty days before."""
    person("alice")
    new_terms(monkeypatch, days=29)

    with pytest.raises(CommandError, match="people are told 30 days before: date it"):
        announce()

    assert not Outbox.objects.exists()


def test_the_first_terms_are_nobodys_news(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "TERMS", [FIRST])

    with pytest.raises(agreeing.NotAnnounced):
        agreeing.announce()

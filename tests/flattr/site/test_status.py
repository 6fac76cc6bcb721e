"""The status page: what works, in words, also when something does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from flattr.site.status import watching
from flattr.site.status.parts import How, status
from flattr.site.status.watching import WATCHED, Seen
from tests.world.browsing import signed_in
from tests.world.people import execute, person

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY_AGO = NOW - timedelta(days=1)
WELL = dict.fromkeys(WATCHED, 0.0)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    watching._kept = None
    watching._silence._until = 0.0


def seen(ages: dict[str, float | None] | None = None, **facts: Any) -> Seen:
    return Seen(NOW, {**WELL, **(ages or {})}, **facts)


def part(found: Seen, name: str) -> tuple[str, str]:
    (one,) = [one for one in status(found).parts if one.name == name]
    return one.how, one.says


def test_all_is_well() -> None:
    found = status(
        seen(paid_at=DAY_AGO, sent_at=DAY_AGO, backed_up_at=DAY_AGO, closed=202611)
    )

    assert found.how == How.OK
    assert found.headline == "Everything works"
    assert [one.how for one in found.parts] == [How.OK] * 9
    said = {one.name: one.says for one in found.parts}
    assert said["payments"] == "The last one arrived on 30 November."
    assert said["closes"] == "November 2026 is closed."
    assert said["backups"] == "The last one was made on 30 November."


@pytest.mark.parametrize(
    ("age", "seconds", "name", "says"),
    [
        ("event", 901, "payments", "What was paid appears late."),
        ("charge", 3601, "payments", "Saved cards are charged later than usual."),
        ("overdue", 86_401, "closes", "The month that is over is not closed yet."),
        ("payout", 3601, "payouts", "Payouts that were approved are sent later"),
        ("mail", 901, "mails", "Mails arrive late."),
        ("fetch", 3601, "proofs", "Pages are checked for their buttons later"),
        ("check", 3601, "books", "They were not checked for over an hour."),
        ("tick", 301, "jobs", "It stands still for some minutes."),
    ],
)
def test_what_is_late_says_so(age: str, seconds: float, name: str, says: str) -> None:
    assert part(seen({age: seconds - 2}), name)[0] == How.OK

    how, said = part(seen({age: seconds}), name)

    assert how == How.SLOW
    assert said.startswith(says)
    assert status(seen({age: seconds})).headline == "Something is late"


def test_what_never_happened_is_no_fault() -> None:
    found = status(seen(dict.fromkeys(WATCHED)))

    assert found.how == How.OK
    assert "None has been made yet." in [one.says for one in found.parts]
    assert "backups" not in [one.name for one in found.parts]


def test_an_old_backup_is_late() -> None:
    assert part(seen(backed_up_at=NOW - timedelta(hours=27)), "backups")[0] == How.SLOW


def test_a_tripped_breaker_stops_payouts_and_closes(client: Client, db: None) -> None:
    """And nothing else: the page says so, for programs too (O3)."""
    execute(
        "INSERT INTO breaker (one, tripped_at, reason) VALUES (true, now(), 'secret')"
    )

    page = client.get("/status")
    told = client.get("/status.json").json()

    text = page.content.decode()
    assert page.status_code == 200
    assert "Payouts and closes are stopped" in text
    assert "Reading, clicking and paying in go on" in text
    assert "secret" not in text
    assert told["status"] == "stopped"
    stopped = [
        name for name, one in told["parts"].items() if one["status"] == "stopped"
    ]
    assert stopped == ["closes", "payouts", "books"]


def test_many_who_look_ask_once_a_minute(
    client: Client,
    db: None,
    settings: Any,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    settings.STATUS_KEPT_SECONDS = 60.0
    with django_assert_num_queries(1):
        first = client.get("/status.json").json()

    with django_assert_num_queries(0):
        assert client.get("/status.json").json() == first


def test_without_a_database_it_answers_in_words(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed in or not; and the next do not wait for it again."""
    clients = [Client(), signed_in(person("alice"))]
    asked = []

    def refuse() -> None:
        asked.append(1)
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answers = [
            (client.get("/status"), client.get("/status.json")) for client in clients
        ]

    for page, told in answers:
        assert (page.status_code, told.status_code) == (503, 503)
        assert "The site cannot reach its database" in page.content.decode()
        assert told.json() == {"status": "away"}
    assert asked


def test_a_database_that_is_away_is_not_waited_for_by_everybody(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.STATUS_KEPT_SECONDS = 60.0
    asked = []

    def refuse() -> None:
        asked.append(1)
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answers = [Client().get("/status.json").status_code for _time in range(3)]

    assert answers == [503] * 3
    assert len(asked) == 1

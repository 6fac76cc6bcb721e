"""The record of processing: nothing that is kept about people is missing, and how long
is what the code deletes by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from accounts import audit
from accounts.mail import notices
from accounts.rest import limits
from accounts.signing_in import attempts
from buttons.abuse import reporting
from buttons.anywhere import pasting
from buttons.checks import page_checks
from buttons.clicks import promising
from buttons.rest import once
from flattr.site import processing
from flattr.site.kept_data import NOBODY, RECORD
from local.servers.state import ROOT
from payouts.close import closing, maturing
from payouts.leaving import departing
from payouts.models import Hold
from payouts.operations import backups

NAMED = [table for kept in RECORD for table in kept.tables]


def tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace AND NOT relispartition"
        )
        return {name for (name,) in cursor.fetchall()}


def test_each_table_is_named_once(db: None) -> None:
    """A new table of people is in the record before it is in the database."""
    counted = Counter([*NAMED, *NOBODY])

    assert {name for name, times in counted.items() if times > 1} == set()
    assert set(counted) - tables() == set(), "no such table"
    assert tables() - set(counted) == set(), "not in the record of processing"


def test_tables_without_people_lead_to_nobody(db: None) -> None:
    """None of them has a column that refers to a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = 'person'::regclass"
        )
        of_people = {name for (name,) in cursor.fetchall()}

    assert of_people & NOBODY == set()
    assert len(of_people) > 20


Constant = tuple[Any, str, Any]
DAYS = timedelta(days=777)


@pytest.mark.parametrize(
    ("module", "name", "value", "said"),
    [
        (audit, "TAKEOVER_WAIT", DAYS, "777 days"),
        (closing, "FLATTRS_KEPT_MONTHS", 777, "777 months after the month was closed"),
        (promising, "MONTHS_KEPT", 777, "777 months"),
        (page_checks, "MOST_KEPT", 777, "The last 777"),
        (pasting, "KEPT", DAYS, "777 days, unless you forget"),
        (django_settings, "SESSION_COOKIE_AGE", 777 * 86_400, "777 days after"),
        (once, "KEPT_FOR", timedelta(hours=33), "33 hours"),
        (attempts, "KEPT", DAYS, "777 days"),
        (limits, "KEPT_SECONDS", 77 * 60, "77 minutes"),
        (notices, "PUT_AWAY_KEPT", DAYS, "777 days after you put them away"),
        (notices, "KEPT", DAYS, "777 days at most"),
        (reporting, "ADDRESS_KEPT", DAYS, "777 days after our answer"),
        (reporting, "ADDRESS_KEPT_AT_MOST", DAYS, "777 days at most"),
        (reporting, "SOURCE_KEPT", DAYS, "777 days"),
        (departing, "WAIT", DAYS, "777 days, and until no money"),
        (backups, "KEPT", 777, "777 days"),
    ],
)
def test_how_long_is_what_the_code_deletes_by(
    client: Client,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    value: Any,
    said: str,
) -> None:
    for path in ("/privacy", "/privacy/record"):
        assert said not in client.get(path).content.decode()

    monkeypatch.setattr(module, name, value)

    for path in ("/privacy", "/privacy/record"):
        assert said in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("file", "constant", "pattern"),
    [
        (
            "payouts/close/sql/forgetting.sql",
            lambda: closing.FLATTRS_KEPT_MONTHS,
            r"flattr_clock\(\) - interval '(\d+) months'",
        ),
        (
            "payouts/leaving/sql/erasing.sql",
            lambda: departing.WAIT.days,
            r"closing_at > flattr_clock\(\) - interval '(\d+) days'",
        ),
        (
            "payouts/close/sql/holds.sql",
            lambda: maturing.TRUSTED_AFTER.days,
            r"b.credited_at <= at - interval '(\d+) days'",
        ),
        (
            "payouts/close/sql/holds.sql",
            lambda: maturing.TRUSTED_MONTHS,
            r"LIMIT \d+\) AS paid\) = (\d+)",
        ),
        *[
            (
                "payouts/close/sql/holds.sql",
                lambda hold=hold: maturing.HELD[hold].days,
                rf"WHEN '{hold}' THEN interval '(\d+) days'",
            )
            for hold in Hold
        ],
        (
            "payouts/close/sql/holds.sql",
            lambda: maturing.HELD[Hold.DEBIT].days,
            r"d.credited_at > at - interval '(\d+) days'",
        ),
    ],
)
def test_the_database_has_the_same_figures(
    file: str, constant: Callable[[], int], pattern: str
) -> None:
    found = re.findall(pattern, (ROOT / file).read_text())

    assert [int(number) for number in found] == [constant()]


def test_backups_are_kept_as_long_as_the_record_says() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    command = compose["services"]["backup"]["command"]

    assert int(command[command.index("--keep") + 1]) == backups.KEPT


def test_the_record_says_why_and_who(client: Client, db: None, settings: Any) -> None:
    settings.OPERATOR_LEGAL_NAME = "Flattr Cooperative"
    settings.SENTRY_DSN = ""

    text = client.get("/privacy/record").content.decode()

    assert "who gets it besides Flattr Cooperative" in text
    assert text.count("<section") == len(RECORD)
    assert all(str(basis.value) in text for basis in processing.Basis)
    assert "Sentry" not in text


def test_who_collects_faults_is_named_where_somebody_does(settings: Any) -> None:
    settings.SENTRY_DSN = "https://key@sentry.example/1"

    assert processing.receivers()[-1].startswith("Sentry")


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(minutes=61), "61 minutes"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=183), "183 days"),
    ],
)
def test_a_length_of_time_in_words(time: timedelta, words: str) -> None:
    assert processing.span(time) == words

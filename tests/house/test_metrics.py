"""The figures that an operator is woken by, and who may read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.mail import outbox
from accounts.models import Outbox
from flattr import months
from flattr.database import clock, roles
from local.servers.state import ROOT
from payouts.close import inspecting
from payouts.events import comparing
from payouts.models import Reconciliation
from payouts.operations import due
from payouts.operations.metrics import FIGURES
from tests.world.people import click, execute, open_budget, person, thing_of, travel

TOKEN = "long and random"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def production(settings: Any) -> None:
    settings.LOCAL = False
    settings.METRICS_TOKEN = TOKEN


def figures(**headers: str) -> dict[str, float]:
    """Each sample by its name and, where it has one, its kind."""
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        (TOKEN, HEADERS, 200),
        (TOKEN, {"Authorization": f"bearer {TOKEN}"}, 200),
        (TOKEN, {}, 404),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}x"}, 404),
        (TOKEN, {"Authorization": f"Basic {TOKEN}"}, 404),
        ("", {}, 404),
        ("", {"Authorization": "Bearer"}, 404),
        ("", {"Authorization": "Bearer "}, 404),
    ],
)
def test_in_production_they_need_the_token(
    db: None,
    production: None,
    settings: Any,
    token: str,
    headers: dict[str, str],
    status: int,
) -> None:
    """From the machine itself too: behind a proxy everybody comes from there."""
    settings.METRICS_TOKEN = token

    assert Client().get("/metrics", headers=headers).status_code == status


def test_in_local_mode_the_machine_itself_reads_them(db: None) -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 404


def test_all_figures_are_one_query(
    db: None, production: None, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(1):
        found = figures(**HEADERS)

    assert found["flattr_tick_age_seconds"] == float("inf")
    assert found["flattr_month_overdue_seconds"] == 0
    assert "flattr_reconcile_age_seconds" not in found
    kinds = {figure.kind for figure in FIGURES if figure.kind}
    assert {f"flattr_due_oldest_seconds {kind}" for kind in kinds} <= set(found)


def test_they_say_what_waits_and_what_went_wrong(own_database: str) -> None:
    """S10, O3, L11: a month that is over, a ledger that does not add up, what Stripe
    says otherwise, mails that nobody takes."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    outbox.write("a", "statement", alice)
    outbox.write("b", "statement", bob)
    Outbox.objects.filter(key="a").update(tries=outbox.MOST_TRIES)
    hour_ago = timezone.now() - timedelta(hours=1)
    Outbox.objects.filter(key="b").update(due_at=hour_ago)
    Reconciliation.objects.create(
        kind="nightly",
        started_at=hour_ago,
        finished_at=hour_ago,
        unexplained=3,
        report=comparing.compare(9_000, 990).as_dict(),
    )
    travel(months.end(clock.period()) + timedelta(hours=30))
    with roles.as_owner():
        execute("UPDATE ledger_balance SET amount = amount + 1")
    inspecting.inspect(whole=True)
    due.seal_days()
    due.note_tick()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    connection.close()

    found = figures()

    assert found["flattr_month_overdue_seconds"] // 3600 == 30
    assert found["flattr_ledger_stopped"] == 1
    assert found["flattr_ledger_whole_check_age_seconds"] < 60
    assert found["flattr_ledger_whole_check_seconds"] < 60
    assert found["flattr_seal_age_seconds"] // 3600 == 6
    assert found["flattr_tick_age_seconds"] < 60
    assert found["flattr_reconcile_unexplained_lines"] == 3
    assert found["flattr_reconcile_age_seconds"] // 3600 == 1
    assert (found["flattr_mails_waiting"], found["flattr_mails_failed"]) == (1, 1)
    assert found["flattr_due_oldest_seconds mail"] // 3600 == 1
    assert found["flattr_flattrs_total"] == 1
    # Alice's 100.00 is not at Stripe, in this story.
    assert found["flattr_readers_amount"] == 10_000
    assert found["flattr_at_stripe_amount"] == 9_990
    assert found["flattr_stripe_difference_amount"] == 9_990


def test_the_rules_name_figures_that_there_are(db: None) -> None:
    rules = yaml.safe_load((ROOT / "docker" / "prometheus.rules.yml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    named = set(re.findall(r"\bflattr_\w+", " ".join(rule["expr"] for rule in alerts)))
    kinds = set(
        re.findall(r"[\w|]+", " ".join(re.findall(r'kind=~"(.*?)"', str(alerts))))
    )

    assert named <= {f"flattr_{figure.name}" for figure in FIGURES}
    assert {one for many in kinds for one in many.split("|")} == {
        figure.kind for figure in FIGURES if figure.kind
    }
    assert all(rule["labels"]["severity"] in {"page", "ticket"} for rule in alerts)
    assert all(rule["annotations"]["summary"] for rule in alerts)

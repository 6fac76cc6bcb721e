"""What the admin says in which case."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field

from accounts.models import User
from payouts.admin.disputes import explanation
from payouts.admin.home import banks, health, waiting
from payouts.admin.traces import refund_state
from payouts.models import Dispute, Payment, Refund
from tests import pseudo

AT = datetime(2026, 12, 8, tzinfo=UTC)

# Of a package's own models.
UNMARKED = {"user"}


def test_every_list_and_column_is_marked_for_translation() -> None:
    said: set[str] = set()
    with pseudo.spoken():
        for model, shown in admin.site._registry.items():
            said |= {str(shown.opts.verbose_name), str(shown.opts.verbose_name_plural)}
            for name in [*shown.list_display, *(shown.fields or [])]:
                said.add(str(label_for_field(str(name), model, shown)))
            said |= {str(act.label) for act in getattr(shown, "acts", {}).values()}

    assert {words for words in said if re.search("[A-Za-z]{2}", words)} == UNMARKED


@pytest.mark.parametrize(
    ("facts", "left", "tone", "says"),
    [
        (
            {"status": "needs_response", "due_at": AT},
            "7 days, until 8 December",
            "warn",
            "says: not recognised",
        ),
        (
            {"status": "needs_response", "due_at": AT - timedelta(days=6)},
            "1 day, until 2 December",
            "bad",
            "says: not recognised",
        ),
        (
            {"status": "warning_needs_response", "due_at": AT - timedelta(days=8)},
            "over since 30 November",
            "bad",
            "inquiry: not recognised",
        ),
        (
            {"status": "warning_under_review", "due_at": AT},
            "the bank decides",
            "",
            "inquiry: not recognised",
        ),
    ],
)
def test_staff_read_how_long_a_bank_waits(
    facts: dict[str, Any], left: str, tone: str, says: str
) -> None:
    dispute = Dispute(reason="not_recognised", **facts)

    assert banks.time_left(dispute, AT - timedelta(days=7)) == (left, tone)
    assert banks.says(dispute) == says


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "Closes no month has been closed yet"),
        (
            {"closed": {"period": 202611, "closed_at": f"{AT}", "set_aside": 2}},
            "November 2026 closed 8 December 2026, 00:00 UTC, except for 2 readers",
        ),
        ({}, "December 2026 closes in 24 days"),
        ({}, "Books not checked yet"),
        (
            {"checked": {"finished_at": f"{AT}", "broken": True}},
            "Books checked 8 December 2026, 00:00 UTC: wrong",
        ),
        (
            {
                "checked": {"finished_at": f"{AT}", "broken": False},
                "sealed": "2026-12-07",
            },
            "Books checked 8 December 2026, 00:00 UTC: all agree; sealed through 7 December",
        ),
        ({}, "Stripe not compared yet"),
        (
            {"compared": {"id": 7, "finished_at": f"{AT}", "unexplained": 1}},
            "Stripe compared 8 December 2026, 00:00 UTC: 1 line is not explained",
        ),
        ({"backed_up": f"{AT}"}, "Backup 8 December 2026, 00:00 UTC"),
        ({"ticked": f"{AT}"}, "Tick runs every minute"),
        (
            {"ticked": f"{AT - timedelta(hours=1)}"},
            "Tick silent since 7 December 2026, 23:00 UTC",
        ),
        ({"stuck": 1}, "Stripe events 1 event fails again and again"),
        ({"unsent": 2}, "Mails 2 mails were taken by no server"),
        ({"stopped": f"{AT}"}, "Safety stop on: payouts and closes are stopped"),
    ],
)
def test_staff_read_whether_everything_runs(found: dict[str, Any], said: str) -> None:
    nothing = dict.fromkeys(
        ["closed", "checked", "sealed", "compared", "backed_up", "ticked", "stopped"]
    )
    told = health.facts({**nothing, "stuck": 0, "unsent": 0, **found}, AT, AT)

    assert said in {f"{fact.what} {fact.says}" for fact in told}


@pytest.mark.parametrize(
    ("yours", "others", "said"),
    [
        (0, 0, "Nothing waits. Everything is decided."),
        (0, 2, "Nothing waits for you."),
        (1, 2, "1 of 3 waits for you."),
        (2, 0, "2 of 2 wait for you."),
    ],
)
def test_staff_read_how_much_waits_for_them(yours: int, others: int, said: str) -> None:
    lines = [
        waiting.Waiting("Payout", "", "bob", AT, "a day", whom=whom)
        for whom in ["you"] * yours + ["another"] * others
    ]

    assert waiting.queue([(lines, len(lines))]).in_words == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "waits to be sent"),
        ({"asked_at": AT}, "sent to Stripe, waiting for the answer"),
        ({"asked_at": AT, "done_at": AT}, "done"),
        ({"asked_at": AT, "failed_at": AT}, "failed"),
        (
            {"asked_at": AT, "failed_at": AT, "failure": "card expired"},
            "failed: card expired",
        ),
    ],
)
def test_staff_read_how_a_refund_stands(facts: dict[str, Any], said: str) -> None:
    assert refund_state(Refund(**facts)) == said


@pytest.mark.parametrize(
    ("most", "said"),
    [(400, "has not spent goes back first"), (0, "Nothing of it can be refunded")],
)
def test_staff_read_what_a_refund_does(most: int, said: str) -> None:
    paid = Payment(reader=User(username="alice"), amount=400)

    assert said in explanation(paid, most)

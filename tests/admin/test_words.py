"""What the admin says in which case."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field

from accounts.models import User
from payouts.admin.disputes import explanation
from payouts.admin.traces import refund_state
from payouts.models import Dispute, Payment, Refund
from payouts.templatetags.reviewing import of_bank
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
    ("facts", "said"),
    [
        (
            {"status": "needs_response", "due_at": AT},
            "Dispute: a bank takes €4.00 back; an answer is due by 2026-12-08",
        ),
        (
            {"status": "under_review"},
            "Dispute: a bank takes €4.00 back; the bank decides",
        ),
        (
            {"status": "warning_needs_response", "due_at": AT},
            "Inquiry: a bank asks about €4.00; an answer is due by 2026-12-08",
        ),
        (
            {"status": "warning_under_review", "due_at": AT},
            "Inquiry: a bank asks about €4.00; the bank decides",
        ),
    ],
)
def test_staff_read_what_a_bank_wants(facts: dict[str, Any], said: str) -> None:
    assert of_bank(Dispute(amount=400, currency="EUR", **facts)) == said


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

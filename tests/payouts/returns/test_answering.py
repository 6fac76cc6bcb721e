"""Banks that wait for an answer: Dora and Erik are told, and told again in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.mail import composing
from accounts.models import Outbox, User
from payouts.admin.home.banks import answers
from payouts.returns import answering, returning
from tests.world.browsing import signed_in
from tests.world.card_money import (
    decide,
    dispute_payment,
    inquire,
    moves,
    pay_by_card,
)
from tests.world.people import person

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def dora(own_database: str) -> User:
    return person("dora", is_staff=True, is_superuser=True)


def subjects() -> list[str]:
    """Of the mails to Dora about banks, in order."""
    due = Outbox.objects.filter(template="bank_waits", person__username="dora")
    return [
        str(composing.message_of(one).subject)
        for one in due.exclude(key__endswith="operator").order_by("id")
    ]


def test_staff_are_told_of_each_dispute_and_inquiry_when_it_comes(dora: User) -> None:
    erik = person("erik", is_staff=True)
    alice = person("alice")
    first, second = (pay_by_card(alice, 1_000, budget=1_000) for _ in range(2))

    inquire(first)
    lost = decide(dispute_payment(second, 400), "lost")
    moves(lost, status="appeal_needs_response")

    assert subjects() == [
        "A bank asks about a payment of €10.00",
        "A bank takes back a payment of €4.00",
        "A bank takes back a payment of €4.00",
    ]
    assert Outbox.objects.filter(template="bank_waits", person=erik).count() == 3
    body = composing.message_of(
        Outbox.objects.filter(template="bank_waits").latest("id")
    )
    assert f"/admin/payouts/dispute/{lost.stripe_id}/change/" in str(body.body)


def test_three_days_before_an_answer_is_due_they_are_told_again_once(
    dora: User,
) -> None:
    payment = pay_by_card(person("alice"), 1_000, budget=1_000)
    fact = dispute_payment(payment)
    assert answering.remind() == 0

    soon = timezone.now() + timedelta(days=2, hours=23)
    returning.disputed(payment, replace(fact, due_at=soon))

    assert answering.remind() == 1
    assert answering.remind() == 0
    assert subjects()[1:] == [f"An answer to a bank is due on {soon:%-d %B %Y}"]


@pytest.mark.parametrize("status", ["under_review", "lost"])
def test_nobody_is_reminded_of_what_needs_no_answer(dora: User, status: str) -> None:
    payment = pay_by_card(person("alice"), 1_000, budget=1_000)
    fact = dispute_payment(payment)
    soon = timezone.now() + timedelta(days=2)

    returning.disputed(payment, replace(fact, status=status, due_at=soon))

    assert answering.remind() == 0


def test_the_first_page_says_how_long_an_answer_can_wait(dora: User) -> None:
    alice = person("alice")
    first, second, third = (pay_by_card(alice, 1_000, budget=200) for _ in range(3))
    dispute_payment(first, 400)
    moves(inquire(second), status="warning_under_review")
    decide(dispute_payment(third, 300), "lost")

    shown = answers()

    assert [line.amount for line in shown.lines] == ["€4.00", "€10.00"]
    assert shown.in_words == "1 waits for our answer."
    page = signed_in(dora).get("/admin/").content.decode()
    assert all(f">{line.left}</span>" in page for line in shown.lines)

"""Debits that a bank keeps for longer than two weeks."""

from __future__ import annotations

import pytest

from accounts.models import Outbox, User
from payouts.models import Method
from payouts.operations import due
from payouts.payments import budgeting
from payouts.payments.debits import lateness
from tests.world.debits import pay_by, settle
from tests.world.kept_cards import balance, later
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def nina() -> User:
    reader = person("nina")
    budgeting.choose(reader, 1_000)
    return reader


@pytest.fixture
def ada() -> User:
    return person("ada", is_staff=True)


def told() -> int:
    return Outbox.objects.filter(template="debit_late").count()


def test_staff_are_told_once_after_two_weeks(
    stripe: Simulator, nina: User, ada: User
) -> None:
    payment = pay_by(stripe, nina, Method.SEPA_DEBIT)
    later(days=13, hours=23)
    assert lateness.report() == 0
    later(hours=2)

    assert due.ask_about_late_debits() == "told staff of 1 debits that are late"
    assert due.ask_about_late_debits() == ""

    assert told() == 1
    settle(stripe, payment)
    assert balance(nina) == 1_000


def test_one_that_was_paid_without_our_hearing_of_it_is_credited_instead(
    stripe: Simulator, nina: User, ada: User
) -> None:
    payment = pay_by(stripe, nina, Method.SEPA_DEBIT)
    assert payment.stripe_id
    stripe.settle_debit(payment.stripe_id)
    later(days=15)

    assert lateness.report() == 0

    assert (told(), balance(nina)) == (0, 1_000)

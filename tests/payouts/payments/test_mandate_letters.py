"""What readers who pay by debit, or by hand, are written."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.accounts.mail.letters import composed

ACCOUNT = "SEPA debit DE …3000"


def written(kind: str, **facts: Any) -> tuple[str, str]:
    """The subject, and the text."""
    mail = composed(kind, facts)
    return str(mail.subject), re.sub(r"\s+", " ", str(mail.body))


def test_a_debit_is_announced_with_all_that_a_bank_shows(settings: Any) -> None:
    settings.OPERATOR_LEGAL_NAME = "Flattr Cooperative"

    subject, text = written(
        "debit_announced",
        amount=700,
        budget=1_000,
        period=202612,
        day="3 December 2026",
        account=ACCOUNT,
        mandate="KX1GB7PZ",
    )

    assert subject == "On 3 December 2026 we debit €7.00"
    assert "your budget of €10.00 for December" in text
    assert (
        f"{ACCOUNT} Creditor: Flattr Cooperative, by Stripe Mandate: KX1GB7PZ" in text
    )
    assert "change the budget, pay in another way or stop before that day" in text
    assert "/pay" in text


@pytest.mark.parametrize(
    ("is_first", "says"),
    [
        (True, "As soon as it arrives we write to you, and you can flattr."),
        (False, "You can go on flattring meanwhile"),
    ],
)
def test_a_debit_on_its_way_says_what_is_possible_meanwhile(
    is_first: bool, says: str
) -> None:
    subject, text = written(
        "debit_begun", amount=700, account=ACCOUNT, payment=3, is_first=is_first
    )

    assert subject == "€7.00 is on its way"
    assert f"Your bank works on €7.00 from {ACCOUNT}." in text
    assert says in text
    assert "/pay/3" in text


def test_a_debit_that_failed_says_why_and_what_to_do() -> None:
    subject, text = written(
        "debit_not_paid", amount=700, account=ACCOUNT, why="it was closed", payment=3
    )

    assert subject == "€7.00 did not arrive"
    assert "The reason: it was closed. Nothing was taken. You can pay again" in text


def test_who_ended_a_mandate_is_told_how_it_goes_on() -> None:
    subject, text = written("mandate_ended", account=ACCOUNT)

    assert subject == "We can no longer debit your account"
    assert f"The mandate to debit {ACCOUNT} has ended" in text
    assert "/pay#renewals" in text


@pytest.mark.parametrize(
    ("again", "says"),
    [
        ("4 December", "If it is not paid, we write again on 4 December."),
        ("", "We do not write again for December."),
    ],
)
def test_who_pays_by_hand_is_sent_a_link_each_month(again: str, says: str) -> None:
    subject, text = written(
        "renewal_failed",
        period=202612,
        amount=0,
        budget=1_000,
        card="",
        why="nothing is saved that we could charge",
        payment=0,
        again=again,
    )

    assert subject == "Please pay for December"
    assert "So please pay by this link." in text
    assert says in text
    assert "Pay for December: http" in text

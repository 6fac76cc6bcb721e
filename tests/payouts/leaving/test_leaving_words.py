"""What the pages about closing an account say in which case, without a database."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from payouts.earnings.revenue import Purse
from payouts.leaving.leaving_words import ClosedWords, ClosingWords
from payouts.leaving.leftovers import Back, Left
from payouts.models import Payment

AT = datetime(2026, 11, 3, tzinfo=UTC)


def words(
    back: list[Back] | None = None,
    over: list[int] | None = None,
    *,
    flattred: bool = False,
    revenue: int = 0,
    hindrance: str = "",
) -> ClosingWords:
    return ClosingWords(
        left=Left(1_000, 400, back or []),
        over=over or [],
        period=202611,
        flattred=flattred,
        purse=Purse(0, revenue, 0, 0, 0),
        hindrance=hindrance,
        smallest=1_000,
    )


def plain(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text)


@pytest.mark.parametrize(
    ("provider", "card", "said"),
    [
        (
            "stripe",
            "Visa …4242",
            "€6.00 goes back to Visa …4242, by which you paid on 3 November 2026.",
        ),
        (
            "stripe",
            "",
            "€6.00 of your payment of 3 November 2026 goes back to where it came from.",
        ),
        ("demo", "", "€6.00 of the simulated payment of 3 November 2026 goes back."),
    ],
)
def test_each_part_says_where_it_goes(provider: str, card: str, said: str) -> None:
    payment = Payment(provider=provider, paid_with=card, paid_at=AT)

    assert [plain(one) for one in words([Back(payment, 600)]).back] == [said]


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ([], "€4.00 stays for now: a payment is disputed at your bank"),
        ([202610], "€4.00 stays for now: October 2026 is over and not closed yet"),
        (
            [202609, 202610],
            "€4.00 stays for now: September 2026 and October 2026 are over",
        ),
    ],
)
def test_what_stays_says_why(over: list[int], said: str) -> None:
    assert plain(words(over=over).stays).startswith(said)


def test_the_budget_says_what_is_not_paid_any_more() -> None:
    assert "not paid for any more" in words(flattred=True).budget
    assert "not paid for any more" not in words().budget


@pytest.mark.parametrize(
    ("revenue", "hindrance", "said"),
    [
        (1_500, "", "€15.00 is ready. We request its payout at once."),
        (
            1_500,
            "Tell us your bank account.",
            "€15.00 is ready. Tell us your bank account. We keep it until it can be paid.",
        ),
        (
            500,
            "Payouts start at €10.00.",
            "€5.00 is ready. Payouts start at €10.00; we keep less than that for you until"
            " you claim it or give it up.",
        ),
    ],
)
def test_revenue_that_is_ready_says_what_becomes_of_it(
    revenue: int, hindrance: str, said: str
) -> None:
    assert plain(words(revenue=revenue, hindrance=hindrance).ready) == said


@pytest.mark.parametrize(
    ("over", "closed", "erased"),
    [
        (False, "Until 3 November 2026 nothing is erased.", "on 3 November 2026."),
        (True, "You can keep it for as long as it is not erased.", "within the hour."),
    ],
)
def test_a_closed_account_says_how_long_it_can_be_kept(
    over: bool, closed: str, erased: str
) -> None:
    said = ClosedWords(AT, AT, over)

    assert closed in said.closed
    assert said.erased.endswith(erased)

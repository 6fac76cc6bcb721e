"""What the pages about paying say in which case, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.people.budgets import Standing
from payouts.gateway import declines
from payouts.models import Dispute, Payer, Payment
from payouts.payments import payment_words
from payouts.payments.budget_words import BudgetWords
from payouts.payments.noticing import Notice
from payouts.payments.pay_words import PayWords
from payouts.payments.payment_words import PaymentWords

AT = datetime(2026, 12, 9, tzinfo=UTC)
AGAIN = datetime(2026, 12, 12, tzinfo=UTC)
VISA = {"card_id": "pm_1", "brand": "Visa", "last4": "4242"}


def said(
    amount: int = 1_000,
    *,
    covered: bool = True,
    suspended: bool = False,
    payer: Payer | None = None,
    notice: Notice | None = None,
    wish: int | None = None,
) -> PayWords:
    standing = Standing(202611, amount, True, suspended, covered)
    return PayWords(
        budget=BudgetWords(standing, amount, 0, flattred=True),
        payer=payer or Payer(),
        notice=notice or Notice(),
        wish=wish,
    )


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (
            said(),
            "November is covered. What you pay in now is for the months after it.",
        ),
        (said(covered=False), ""),
        (said(notice=Notice("declined")), ""),
        (
            said(wish=1_500),
            "€15.00 counts for November as soon as the difference is in your account. Until"
            " then €10.00 stands.",
        ),
        (
            said(0),
            'You have no budget yet. <a href="/budget">Choose one first</a>, so that we know'
            " how much to ask for.",
        ),
        (
            said(suspended=True),
            "Your budget is suspended because it could not be paid. The next payment that"
            " arrives opens it again.",
        ),
    ],
)
def test_one_note_stands_over_the_form(words: PayWords, note: str) -> None:
    assert [one.text for one in words.notes] == ([note] if note else [])


@pytest.mark.parametrize(
    ("payer", "notice", "sentence"),
    [
        (
            Payer(months=3, expires=202703, **VISA),
            Notice(),
            "When a month begins and your account does not cover it, we charge Visa …4242 for"
            " a quarter of your budget, less what is in your account. The card is valid until"
            " March 2027.",
        ),
        (
            Payer(**VISA),
            Notice("failed"),
            "While your budget is suspended, Visa …4242 stays saved and is not charged. It"
            " renews your budget when that is open again.",
        ),
        (
            Payer(),
            Notice(),
            "You have no saved card. When a month begins and your account does not cover it,"
            " we write to you, and you pay here. The card that you pay with is saved for the"
            " next time.",
        ),
        (
            Payer(),
            Notice("lost"),
            "You have no saved card. The card that you pay with is saved for the next time.",
        ),
    ],
)
def test_the_renewal_says_what_is_charged_and_when(
    payer: Payer, notice: Notice, sentence: str
) -> None:
    assert said(payer=payer, notice=notice).renewal == sentence


@pytest.mark.parametrize(
    ("notice", "sentence"),
    [
        (
            Notice(
                "declined", False, 500, "Visa …0341", "the card has expired", AT, AGAIN
            ),
            "Visa …0341 was declined on 9 December: the card has expired. €5.00 for your"
            " budget was not charged. We try again on 12 December. Until then you can go on"
            " flattring.",
        ),
        (
            Notice("declined", False, 500, "", "Stripe did not answer", AT),
            "€5.00 for your budget was not charged on 9 December: Stripe did not answer. We"
            " do not try again for this month; what you flattred in it is paid from what is"
            " in your account.",
        ),
        (
            Notice("failed"),
            "Your account does not cover your budget, and you have no saved card. We do not"
            " try again. Your budget is suspended until you pay: new flattrs are not"
            " accepted, and what you flattred is still shared.",
        ),
        (
            Notice("confirm", False, 500, "Visa …0341", again=AGAIN, payment=7),
            "Your bank wants you to confirm €5.00 by Visa …0341 for your budget. Nothing was"
            " charged yet. If you do not confirm it, we try again on 12 December.",
        ),
        (
            Notice("confirm", False, 500, payment=7),
            "Your bank wants you to confirm €5.00 for your budget. Nothing was charged yet.",
        ),
        (
            Notice("lost", False, 500, at=AT),
            "Your bank took €5.00 of a payment back, as was decided on 9 December 2026. Your"
            " budget is suspended until you pay again: new flattrs are not accepted, and no"
            " card is charged. What you flattred before is still shared.",
        ),
    ],
)
def test_a_notice_says_what_happened_and_what_follows(
    notice: Notice, sentence: str
) -> None:
    (note,) = notice.notes

    assert note.text == sentence
    assert note.tone == "bad"


def test_a_bank_that_asks_is_told_beside_anything_else() -> None:
    notes = Notice("disputed", True, 500, at=AT).notes

    assert [note.tone for note in notes] == ["bad", ""]
    assert "write to us</a>" in notes[1].text


def payment(**facts: object) -> Payment:
    return Payment(amount=1_000, currency="EUR", **facts)


@pytest.mark.parametrize(
    ("one", "status", "heading"),
    [
        (payment(), "Not completed", "€10.00 is on its way"),
        (payment(paid_at=AT), "Paid", "€10.00 arrived"),
        (payment(paid_at=AT, returned=1_000), "Paid", "€10.00 went back"),
        (payment(failed_at=AT), "Not paid", "€10.00 was not paid"),
        (payment(needs_confirmation=True), "To be confirmed", "Please confirm €10.00"),
    ],
)
def test_a_payment_says_how_it_stands(one: Payment, status: str, heading: str) -> None:
    words = PaymentWords(one)

    assert (words.status, words.heading) == (status, heading)


def test_a_payment_that_banks_took_back_says_so() -> None:
    disputes = [
        Dispute(amount=400, currency="EUR", status="needs_response", withdrawn_at=AT),
        Dispute(amount=600, currency="EUR", status="lost", closed_at=AT),
    ]
    words = PaymentWords(payment(paid_at=AT), disputes)

    assert words.heading == "Your bank took €4.00 and €6.00 back"
    assert words.disputed == (
        "That is not decided yet. Until it is, your budget is stopped."
        " That was decided on 9 December 2026."
    )


def test_a_payment_that_failed_says_why_if_we_know() -> None:
    known = PaymentWords(payment(failed_at=AT, failure="expired_card"))
    unknown = PaymentWords(payment(failed_at=AT))

    assert known.not_paid == "The reason: the card has expired. Nothing was charged."
    assert unknown.not_paid == "Nothing was charged."
    assert (known.last_try, unknown.last_try) == (
        "The last try failed: the card has expired.",
        "",
    )


def test_a_receipt_says_what_a_bank_took() -> None:
    facts = {"amount": 400, "currency": "EUR", "withdrawn_at": AT}
    lines = [
        payment_words.taken_back(Dispute(**facts, status="needs_response")),
        payment_words.taken_back(Dispute(**facts, status="won", closed_at=AT)),
        payment_words.taken_back(Dispute(**facts, status="lost", closed_at=AT)),
    ]

    assert lines == [
        "€4.00, taken back by your bank, not decided yet",
        "€4.00, taken back by your bank, and returned to us on 9 December 2026",
        "€4.00, taken back by your bank",
    ]


def test_no_code_of_a_bank_is_shown_as_it_is() -> None:
    for code, sentence in declines.WORDS.items():
        assert code not in str(sentence)

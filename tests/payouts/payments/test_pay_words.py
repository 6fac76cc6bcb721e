"""What the pages about paying say in which case, without a database."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from accounts.people.budgets import Standing
from payouts.gateway import declines
from payouts.models import Dispute, Payer, Payment
from payouts.payments import paying_in
from payouts.payments.pay_ways import Way
from payouts.payments.words import payment_words
from payouts.payments.words.budget_words import BudgetWords
from payouts.payments.words.notice_words import Notice
from payouts.payments.words.pay_words import PayWords
from payouts.payments.words.payment_words import PaymentWords
from payouts.payments.words.stand_words import StandWords

AT = datetime(2026, 12, 9, tzinfo=UTC)
AGAIN = datetime(2026, 12, 12, tzinfo=UTC)
LAST = datetime(2026, 12, 16, tzinfo=UTC)
VISA = {"kept_id": "pm_1", "kind": "card", "kept_as": "Visa", "last4": "4242"}


def stand(
    amount: int = 1_000,
    *,
    free: int = 1_000,
    next_amount: int | None = None,
    flattred: bool = True,
    covered: bool = True,
    credited: bool = True,
    suspended: bool = False,
    payer: Payer | None = None,
    notice: Notice | None = None,
    **facts: Any,
) -> StandWords:
    standing = Standing(202611, amount, credited, suspended, covered)
    following = amount if next_amount is None else next_amount
    return StandWords(
        BudgetWords(standing, following, free, flattred),
        payer or Payer(),
        notice or Notice(),
        **facts,
    )


VISAS = Payer(**VISA)
DEBITED = Payer(
    kept_id="pm_2", kind="sepa_debit", kept_as="SEPA debit DE", last4="3000"
)
ANNOUNCED = stand(
    free=400,
    covered=False,
    payer=DEBITED,
    notice=Notice(announced=600, announced_for=AGAIN),
)
COMING = stand(free=0, covered=False, notice=Notice(coming=1_000))
OPEN = stand(free=400, covered=False)
BEGINS = stand(0, next_amount=500, free=0, credited=False)


@pytest.mark.parametrize(
    ("words", "says", "further"),
    [
        (
            stand(free=1_400, payer=VISAS),
            "November is paid.",
            "On 1 December Visa …4242 is charged €6.00, and December is paid too.",
        ),
        (
            stand(free=1_400, payer=Payer(months=3, **VISA)),
            "November is paid.",
            "On 1 December Visa …4242 is charged €26.00, and December is paid too.",
        ),
        (
            stand(payer=VISAS, flattred=False),
            "November is paid.",
            "If you flattr somebody in November, Visa …4242 is charged €10.00 on 1"
            " December; if not, nothing.",
        ),
        (
            stand(),
            "November is paid.",
            "On 1 December we ask you by e-mail to pay for December.",
        ),
        (
            stand(flattred=False),
            "November is paid.",
            "If you flattr somebody in November, we ask you by e-mail to pay for December"
            " on 1 December.",
        ),
        (
            stand(free=1_400, payer=DEBITED),
            "November is paid.",
            "On 1 December we announce a debit of €6.00 by e-mail and make it two days"
            " later, by SEPA debit DE …3000. When it arrives, December is paid too.",
        ),
        (
            stand(payer=DEBITED, flattred=False),
            "November is paid.",
            "If you flattr somebody in November, we announce a debit of €10.00 by e-mail on"
            " 1 December and make it two days later, by SEPA debit DE …3000; if not,"
            " nothing.",
        ),
        (
            COMING,
            "€10.00 is on its way.",
            "Your bank works on it, for about a week, two at most. Then November is paid."
            " Until then you can go on flattring.",
        ),
        (
            stand(free=0, credited=False, covered=False, notice=Notice(coming=1_000)),
            "€10.00 is on its way.",
            "Your bank works on it, for about a week, two at most. As soon as it is here"
            " you can flattr.",
        ),
        (
            stand(free=400, covered=False, notice=Notice(coming=200)),
            "€2.00 is on its way.",
            "Your bank works on it. When it is here, €4.00 is still missing for November.",
        ),
        (
            ANNOUNCED,
            "On 12 December we debit €6.00.",
            "By SEPA debit DE …3000, for November. If you would rather not, pay in another"
            " way or stop before that day. You can go on flattring meanwhile.",
        ),
        (
            stand(suspended=True, notice=Notice(coming=1_000)),
            "Your budget is suspended.",
            "The next payment that arrives opens it again. €10.00 is on its way; your bank"
            " works on it.",
        ),
        (
            stand(free=2_000, payer=VISAS),
            "November is paid.",
            "What is in your account pays for December too.",
        ),
        (
            stand(free=12_000, payer=VISAS),
            "November is paid.",
            "What is in your account pays for the next 11 months too.",
        ),
        (
            stand(next_amount=0, payer=VISAS),
            "November is paid.",
            "Nothing is charged after it.",
        ),
        (
            OPEN,
            "November is not paid yet.",
            "Your account holds €4.00 of the €10.00 it needs.",
        ),
        (
            stand(covered=False),
            "November is not paid yet.",
            "Your account holds what it needs. It counts as soon as the month before is"
            " closed.",
        ),
        (
            BEGINS,
            "December is not paid yet.",
            "You begin with it; there is nothing to pay for November.",
        ),
        (
            stand(0, next_amount=500, free=500),
            "December is paid.",
            "You begin with it; there is nothing to pay for November.",
        ),
        (
            stand(0, credited=False),
            "You give nothing yet.",
            "Choose what you give a month, and you can flattr.",
        ),
        (
            stand(0),
            "You give nothing at the moment.",
            "Choose what you give a month, and you can flattr.",
        ),
        (
            stand(wish=1_500),
            "€15.00 needs a little more.",
            "It counts for November as soon as the difference is in your account. Until"
            " then €10.00 stands.",
        ),
        (
            stand(suspended=True),
            "Your budget is suspended.",
            "The next payment that arrives opens it again.",
        ),
        (
            stand(notice=Notice("disputed", at=AT)),
            "Your budget is stopped.",
            "It goes on when it is decided what becomes of the payment that your bank took"
            " back.",
        ),
        (
            stand(is_suspended=True),
            "Your account is suspended.",
            "New flattrs are not accepted, and what you flattred is not shared before our"
            ' staff have decided. <a href="mailto:operator@flattr.example">Write to us</a>',
        ),
    ],
)
def test_how_it_stands_in_one_sentence(
    words: StandWords, says: str, further: str, settings: Settings
) -> None:
    settings.OPERATOR_EMAIL = "operator@flattr.example"

    assert (words.says, words.further) == (says, further)


@pytest.mark.parametrize(
    ("words", "kinds", "says"),
    [
        (
            stand(free=1_400),
            ["in", "held"],
            ["€10.00 for November", "€4.00 left for later"],
        ),
        (stand(), ["in"], ["€10.00 for November"]),
        (OPEN, ["in", "missing"], ["€4.00 in your account", "€6.00 missing"]),
        (BEGINS, ["missing"], ["€0.00 in your account", "€5.00 missing"]),
        (COMING, ["coming"], ["€0.00 in your account", "€10.00 on its way"]),
        (
            stand(free=400, covered=False, notice=Notice(coming=200)),
            ["in", "coming", "missing"],
            ["€4.00 in your account", "€2.00 on its way", "€4.00 missing"],
        ),
        (stand(0), [], []),
        (stand(is_suspended=True), [], []),
    ],
)
def test_the_strip_and_its_words_say_the_same(
    words: StandWords, kinds: list[str], says: list[str]
) -> None:
    assert [part.kind for part in words.strip] == kinds
    assert [re.sub("<[^>]+>", "", said) for said in words.strip_says] == says


@pytest.mark.parametrize(
    ("words", "account"),
    [
        (
            stand(free=1_400, balance=1_400),
            "€14.00 in your account. What a month does not spend stays yours, and lowers"
            " the next charge.",
        ),
        (
            stand(free=400, balance=1_400),
            "€14.00 in your account; €4.00 of it is for November and later, the rest goes"
            " to a month that has ended and is not closed yet.",
        ),
    ],
)
def test_the_account_is_said_beside(words: StandWords, account: str) -> None:
    assert words.account == account


def test_only_the_first_payment_is_a_step() -> None:
    assert stand(credited=False).step == BEGINS.step == "Step 3 of 3"
    assert stand().step == stand(0, credited=False).step == ""


def ways(words: StandWords) -> list[Way]:
    free = words.budget.free
    return paying_in.ways(words.amount, free, 202611, words.budget.next_amount)


def said(words: StandWords, *, only: bool = False) -> PayWords:
    return PayWords(words, ways(words)[:1] if only else ways(words))


DECLINED = stand(free=400, covered=False, notice=Notice("declined"), payer=VISAS)


@pytest.mark.parametrize(
    ("words", "heading", "button", "is_loud"),
    [
        (said(OPEN), "Pay in", "Pay", True),
        (said(stand()), "Pay ahead, if you like", "Pay ahead", False),
        (said(DECLINED), "Or pay for longer", "Pay for longer", False),
        (said(COMING), "Pay in another way, if you cannot wait", "Pay", False),
        (said(ANNOUNCED), "Pay in another way, if you cannot wait", "Pay", False),
        (
            said(stand(wish=1_500), only=True),
            "Pay the difference",
            "Pay €5.00",
            True,
        ),
        (
            said(stand(notice=Notice("disputed"))),
            "Pay ahead, if you like",
            "Pay ahead",
            False,
        ),
    ],
)
def test_when_everything_is_paid_paying_is_quiet(
    words: PayWords, heading: str, button: str, is_loud: bool
) -> None:
    assert (words.pay_heading, words.pay_button) == (heading, button)
    assert words.is_loud is is_loud


def test_what_was_declined_can_be_paid_from_the_note() -> None:
    words = said(DECLINED)

    assert words.pay_now == "Pay €6.00 now"
    assert [way.months for way in words.longer] == [3, 12]
    assert words.proposed == 3
    assert said(OPEN).now is None
    assert PayWords(stand(is_suspended=True, notice=Notice("declined")), []).now is None


def test_what_is_paid_for_is_named() -> None:
    names = [way.name for way in ways(OPEN)]
    ahead = [(way.name, way.amount) for way in ways(stand(free=1_400))]

    assert names == [
        "November",
        "Three months, to January",
        "A year, to October 2027",
    ]
    assert ahead == [
        ("December", 600),
        ("Three months, to February", 2_600),
        ("A year, to November 2027", 11_600),
    ]
    assert ways(stand(next_amount=0)) == []


@pytest.mark.parametrize(
    ("payer", "notice", "card", "charged", "button"),
    [
        (
            Payer(months=3, expires=202703, **VISA),
            Notice(),
            "Visa …4242, good until March 2027",
            "for a quarter, when your account does not cover the next month",
            "Use another card",
        ),
        (
            VISAS,
            Notice("failed"),
            "Visa …4242",
            "not while your budget is stopped",
            "Use another card",
        ),
        (
            Payer(),
            Notice(),
            "nothing yet",
            "never by itself: when a payment is due, we write to you",
            "Save a card",
        ),
    ],
)
def test_the_renewal_says_what_is_charged_and_when(
    payer: Payer, notice: Notice, card: str, charged: str, button: str
) -> None:
    words = PayWords(stand(payer=payer, notice=notice), [])

    assert (words.kept.name, words.charged, words.kept.card_button) == (
        card,
        charged,
        button,
    )


REMOVED = "If you remove the card, we write to you when a payment is due."
STOPPED = "If you stop, nothing more is charged, and what is left in your account stays yours."


@pytest.mark.parametrize(
    ("words", "leaving"),
    [
        (stand(payer=VISAS), f"{REMOVED} {STOPPED}"),
        (stand(), STOPPED),
        (stand(next_amount=0, payer=VISAS), REMOVED),
        (stand(0), ""),
    ],
)
def test_what_follows_is_said_of_what_is_offered(
    words: StandWords, leaving: str
) -> None:
    assert PayWords(words, []).leaving == leaving


def test_whom_staff_suspended_is_offered_no_payment() -> None:
    words = said(stand(is_suspended=True))

    assert words.longer == []
    assert words.charged == "not while your account is suspended"


@pytest.mark.parametrize(
    ("notice", "heading", "sentence"),
    [
        (
            Notice(
                "declined", False, 500, "Visa …0341", "the card has expired", AT, AGAIN
            ),
            "Visa …0341 was declined on 9 December",
            "The reason: the card has expired. €5.00 for your budget was not charged. We"
            " try again on 12 December. Until then you can go on flattring.",
        ),
        (
            Notice("declined", False, 500, "Visa …0341", "x", AT, AGAIN, last=LAST),
            "Visa …0341 was declined on 9 December",
            "The reason: x. €5.00 for your budget was not charged. We try again on 12"
            " December and once more on 16 December. Until then you can go on flattring.",
        ),
        (
            Notice("declined", False, 500, "", "Stripe did not answer", AT),
            "€5.00 was not charged on 9 December",
            "The reason: Stripe did not answer. We do not try again for this month; what"
            " you flattred in it is paid from what is in your account.",
        ),
        (
            Notice("failed"),
            "Your budget is not paid",
            "Your account does not cover it, and nothing is saved to charge. We do not"
            " try again. Your budget is suspended until you pay: new flattrs are not accepted,"
            " and what you flattred is still shared.",
        ),
        (
            Notice("confirm", False, 500, "Visa …0341", again=AGAIN, payment=7),
            "Please confirm €5.00 by Visa …0341",
            "Your bank wants to know that it is you who pays for your budget. Nothing was"
            " charged yet. If you do not confirm it, we try again on 12 December.",
        ),
        (
            Notice("confirm", False, 500, payment=7),
            "Please confirm €5.00",
            "Your bank wants to know that it is you who pays for your budget. Nothing was"
            " charged yet.",
        ),
        (
            Notice("lost", False, 500, at=AT),
            "",
            "Your bank took €5.00 of a payment back, as was decided on 9 December 2026. Your"
            " budget is suspended until you pay again: new flattrs are not accepted, and"
            " nothing is charged. What you flattred before is still shared.",
        ),
    ],
)
def test_a_notice_says_what_happened_and_what_follows(
    notice: Notice, heading: str, sentence: str
) -> None:
    """In amber: nothing on a reader's page is red but a field's error."""
    (note,) = notice.notes

    assert (note.heading, note.text, note.tone) == (heading, sentence, "")


def test_a_bank_that_asks_is_told_beside_anything_else() -> None:
    notes = Notice("disputed", True, 500, at=AT).notes

    assert len(notes) == 2
    assert "write to us</a>" in notes[1].text


def payment(**facts: object) -> Payment:
    return Payment(amount=1_000, currency="EUR", **facts)


@pytest.mark.parametrize(
    ("one", "status", "heading"),
    [
        (payment(), "On its way", "€10.00 is on its way"),
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


def test_a_debit_that_came_back_says_why() -> None:
    facts = {"amount": 1_000, "currency": "EUR", "status": "lost", "closed_at": AT}
    failed = Dispute(**facts, reason="insufficient_funds")
    words = PaymentWords(payment(paid_at=AT), [failed])

    assert words.heading == "Your bank took €10.00 back"
    assert words.disputed == "The reason: there was not enough money in the account."


def test_a_payment_on_its_way_says_since_when_the_bank_works_on_it() -> None:
    heard = PaymentWords(payment(processing_at=AT, method="sepa_debit"))

    assert "works on it since 9 December 2026" in heard.on_its_way
    assert "We have not heard yet" in PaymentWords(payment()).on_its_way


@pytest.mark.parametrize(
    ("facts", "by_what"),
    [
        ({"provider": "stripe", "paid_with": "Visa …4242"}, "Visa …4242"),
        ({"provider": "stripe", "method": "sepa_debit"}, "SEPA debit"),
        ({"provider": "stripe"}, "Card"),
        ({"provider": "demo"}, ""),
    ],
)
def test_a_payment_says_by_what_it_is_made(facts: dict[str, str], by_what: str) -> None:
    assert PaymentWords(payment(**facts)).by_what == by_what


def test_a_debit_that_failed_speaks_of_an_account() -> None:
    failed = payment(failed_at=AT, failure="insufficient_funds", method="sepa_debit")

    assert "not enough money in the account" in PaymentWords(failed).not_paid


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

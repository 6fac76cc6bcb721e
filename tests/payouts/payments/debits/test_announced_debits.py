"""Nina's budget is renewed by a debit: told two days before, made once, and never otherwise
than it was told (P4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.mail import composing
from accounts.models import Outbox, User
from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts.gifts import offering
from payouts.models import Method, Payer
from payouts.payments import budgeting, charging, payers, renewing
from tests.world.cards import HERE, pay
from tests.world.debits import fail, pay_by, reader_with_debit, settle
from tests.world.kept_cards import (
    balance,
    in_order,
    later,
    next_month,
    renewal,
    spend,
    tries,
)
from tests.world.people import person, travel
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def nina(stripe: Simulator) -> User:
    """A reader of ten a month who allows debits, and whose month was spent."""
    reader = reader_with_debit(stripe)
    spend(reader)
    next_month()
    return reader


def mails(template: str) -> list[Outbox]:
    return list(Outbox.objects.filter(template=template).order_by("id"))


def debits(stripe: Simulator) -> list[int]:
    """What banks were asked for after the first payment."""
    return [intent["amount"] for intent in stripe.all("payment_intent")][1:]


def announced() -> list[tuple[int, str]]:
    return [
        (mail.facts["amount"], mail.facts["day"]) for mail in mails("debit_announced")
    ]


def in_days(days: int) -> str:
    return f"{clock.now() + timedelta(days=days):%-d %B %Y}"


def test_it_is_told_then_made_two_days_later_then_credited(
    stripe: Simulator, nina: User
) -> None:
    day = in_days(2)

    renewing.renew()

    assert debits(stripe) == []
    (mail,) = mails("debit_announced")
    mandate = stripe.all("mandate")[0]["payment_method_details"]["sepa_debit"]
    text = composing.message_of(mail).body
    assert "10.00" in text
    assert day in text
    assert "SEPA debit DE …3000" in text
    assert f"Mandate: {mandate['reference']}" in text
    assert "Creditor:" in text

    later(days=1, hours=23)
    renewing.renew()
    assert debits(stripe) == []

    later(hours=1)
    renewing.renew()
    assert debits(stripe) == [1_000]
    (payment,) = tries(nina)
    assert (payment.is_processing, payment.method) == (True, "sepa_debit")
    assert balance(nina) == 0
    assert not budgets.standing(nina).covered

    later(days=5)
    settle(stripe, payment)
    assert balance(nina) == 1_000
    assert budgets.standing(nina).covered
    assert renewal(nina).outcome == "paid"
    assert len(announced()) == 1
    assert not mails("debit_begun")[1:]
    assert in_order()


def test_however_often_the_tick_comes_it_is_told_and_made_once(
    stripe: Simulator, nina: User
) -> None:
    for _ in range(12):
        renewing.renew()
        renewing.renew()
        later(hours=12)

    assert (len(announced()), debits(stripe)) == (1, [1_000])


def test_two_workers_tell_and_make_it_once(stripe: Simulator, nina: User) -> None:
    def tick(_: int) -> None:
        renewing.renew()
        connection.close()

    for _ in range(2):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(tick, range(4)))
        later(days=2)

    assert (len(announced()), debits(stripe)) == (1, [1_000])


def test_another_amount_is_told_anew(stripe: Simulator, nina: User) -> None:
    """The interval changes in between, so that three months are debited."""
    renewing.renew()
    later(days=1)
    payers.choose_interval(nina, 3)
    later(days=1)
    day = in_days(2)

    renewing.renew()

    assert debits(stripe) == []
    assert announced()[-1] == (3_000, day)
    later(days=2)
    renewing.renew()
    assert debits(stripe) == [3_000]


def test_another_account_is_told_anew(stripe: Simulator, nina: User) -> None:
    renewing.renew()
    pay_by(stripe, nina, Method.BANCONTACT, 200)
    later(days=2)

    renewing.renew()
    later(days=2)
    renewing.renew()

    accounts = [mail.facts["account"] for mail in mails("debit_announced")]
    assert accounts == ["SEPA debit DE …3000", "SEPA debit BE …7061"]
    assert [payment.amount for payment in tries(nina)] == [800]
    assert tries(nina)[0].paid_with == "SEPA debit BE …7061"


def test_whoever_pays_meanwhile_is_not_debited(stripe: Simulator, nina: User) -> None:
    renewing.renew()
    pay_by(stripe, nina, Method.IDEAL)
    later(days=2)

    renewing.renew()

    assert tries(nina) == []
    assert (renewal(nina).outcome, renewal(nina).announced_at) == ("covered", None)


def test_whoever_saves_a_card_meanwhile_is_charged_by_it(
    stripe: Simulator, nina: User
) -> None:
    """A card is not announced."""
    renewing.renew()
    later(hours=1)
    pay(stripe, nina, 200)
    spend(nina)
    later(days=2)

    renewing.renew()

    (payment,) = tries(nina)
    assert (payment.paid_with, payment.method) == ("Visa …4242", "card")
    assert payment.paid_at is not None
    assert len(announced()) == 1


def test_after_a_failure_there_is_another_on_the_third_day_from_then(
    stripe: Simulator, nina: User
) -> None:
    """Told again, two days before; the mail names the day on which it is debited."""
    renewing.renew()
    later(days=2)
    renewing.renew()
    later(days=5)
    fail(stripe, tries(nina)[0])

    (mail,) = mails("renewal_failed")
    assert mail.facts["why"] == "there was not enough money in the account"
    again = clock.now() + timedelta(days=5)
    assert mail.facts["again"] == f"{again:%-d %B}"
    due_at = renewal(nina).due_at
    assert due_at is not None
    assert due_at.date() == (clock.now() + timedelta(days=3)).date()
    later(days=3)
    renewing.renew()
    assert announced()[-1] == (1_000, f"{again:%-d %B %Y}")
    later(days=2)
    renewing.renew()
    assert debits(stripe) == [1_000, 1_000]
    settle(stripe, tries(nina)[1])
    assert balance(nina) == 1_000
    assert in_order()


def test_after_the_third_the_budget_is_suspended(stripe: Simulator, nina: User) -> None:
    for n in range(3):
        renewing.renew()
        later(days=2)
        renewing.renew()
        fail(stripe, tries(nina)[n])
        later(days=4)

    assert not budgets.standing(nina).open
    assert renewal(nina).outcome == "failed"
    assert len(mails("budget_suspended")) == 1
    assert debits(stripe) == [1_000] * 3


def test_a_month_that_ends_while_the_bank_works_on_it(
    stripe: Simulator, nina: User
) -> None:
    """It is not cancelled, nothing else is charged meanwhile, and it counts for the month
    in which it arrives."""
    travel(months.end(clock.period()) - timedelta(days=5))
    renewing.renew()
    later(hours=1)
    renewing.renew()
    later(days=2)
    renewing.renew()
    (payment,) = tries(nina)
    assert payment.is_processing
    next_month()

    for _ in range(4):
        renewing.renew()
        later(days=1)

    assert tries(nina) == [payment]
    assert not stripe.calls("POST", f"/v1/payment_intents/{payment.stripe_id}/cancel")
    settle(stripe, payment)
    assert balance(nina) == 1_000
    assert budgets.standing(nina).covered
    renewing.renew()
    later(days=3)
    renewing.renew()
    assert debits(stripe) == [1_000]


def test_one_that_fails_after_its_month_is_told_and_the_next_month_is_debited(
    stripe: Simulator, nina: User
) -> None:
    travel(months.end(clock.period()) - timedelta(days=5))
    renewing.renew()
    later(hours=1)
    renewing.renew()
    later(days=2)
    renewing.renew()
    next_month()
    renewing.renew()

    fail(stripe, tries(nina)[0])

    assert len(mails("debit_not_paid")) == 1
    later(hours=7)
    renewing.renew()
    later(days=2)
    renewing.renew()
    assert [payment.renewal.period for payment in tries(nina) if payment.renewal] == [
        months.shifted(clock.period(), -1),
        clock.period(),
    ]


def test_at_the_months_end_none_is_told_that_could_not_be_made_in_it(
    stripe: Simulator, nina: User
) -> None:
    travel(months.end(clock.period()) - timedelta(days=1))

    renewing.renew()
    later(hours=12)
    renewing.renew()

    assert announced() == []
    next_month()
    renewing.renew()
    assert announced() == [(1_000, in_days(2))]


def test_an_answer_that_was_lost_is_looked_up(stripe: Simulator, nina: User) -> None:
    """W2: the bank was asked, and we did not hear of it."""
    renewing.renew()
    later(days=2)
    stripe.chaos("lost", path="/v1/payment_intents")
    renewing.renew()
    stripe.calm()
    assert tries(nina)[0].stripe_id is None
    later(minutes=11)

    renewing.renew()

    assert tries(nina)[0].is_processing
    assert debits(stripe) == [1_000]


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(
    stripe: Simulator, nina: User
) -> None:
    renewing.renew()
    later(days=2)
    stripe.chaos("lost_before", path="/v1/payment_intents")
    renewing.renew()
    stripe.calm()
    assert debits(stripe) == []
    later(minutes=11)

    renewing.renew()

    assert debits(stripe) == [1_000]
    assert (len(announced()), len(tries(nina))) == (1, 1)


def test_stripe_that_does_not_answer_tells_nobody_of_a_debit(
    stripe: Simulator, nina: User
) -> None:
    """Without the mandate's reference there is no notice."""
    stripe.chaos("lost_before", method="GET", path="/v1/mandates")
    renewing.renew()
    stripe.calm()
    assert announced() == []
    later(minutes=11)

    renewing.renew()

    assert len(announced()) == 1


def test_a_first_debit_that_is_on_its_way_is_not_asked_for_again(
    stripe: Simulator, nina: User
) -> None:
    """Nina begins one by hand, and her renewal waits for it."""
    begun = pay_by(stripe, nina, Method.SEPA_DEBIT)

    for _ in range(4):
        renewing.renew()
        later(days=1)

    assert (announced(), tries(nina)) == ([], [])
    settle(stripe, begun)
    renewing.renew()
    assert renewal(nina).outcome == "covered"


def test_a_day_that_went_by_is_told_anew(stripe: Simulator, nina: User) -> None:
    """Staff had suspended her, so that nothing was debited on the day that she was told."""
    renewing.renew()
    User.objects.filter(pk=nina.pk).update(suspended_at=clock.now())
    later(days=2)
    renewing.renew()
    later(days=2)
    User.objects.filter(pk=nina.pk).update(suspended_at=None)
    day = in_days(2)

    renewing.renew()

    assert debits(stripe) == []
    assert announced()[1:] == [(1_000, day)]
    later(days=2)
    renewing.renew()
    assert debits(stripe) == [1_000]


def test_a_gift_that_is_debited_does_not_hold_up_the_renewal(
    stripe: Simulator, nina: User
) -> None:
    """What it brings is the gift's."""
    gift = offering.begin_with_payment(
        nina, person("bob"), 500, ip=HERE, method=Method.SEPA_DEBIT
    )
    charging.open_checkout(gift)
    gift.refresh_from_db()
    assert gift.session_id
    stripe.pay_by_debit(gift.session_id)
    assert charging.fetch(gift).is_processing

    later(hours=2)
    renewing.renew()

    assert [amount for amount, _ in announced()] == [1_000]


def test_another_budget_is_told_anew(stripe: Simulator, nina: User) -> None:
    renewing.renew()
    budgeting.choose(nina, 500)
    later(days=2)

    renewing.renew()

    assert [amount for amount, _ in announced()] == [1_000, 500]
    assert debits(stripe) == []
    assert Payer.objects.get(reader=nina).kept

"""What allows debits, how a reader gives it after paying by their bank, and its end."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Outbox, User
from accounts.people import budgets
from payouts.events import applying
from payouts.models import Method
from payouts.payments import budgeting, methods, payers, renewing
from payouts.payments.debits import mandates
from tests.world.bank_money import LIMITED_IBAN
from tests.world.cards import HERE
from tests.world.debits import (
    allow_debits,
    kept_by,
    pay_by,
    reader_with_debit,
    settle,
)
from tests.world.kept_cards import (
    balance,
    in_order,
    later,
    next_month,
    renewal,
    spend,
    tries,
)
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def nina(stripe: Simulator) -> User:
    """A reader of ten a month who paid by iDEAL, of which nothing is kept."""
    reader = person("nina")
    budgeting.choose(reader, 1_000)
    pay_by(stripe, reader, Method.IDEAL)
    return reader


def mails(template: str) -> list[Outbox]:
    return list(Outbox.objects.filter(template=template).order_by("id"))


def hear(stripe: Simulator, client: Client) -> None:
    stripe.deliver(client, repeat=2, seed=1)
    while applying.act():
        pass


@pytest.mark.parametrize(
    ("by", "kept"),
    [
        (Method.SEPA_DEBIT, "SEPA debit DE …3000"),
        (Method.IDEAL, "SEPA debit NL …5264"),
    ],
)
def test_after_ideal_a_second_checkout_allows_the_debits_of_renewals(
    stripe: Simulator, nina: User, by: Method, kept: str
) -> None:
    assert allow_debits(stripe, nina, by)

    payer = kept_by(nina)
    assert (payer.kept, payer.kind) == (kept, "sepa_debit")
    assert payer.mandate_id
    assert payer.fingerprint
    assert balance(nina) == 1_000
    spend(nina)
    next_month()
    renewing.renew()
    later(days=2)
    renewing.renew()
    (payment,) = tries(nina)
    assert payment.paid_with == kept
    settle(stripe, payment)
    assert (balance(nina), budgets.standing(nina).covered) == (1_000, True)
    assert in_order()


def test_it_is_kept_although_the_reader_never_came_back(
    stripe: Simulator, nina: User, client: Client
) -> None:
    payers.open_mandate_checkout(nina, HERE)
    stripe.pay_by_bank(stripe.all("checkout.session")[-1]["id"], "ideal")

    hear(stripe, client)

    assert kept_by(nina).kept == "SEPA debit NL …5264"


def test_the_second_checkout_is_refused_where_nobody_is_debited(
    nina: User, settings: object
) -> None:
    settings.PAY_METHODS = (Method.CARD, Method.IDEAL)  # type: ignore[attr-defined]

    with pytest.raises(methods.MethodNotOffered):
        payers.open_mandate_checkout(nina, HERE)


def test_with_nothing_kept_a_link_is_mailed_three_times(
    stripe: Simulator, nina: User
) -> None:
    """On the renewal's day, on the third and on the seventh; then the budget is
    suspended, and the next payment opens it."""
    spend(nina)
    next_month()

    renewing.renew()
    (mail,) = mails("renewal_failed")
    assert (mail.facts["amount"], mail.facts["card"]) == (0, "")
    later(days=3)
    renewing.renew()
    assert len(mails("renewal_failed")) == 2
    later(days=4)
    renewing.renew()

    assert not budgets.standing(nina).open
    assert len(mails("budget_suspended")) == 1
    assert tries(nina) == []
    pay_by(stripe, nina, Method.IDEAL)
    assert budgets.standing(nina).open


def test_whoever_pays_by_the_link_is_not_asked_again(
    stripe: Simulator, nina: User
) -> None:
    spend(nina)
    next_month()
    renewing.renew()
    pay_by(stripe, nina, Method.IDEAL)
    later(days=3)

    renewing.renew()

    assert len(mails("renewal_failed")) == 1
    assert renewal(nina).outcome == "covered"


def test_a_mandate_that_is_revoked_is_forgotten_and_told(
    stripe: Simulator, client: Client
) -> None:
    paul = reader_with_debit(stripe, "paul")
    kept_id = kept_by(paul).kept_id
    stripe.revoke_mandate(kept_id)

    hear(stripe, client)
    hear(stripe, client)

    payer = kept_by(paul)
    assert (payer.kept, payer.kind, payer.mandate_id) == ("", "", "")
    assert stripe.get(kept_id)["customer"] is None
    (mail,) = mails("mandate_ended")
    assert mail.facts["account"] == "SEPA debit DE …3000"


def test_one_that_is_revoked_before_its_debit_is_told_is_seen_then(
    stripe: Simulator,
) -> None:
    """The event never arrives."""
    paul = reader_with_debit(stripe, "paul")
    spend(paul)
    next_month()
    stripe.revoke_mandate(kept_by(paul).kept_id)

    renewing.renew()

    assert not mails("debit_announced")
    assert len(mails("mandate_ended")) == len(mails("renewal_failed")) == 1
    assert tries(paul) == []


def test_one_that_is_revoked_between_notice_and_debit_stops_the_debit(
    stripe: Simulator,
) -> None:
    paul = reader_with_debit(stripe, "paul")
    spend(paul)
    next_month()
    renewing.renew()
    stripe.revoke_mandate(kept_by(paul).kept_id)
    later(days=2)

    renewing.renew()

    assert tries(paul) == []
    assert len(stripe.all("payment_intent")) == 1
    assert len(mails("mandate_ended")) == 1


def test_one_that_is_revoked_while_the_debit_is_asked_for_is_a_failed_try(
    stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe refuses it; the next try sees that nothing is kept."""
    paul = reader_with_debit(stripe, "paul")
    spend(paul)
    next_month()
    renewing.renew()
    later(days=2)
    stripe.revoke_mandate(kept_by(paul).kept_id)
    with monkeypatch.context() as patched:
        patched.setattr(mandates, "reference", lambda _reader: "just before")
        renewing.renew()

    (payment,) = tries(paul)
    assert payment.failure == "payment_intent_mandate_invalid"
    (mail,) = mails("renewal_failed")
    assert mail.facts["why"] == "you no longer allow debits of the account"
    later(days=3)
    renewing.renew()
    assert len(mails("mandate_ended")) == 1
    assert len(tries(paul)) == 1


def test_an_account_that_may_not_be_debited_more_this_week_is_a_failed_try(
    stripe: Simulator,
) -> None:
    """Stripe says so at once, and no bank is asked."""
    paul = reader_with_debit(stripe, "paul")
    spend(paul)
    next_month()
    renewing.renew()
    later(days=2)
    stripe.change_account(kept_by(paul).kept_id, LIMITED_IBAN)

    renewing.renew()

    (payment,) = tries(paul)
    assert payment.failed_at is not None
    assert not payment.is_processing
    (mail,) = mails("renewal_failed")
    assert mail.facts["why"] == "the account’s limit for debits was reached"
    assert renewal(paul).tries == 1


def test_an_account_that_is_removed_at_stripe_is_forgotten(
    stripe: Simulator, client: Client
) -> None:
    """Staff did so in Stripe's dashboard; the order of events does not matter."""
    paul = reader_with_debit(stripe, "paul")
    payers.remove_kept(paul)
    assert kept_by(paul).kept == ""

    hear(stripe, client)

    assert kept_by(paul).kept == ""
    assert mails("mandate_ended") == []

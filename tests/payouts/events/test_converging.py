"""The ledger is brought to what Stripe says now, and to nothing else (P1, P2, T7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from pytest_django import Settings

from accounts.models import Audit, Budget
from accounts.people import budgets
from flattr.database import clock
from payouts import chart
from payouts.events import converging
from payouts.gateway import asking, calls
from payouts.gateway.facts import DisputeFact, Movement, PaymentFact, RefundFact
from payouts.ledger import posting
from payouts.ledger.models import Entry, Transaction
from payouts.models import Dispute, Payer, Payment, Renewal
from tests.world.cards import begin_to_pay, pay_unheard
from tests.world.debits import debit_unheard
from tests.world.people import person
from tests.world.stripes import Simulator

URL = "https://flattr.example/"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def means_of(payment: Payment) -> int:
    return posting.balance(chart.means(payment.reader))


def clearing() -> int:
    rows = Entry.objects.filter(account__kind="stripe_clearing")
    return sum(rows.values_list("amount", flat=True))


def references() -> set[str]:
    return set(Transaction.objects.values_list("reference", flat=True))


def test_what_was_paid_is_credited_once(own_database: str, stripe: Simulator) -> None:
    """Converging twice on one payment books one charge (P2)."""
    payment, paid = pay_unheard(stripe, person("alice"), 1_000)

    for _ in range(3):
        assert converging.converge_payment(paid)

    payment.refresh_from_db()
    assert payment.stripe_id == paid
    assert payment.paid_at
    assert means_of(payment) == 1_000
    assert clearing() == -960, "Stripe kept 0.40"
    assert references() == {f"charge:{paid}"}


def test_what_was_not_paid_is_not_credited(
    own_database: str, stripe: Simulator
) -> None:
    payment = begin_to_pay(person("alice"))
    other, paid = pay_unheard(stripe, person("dora"))

    assert converging.converge_payment(paid)

    assert means_of(payment) == 0
    assert means_of(other) == 1_000


def test_a_payment_that_is_not_ours_is_left_alone(
    own_database: str, stripe: Simulator
) -> None:
    """P1: somebody charged a card in Stripe's dashboard."""
    customer = calls.make_customer(1, "walter@people.example")
    page = calls.open_checkout(
        customer,
        key="by hand",
        amount=700,
        title="x",
        method="card",
        is_kept=True,
        success_url=URL,
        cancel_url=URL,
    )
    stripe.complete(page.stripe_id)
    paid = stripe.get(page.stripe_id)["payment_intent"]

    assert converging.converge_payment(paid)

    assert not references()


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 999},
        {"currency": "USD"},
        {"livemode": True},
        {"customer": "cus_mallory"},
        {"key": "checkout:another"},
    ],
)
def test_what_is_not_as_we_asked_is_not_credited(
    own_database: str,
    stripe: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, object],
) -> None:
    """P1: staff read of it, once."""
    payment, paid = pay_unheard(stripe, person("alice"))
    Payment.objects.filter(pk=payment.pk).update(stripe_id=paid)
    told = replace(calls.payment(paid), **change)  # type: ignore[arg-type]
    monkeypatch.setattr(calls, "payment", lambda _: told)

    assert converging.converge_payment(paid)
    assert converging.converge_payment(paid)

    assert not references()
    assert Audit.objects.filter(action="payment_not_booked").count() == 1


def test_a_second_payment_for_the_same_is_not_credited(
    own_database: str, stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P2: two payment intents with one key."""
    _, paid = pay_unheard(stripe, person("alice"))
    converging.converge_payment(paid)
    told = replace(calls.payment(paid), stripe_id="pi_second")
    monkeypatch.setattr(calls, "payment", lambda _: told)

    converging.converge_payment("pi_second")

    assert references() == {f"charge:{paid}"}
    assert Audit.objects.filter(action="payment_not_booked").count() == 1


def test_whoever_left_can_still_dispute(own_database: str, stripe: Simulator) -> None:
    """The customer is forgotten at Stripe and here; the payment is still ours."""
    payment, paid = pay_unheard(stripe, person("alice"))
    converging.converge_payment(paid)
    Payer.objects.update(stripe_id=None)
    stripe.dispute(paid)

    converging.converge_payment(paid)

    assert means_of(payment) == 0
    assert not Audit.objects.filter(action="payment_not_booked").exists()


def test_old_news_change_nothing(
    own_database: str, stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T7: what was asked earlier and arrives later is not believed."""
    _, paid = pay_unheard(stripe, person("alice"))
    opened = stripe.dispute(paid)
    fetch = calls.payment

    def slow(stripe_id: str) -> PaymentFact:
        """Meanwhile we answer the bank, and another worker hears of it."""
        old = fetch(stripe_id)
        monkeypatch.setattr(calls, "payment", fetch)
        asking.client().v1.disputes.update(
            opened["id"], {"evidence": {"product_description": "A month of flattrs."}}
        )
        converging.converge_payment(paid)
        return old

    monkeypatch.setattr(calls, "payment", slow)
    assert converging.converge_payment(paid)

    assert stripe.get(opened["id"])["status"] == "under_review"
    assert Dispute.objects.get().status == "under_review"
    assert len(references()) == 2


# --- The order in which things happened


def movement(name: str, amount: int, hours: int) -> Movement:
    at = NOON + timedelta(hours=hours)
    return Movement(name, "x", amount, 0, amount, "EUR", "", at, at)


def refund(name: str, hours: int, failed: int = 0) -> RefundFact:
    return RefundFact(
        stripe_id=name,
        payment_id="pi_1",
        amount=100,
        status="failed" if failed else "succeeded",
        key="",
        made_at=NOON,
        movement=movement(f"{name}-out", -100, hours),
        failure_movement=movement(f"{name}-back", 100, failed) if failed else None,
        failure="",
    )


def dispute(name: str, *hours: int) -> DisputeFact:
    return DisputeFact(
        stripe_id=name,
        payment_id="pi_1",
        amount=500,
        currency="EUR",
        reason="fraudulent",
        status="won" if len(hours) == 2 else "needs_response",
        opened_at=NOON,
        due_at=None,
        movements=tuple(
            movement(f"{name}-{n}", amount, at)
            for n, (amount, at) in enumerate(zip((-500, 500), hours, strict=False))
        ),
    )


def fact(*parts: RefundFact | DisputeFact) -> PaymentFact:
    return PaymentFact(
        stripe_id="pi_1",
        key="",
        customer="",
        amount=1_000,
        currency="EUR",
        status="succeeded",
        livemode=False,
        made_at=NOON,
        confirm_url="",
        failure="",
        is_returned=False,
        charge_id="ch_1",
        paid_at=NOON,
        charged_at=NOON,
        method="card",
        paid_with="",
        fingerprint="",
        kept=None,
        movement=movement("charge", 1_000, 0),
        refunds=tuple(part for part in parts if isinstance(part, RefundFact)),
        disputes=tuple(part for part in parts if isinstance(part, DisputeFact)),
    )


def told(given: PaymentFact) -> list[str | None]:
    return [
        step.movement.stripe_id if step.movement else None
        for step in converging._unbooked(converging._in_order(given))
    ]


@pytest.mark.django_db
def test_everything_is_booked_in_the_order_in_which_it_happened() -> None:
    given = fact(
        refund("re_2", hours=5),
        refund("re_1", hours=1, failed=6),
        dispute("du_1", 2, 4),
        dispute("inquiry"),
    )

    assert told(given) == [
        "re_1-out",
        "du_1-0",
        "du_1-1",
        "re_2-out",
        "re_1-back",
        None,
    ]


@pytest.mark.django_db
def test_a_dispute_that_was_won_is_told_as_open_first() -> None:
    given = fact(dispute("du_1", 2, 4))

    first, second = converging._in_order(given)

    assert first.deed.keywords["fact"].status == "under_review"  # type: ignore[attr-defined]
    assert second.deed.keywords["fact"] == given.disputes[0]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_won_dispute_is_not_opened_again() -> None:
    """What stands in the ledger already is not told a second time."""
    posting.post(
        "dispute:du_1:withdrawn", {chart.STRIPE_CLEARING: 500, chart.LOSS: -500}
    )

    assert told(fact(dispute("du_1", 2, 4))) == ["du_1-1"]


# --- Debits, of which we hear for weeks


@pytest.mark.parametrize(
    ("reason", "ends"),
    [
        ("", [1_000, 0, [], False, "sepa_debit"]),
        ("insufficient_funds", [0, 1_000, [(1, "")], False, "sepa_debit"]),
        ("customer_initiated", [0, 1_000, [], True, ""]),
        ("debit_not_authorized", [0, 1_000, [], True, ""]),
    ],
)
def test_a_debit_ends_the_same_however_little_we_heard_of_it(
    own_database: str,
    stripe: Simulator,
    settings: Settings,
    reason: str,
    ends: list[object],
) -> None:
    """H2: begun, paid, and taken back; the last of these is heard of, once or twice."""
    settings.PAY_METHODS = ["card", "sepa_debit"]
    for n, (begun, paid) in enumerate(product([False, True], repeat=2)):
        reader = person(f"reader-{n}")
        budgets.write_amount(reader, clock.period(), 1_000, clock.now())
        payment, intent = debit_unheard(stripe, reader)
        if begun:
            assert converging.converge_payment(intent)
            assert means_of(payment) == 0
        stripe.settle_debit(intent)
        if paid:
            assert converging.converge_payment(intent)
            assert means_of(payment) == 1_000
        if reason:
            stripe.return_debit(intent, reason)

        for _ in range(2):
            assert converging.converge_payment(intent)

        assert ends_of(payment) == ends, (begun, paid)


def ends_of(payment: Payment) -> list[object]:
    """Means, what went back, the tries, whether the budget is suspended, what is kept."""
    payment.refresh_from_db()
    reader = payment.reader
    return [
        means_of(payment),
        payment.returned,
        list(Renewal.objects.filter(reader=reader).values_list("tries", "outcome")),
        Budget.objects.get(reader=reader).suspended_at is not None,
        Payer.objects.get(reader=reader).kind,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_what_happened_to_a_debit_is_booked_in_one_order(
    order: tuple[int, ...],
) -> None:
    """A part was refunded, that came back, then the bank took all of it, and its fee."""
    parts: list[RefundFact | DisputeFact] = [
        refund("pyr_1", hours=20, failed=30),
        refund("pyr_2", hours=25),
        dispute("du_1", 40),
        dispute("du_2"),
    ]
    given = fact(*(parts[n] for n in order))

    assert told(given) == ["pyr_1-out", "pyr_2-out", "pyr_1-back", "du_1-0", None]


# --- The operator's own money


def test_the_operators_money_is_the_operators(
    own_database: str, stripe: Simulator
) -> None:
    """Top-ups and payouts to our own bank, and those that came back."""
    top_up = stripe.top_up(5_000)
    payout = stripe.pay_out_to_bank(2_000)
    failed = stripe.pay_out_to_bank(1_000)
    stripe.fail_payout(failed["id"])

    for source in (top_up, payout, failed, failed):
        assert converging.converge_source(source["id"])

    booked = top_up["balance_transaction"]
    assert references() == {
        f"topup:{booked}",
        f"to_bank:{payout['id']}",
        f"to_bank:{failed['id']}",
        f"to_bank:{failed['id']}:failed",
    }
    assert clearing() == -3_000
    operator = Entry.objects.filter(account__kind="operator")
    assert sum(operator.values_list("amount", flat=True)) == 3_000

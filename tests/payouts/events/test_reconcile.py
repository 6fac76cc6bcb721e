"""Stripe's balance is explained from ours to the cent, and nothing is missed (L11, H5)."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Audit
from flattr.database import clock
from payouts import chart
from payouts.events import converging, reconciling
from payouts.gateway import calls, history
from payouts.gateway.facts import PaymentFact
from payouts.ledger import posting
from payouts.ledger.models import Entry
from payouts.models import Method, Movement, Reconciliation, StripeEvent
from tests.world.cards import begin_to_pay, pay_unheard
from tests.world.debits import pay_by
from tests.world.people import execute, person, travel
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


def reconcile() -> tuple[int, dict[str, Any]]:
    """The command's exit code and what it prints for programs."""
    told = io.StringIO()
    code = 0
    try:
        call_command("reconcile", "--json", stdout=told)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(told.getvalue())


def references(lines: list[dict[str, Any]]) -> list[str]:
    return [line["reference"] for line in lines]


def test_with_nothing_there_is_nothing_to_explain(stripe: Simulator) -> None:
    code, report = reconcile()

    assert code == 0
    assert report["ok"]
    assert report["difference"] == 0


def test_everything_that_ever_moved_is_explained(stripe: Simulator) -> None:
    """L11: payments, refunds that failed, disputes won and lost, top-ups, bank payouts
    and those that came back, and not a cent is left."""
    alice = person("alice")
    _, first = pay_unheard(stripe, alice, 2_000)
    _, second = pay_unheard(stripe, alice, 3_000)
    _, third = pay_unheard(stripe, alice, 1_000)
    made = calls.refund(first, 500, key="by-hand")
    stripe.advance(60)
    stripe.fail_refund(made.stripe_id)
    won, lost = stripe.dispute(second), stripe.dispute(third, 400)
    stripe.advance(60)
    stripe.close_dispute(won["id"], "won", return_fee=True)
    stripe.close_dispute(lost["id"], "lost")
    stripe.top_up(10_000)
    payout = stripe.pay_out_to_bank(1_000)
    stripe.fail_payout(payout["id"])

    code, report = reconcile()

    assert (code, report["unexplained"], report["in_flight"]) == (0, [], [])
    assert report["difference"] == 0
    assert report["found_events"] > 10
    available, pending = stripe.balance()
    assert report["stripe"]["available"] == available
    assert report["stripe"]["pending"] == pending
    assert report["ledger"]["stripe_clearing"] == -(available + pending)
    # 50.60 less what Stripe costs: three charges, the lost dispute's fee …
    assert available + pending == 6_000 - 55 - 70 - 40 - 400 - 2_000 + 10_000
    assert posting.balance(chart.means(alice)) == 5_600


def test_a_dispute_that_takes_twice_is_explained_also_where_its_list_names_two(
    stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L11: a second withdrawal, a fee alone, two returns, one of which is eaten up by
    a fee; Stripe's own list of a dispute's movements is not always whole."""
    alice = person("alice")
    _, paid = pay_unheard(stripe, alice, 3_000)
    dispute = stripe.dispute(paid, 1_000)["id"]
    stripe.advance(60)
    stripe.move_dispute(dispute, -37)
    stripe.move_dispute(dispute, 0, 1_500)
    stripe.close_dispute(dispute, "won", amount=700)
    stripe.advance(60)
    stripe.move_dispute(dispute, 100, 100)
    fetch = calls.payment

    def shortened(stripe_id: str) -> PaymentFact:
        fact = fetch(stripe_id)
        (only,) = fact.disputes
        return replace(fact, disputes=(replace(only, movements=only.movements[:2]),))

    monkeypatch.setattr(calls, "payment", shortened)

    code, report = reconcile()

    assert (code, report["unexplained"], report["in_flight"]) == (0, [], [])
    assert posting.balance(chart.means(alice)) == 3_000 - 1_037 + 800
    kept = Movement.objects.filter(source=dispute).order_by("happened_at")
    assert len(set(kept.values_list("reference", flat=True))) == 5


def test_words_that_never_came_are_found_and_acted_on(stripe: Simulator) -> None:
    """H5: not one event reached us."""
    alice = person("alice")
    pay_unheard(stripe, alice)

    assert reconciling.poll_hourly() > 0

    assert StripeEvent.objects.exists()
    assert reconciling.poll_hourly() == 0, "an hour has not passed"
    reconcile()
    assert posting.balance(chart.means(alice)) == 1_000


def test_an_event_that_stripe_forgot_is_found_by_its_object(
    stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H5: what moved our balance, and who was on the way to pay, are looked at too."""
    monkeypatch.setattr(history, "events", lambda _: iter(()))
    alice, dora = person("alice"), person("dora")
    pay_unheard(stripe, alice)
    begun = begin_to_pay(dora)

    code, _ = reconcile()

    assert code == 0
    assert posting.balance(chart.means(alice)) == 1_000
    assert begun.session_id
    stripe.complete(begun.session_id)
    assert reconcile()[0] == 0
    assert posting.balance(chart.means(dora)) == 1_000


def test_a_debit_that_failed_after_days_is_found_without_an_event(
    stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H5: nothing moved, and it was begun longer ago than Checkout's pages are open."""
    monkeypatch.setattr(history, "events", lambda _: iter(()))
    payment = pay_by(stripe, person("alice"), Method.SEPA_DEBIT)
    assert payment.stripe_id
    stripe.fail_debit(payment.stripe_id)
    execute("UPDATE payment SET asked_at = asked_at - interval '5 days'")

    reconcile()

    payment.refresh_from_db()
    assert payment.failure == "insufficient_funds"
    assert payment.failed_at is not None


def test_a_look_is_taken_once_a_day_and_an_hour(stripe: Simulator) -> None:
    assert reconciling.reconcile_nightly() is None, "nobody is known at Stripe"
    begin_to_pay(person("alice"))
    assert reconciling.reconcile_nightly()
    assert reconciling.reconcile_nightly() is None
    reconciling.poll_hourly()
    reconciling.poll_hourly()
    assert Reconciliation.objects.count() == 2

    Reconciliation.objects.update(started_at=timezone.now() - timedelta(hours=2))
    reconciling.poll_hourly()
    assert reconciling.reconcile_nightly() is None
    assert Reconciliation.objects.count() == 3
    Reconciliation.objects.update(started_at=timezone.now() - timedelta(hours=25))
    assert reconciling.reconcile_nightly()


def test_what_we_booked_and_stripe_did_not_move_is_told(stripe: Simulator) -> None:
    """L11: on its way for three days, unexplained from then on."""
    posting.post(
        "charge:pi_made_up",
        {chart.STRIPE_CLEARING: -700, chart.means(person("alice")): 700},
    )

    code, report = reconcile()
    assert code == 0
    assert references(report["in_flight"]) == ["charge:pi_made_up"]
    assert report["in_flight_amount"] == report["difference"] == -700

    travel(clock.now() + timedelta(days=3, minutes=1))
    code, report = reconcile()

    assert code == 1
    assert references(report["unexplained"]) == ["charge:pi_made_up"]
    assert Audit.objects.filter(action="reconcile_unexplained").count() == 1


def test_another_amount_is_unexplained_at_once(stripe: Simulator) -> None:
    _, paid = pay_unheard(stripe, person("alice"), 1_000)
    posting.post(
        f"charge:{paid}",
        {chart.STRIPE_CLEARING: -1_000, chart.means(person("dora")): 1_000},
    )

    code, report = reconcile()

    assert code == 1
    assert references(report["unexplained"]) == [f"charge:{paid}"]
    assert report["unexplained_amount"] == report["difference"] == -40


def test_another_cost_is_unexplained_too(stripe: Simulator) -> None:
    """The same on both sides in all, but not what Stripe kept of it."""
    _, paid = pay_unheard(stripe, person("alice"), 1_000)
    posting.post(
        f"charge:{paid}",
        {chart.STRIPE_CLEARING: -960, chart.means(person("dora")): 960},
    )

    code, report = reconcile()

    assert code == 1
    assert report["unexplained"][0]["why"] == "what Stripe kept of it differs"
    assert report["difference"] == 0


def test_what_nobody_knows_stands_in_suspense(stripe: Simulator) -> None:
    """Staff read of it; the books explain it to the cent."""
    top_up = stripe.top_up(1_234)
    moved = stripe.get(top_up["balance_transaction"])
    stripe.core.world.store.update(moved | {"type": "reserve_transaction"})

    code, report = reconcile()

    assert (code, report["difference"]) == (0, 0)
    entries = Entry.objects.filter(transaction__reference=f"suspense:{moved['id']}")
    assert set(entries.values_list("account__kind", "amount")) == {
        ("stripe_clearing", -1_234),
        ("suspense", 1_234),
    }
    assert Audit.objects.filter(action="movement_unknown").count() == 1


def test_a_movement_stays_as_it_was_seen(stripe: Simulator) -> None:
    """L3: the application can only add to it."""
    stripe.top_up(1_000)
    reconcile()
    kept = Movement.objects.get()

    for change in (kept.delete, lambda: Movement.objects.update(net=1)):
        with pytest.raises(Exception, match="permission denied"):
            change()


def test_a_silent_stripe_ends_the_look(stripe: Simulator) -> None:
    stripe.chaos("rate_limit", method="GET")

    with pytest.raises(CommandError, match="did not answer"):
        call_command("reconcile")

    assert Reconciliation.objects.get().finished_at is None


def test_a_look_that_broke_off_is_tried_again_soon(stripe: Simulator) -> None:
    """H5: within the day, though Stripe was away for an hour of it."""
    alice = person("alice")
    pay_unheard(stripe, alice)
    stripe.chaos("rate_limit", method="GET")
    assert reconciling.poll_hourly() == 0
    assert reconciling.reconcile_nightly() is None
    stripe.calm()
    assert reconciling.reconcile_nightly() is None, "not at once"

    Reconciliation.objects.update(started_at=timezone.now() - timedelta(hours=5))

    assert reconciling.reconcile_nightly()
    assert posting.balance(chart.means(alice)) == 1_000


def test_people_read_a_table(stripe: Simulator) -> None:
    _, paid = pay_unheard(stripe, person("alice"), 1_000)
    converging.converge_payment(paid)
    posting.post(
        "charge:pi_made_up",
        {chart.STRIPE_CLEARING: -700, chart.means(person("dora")): 700},
    )
    told = io.StringIO()

    call_command("reconcile", stdout=told)

    table = told.getvalue()
    assert "Difference" in table
    assert "charge:pi_made_up" in table
    assert "in the ledger, not moved at Stripe" in table
    assert "Unexplained: 0" in table

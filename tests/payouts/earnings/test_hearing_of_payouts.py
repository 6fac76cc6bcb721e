"""What became of Bob's payout after it was sent is heard from Stripe, and explained."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Outbox
from payouts import chart
from payouts.earnings import requesting, reviewing, transferring
from payouts.events import applying, reconciling
from payouts.gateway import asking
from payouts.ledger.posting import balance
from payouts.models import Payout, StripeAccount
from tests.world.earning import give_revenue, onboard
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def payout(own_database: str, stripe: Simulator) -> Payout:
    """50.00 of Bob's, approved by two people, and money of ours at Stripe."""
    bob, staff = (
        person("bob"),
        [person(name, is_staff=True) for name in ("dora", "eve")],
    )
    onboard(stripe, bob)
    give_revenue(bob, 5_000)
    stripe.top_up(8_000)
    payout = requesting.request_payout(bob)
    if payout.state == "held":
        payout = reviewing.release(payout, staff[0], "known")
    for one in staff:
        if payout.state == "requested":
            payout = reviewing.approve(payout, one, "known")
    return payout


def heard(stripe: Simulator, client: Client) -> None:
    """All that happened since is delivered, twice and shuffled, and acted on."""
    assert set(stripe.deliver(client, repeat=2, seed=3)) <= {204}
    applying.act()


def test_what_stripe_takes_back_is_heard(
    stripe: Simulator, client: Client, payout: Payout
) -> None:
    transferring.send_approved()
    (transfer,) = stripe.all("transfer")
    asking.client().v1.transfers.reversals.create(transfer["id"], {"amount": 2_000})

    heard(stripe, client)

    payout.refresh_from_db()
    assert (payout.state, payout.returned) == ("sent", 2_000)
    assert balance(chart.revenue(payout.creator)) == 2_000


def test_an_answer_that_was_lost_is_heard(
    stripe: Simulator, client: Client, payout: Payout
) -> None:
    """W2: Stripe tells of the transfer by itself."""
    stripe.chaos("lost", path="/v1/transfers", times=3)
    transferring.send_approved()
    stripe.calm()
    payout.refresh_from_db()
    assert payout.state == "unknown"

    heard(stripe, client)

    payout.refresh_from_db()
    assert payout.state == "sent"
    assert balance(chart.transit(payout.creator)) == 0
    assert len(stripe.all("transfer")) == 1


def test_a_bank_that_took_nothing_is_heard(
    stripe: Simulator, client: Client, payout: Payout
) -> None:
    transferring.send_approved()
    account = StripeAccount.objects.get().stripe_id
    sent = stripe.pay_out_to_bank(5_000, account=account)
    stripe.fail_payout(sent["id"])

    heard(stripe, client)

    assert Outbox.objects.filter(template="bank_refused").count() == 1


def test_an_account_that_stripe_restricts_is_heard(
    stripe: Simulator, client: Client, payout: Payout
) -> None:
    known = StripeAccount.objects.get()
    assert known.payouts_enabled
    stripe.restrict(known.stripe_id)

    heard(stripe, client)

    known.refresh_from_db()
    assert not known.payouts_enabled


def test_what_was_sent_and_came_back_is_explained(
    stripe: Simulator, payout: Payout
) -> None:
    """L11: the transfer and its reversal have one transaction each."""
    transferring.send_approved()
    (transfer,) = stripe.all("transfer")
    asking.client().v1.transfers.reversals.create(transfer["id"], {"amount": 500})

    report = reconciling.reconcile_now()

    assert report.ok
    assert report.difference == 0
    assert not report.in_flight
    assert report.clearing == -(8_000 - 5_000 + 500)


def test_a_refused_try_does_not_hide_the_transfer(
    stripe: Simulator, payout: Payout
) -> None:
    """Asked again under another key after a refusal: still this payout's."""
    Payout.objects.filter(pk=payout.pk).update(refusals=1)
    transferring.send_approved()

    report = reconciling.reconcile_now()

    assert report.ok
    assert not report.in_flight

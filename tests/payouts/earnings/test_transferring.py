"""An approved payout reaches Bob through Stripe, once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.core import mail as sent
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.mail import outbox
from accounts.models import Audit, Outbox, User
from flattr.database import clock, roles
from payouts import chart
from payouts.close import inspecting
from payouts.earnings import (
    monthly,
    onboarding,
    requesting,
    reviewing,
    topping_up,
    transferring,
)
from payouts.earnings.revenue import purse
from payouts.earnings.states import NotReviewed
from payouts.events import applying, reconciling
from payouts.gateway import asking, claims, transfers
from payouts.ledger import checks as ledger
from payouts.ledger.models import Entry
from payouts.ledger.posting import balance, post
from payouts.models import Breaker, Destination, Payout, StripeAccount, StripeBalance
from payouts.moderation import moderating
from payouts.operations import lanes
from tests.world.browsing import signed_in
from tests.world.earning import (
    OTHER_IBAN,
    add_destination,
    close_everything,
    end_hold,
    end_month,
    flattr_by_readers,
    give_revenue,
    iban_of,
    onboard,
)
from tests.world.people import execute, person, travel
from tests.world.stripes import Simulator

WHY = "looked at the blog"


@pytest.fixture
def dora(own_database: str) -> User:
    return person("dora", is_staff=True)


@pytest.fixture
def erik(own_database: str) -> User:
    return person("erik", is_staff=True)


@pytest.fixture
def bob(own_database: str, stripe: Simulator) -> User:
    """With an account at Stripe and 50.00 that matured."""
    bob = person("bob")
    onboard(stripe, bob)
    give_revenue(bob, 5_000)
    return bob


def approved(creator: User, *staff: User) -> Payout:
    payout = requesting.request_payout(creator)
    if payout.state == "held":
        payout = reviewing.release(payout, staff[0], WHY)
    for one in staff:
        if payout.state == "requested":
            payout = reviewing.approve(payout, one, WHY)
    assert payout.state == "approved"
    return payout


def state_of(payout: Payout) -> str:
    payout.refresh_from_db()
    return payout.state


def ask_again(payout: Payout) -> None:
    """The time has come to ask Stripe again."""
    Payout.objects.filter(pk=payout.pk).update(due_at=timezone.now())
    transferring.look_up_unknown()


def reverse(transfer_id: str, amount: int | None = None) -> None:
    """The operator takes a transfer back in Stripe's dashboard."""
    wanted: Any = {} if amount is None else {"amount": amount}
    asking.client().v1.transfers.reversals.create(transfer_id, wanted)


def at_once(act: Callable[[], int], *, workers: int) -> list[int]:
    start = Barrier(workers)

    def work(_: int) -> int:
        start.wait(10)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, range(workers)))


def entries(reference: str) -> dict[str, int]:
    found = Entry.objects.filter(transaction__reference=reference)
    return dict(found.values_list("account__kind", "amount"))


# --- All goes well


def test_the_next_minute_sends_what_two_people_approved(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """The next tick makes one transfer of it (W2)."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)

    assert "sent 1 payouts" in ", ".join(lanes.run_all())

    (transfer,) = stripe.all("transfer")
    assert state_of(payout) == "sent"
    assert payout.transfer_id == transfer["id"]
    assert transfer["amount"] == 5_000
    assert transfer["transfer_group"] == f"payout_{payout.pk}"
    assert transfer["destination"] == payout.destination.stripe_id
    assert transfer["metadata"] == {"key": f"payout:{payout.pk}"}
    (asked,) = stripe.calls("POST", "/v1/transfers")
    assert asked.headers["idempotency-key"] == f"payout:{payout.pk}"
    assert entries(f"payout:{payout.pk}:settle") == {
        "transit": -5_000,
        "stripe_clearing": 5_000,
    }
    assert balance(chart.transit(bob)) == 0
    assert execute("SELECT transfer_id FROM audit_payout") == [(transfer["id"],)]
    assert StripeBalance.objects.get().available == 3_000
    written = Outbox.objects.filter(template="payout").order_by("id")
    assert [one.facts["state"] for one in written][-2:] == ["approved", "sent"]
    assert transferring.send_approved() == transferring.look_up_unknown() == 0
    assert not any(ledger.check().values())


def test_bob_reads_where_it_is(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.chaos("lost", path="/v1/transfers", times=3)
    transferring.send_approved()

    assert state_of(payout) == "unknown"
    page = signed_in(bob).get("/payouts").content.decode()
    # A second payout waits for the first, wherever it is.
    assert "on its way, waiting for the bank&#x27;s answer" in page
    assert "A payout is on its way" in page

    ask_again(payout)
    page = signed_in(bob).get("/payouts").content.decode()
    assert f"Reference: {Payout.objects.get().transfer_id}" in page


def test_by_hand_and_through_stripe_stay_apart(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    carol = person("carol")
    add_destination(carol)
    give_revenue(carol, 2_000)
    stripe.top_up(9_000)
    through_stripe, by_hand = approved(bob, dora, erik), approved(carol, dora, erik)

    for act in (
        lambda: reviewing.send(through_stripe, dora, "BANK-1"),
        lambda: reviewing.show_account(through_stripe, dora),
        lambda: reviewing.fail(through_stripe, dora, "came back"),
    ):
        with pytest.raises(NotReviewed, match="Stripe pays this payout"):
            act()
    assert transferring.send_approved() == 1
    assert state_of(by_hand) == "approved"
    assert state_of(reviewing.send(by_hand, dora, "BANK-1")) == "sent"
    assert entries(f"payout:{by_hand.pk}:settle") == {"transit": -2_000, "bank": 2_000}


# --- Our money there does not cover it


def test_the_oldest_waits_whole_and_nobody_passes_it(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    carol = person("carol")
    onboard(stripe, carol)
    give_revenue(carol, 1_000)
    first, second = approved(bob, dora, erik), approved(carol, dora, erik)
    stripe.top_up(3_766)

    assert transferring.send_approved() == 0
    assert (state_of(first), state_of(second)) == ("approved", "approved")
    assert str(topping_up.shortage()) == (
        "Top up €22.34 for all 2 approved payouts, or €12.34 for the one that"
        " has waited longest."
    )

    stripe.top_up(1_234)
    assert transferring.send_approved() == 1
    assert (state_of(first), state_of(second)) == ("sent", "approved")
    assert str(topping_up.shortage()) == (
        "Top up €10.00: an approved payout waits for it."
    )
    stripe.top_up(1_000)
    assert transferring.send_approved() == 1
    assert topping_up.shortage() is None


def test_staff_read_how_much_to_top_up(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    approved(bob, dora, erik)
    for _ in range(3):
        transferring.send_approved()

    for page in ("/admin/", "/admin/payouts/payout/"):
        assert "Top up €50.00" in signed_in(dora).get(page).content.decode()
    assert Outbox.objects.filter(template="top_up").count() == 2
    outbox.send_due()
    (told, _) = [one for one in sent.outbox if "Top up" in one.subject]
    assert told.subject == "Top up €50.00: approved payouts wait"
    assert "1 approved payout waits because" in str(told.body)

    StripeBalance.objects.update(told_on=timezone.now().date() - timedelta(days=1))
    transferring.send_approved()
    assert Outbox.objects.filter(template="top_up").count() == 2  # the same day's


def test_somebody_was_faster_and_the_money_is_gone(
    stripe: Simulator, bob: User, dora: User, erik: User, monkeypatch: Any
) -> None:
    """Stripe keeps its no under the key for a day; it is asked anew all the same."""
    payout = approved(bob, dora, erik)
    stripe.top_up(4_000)
    StripeBalance.objects.update_or_create(
        one=True, defaults={"available": 9_000, "read_at": timezone.now()}
    )

    transferring.send(payout)
    assert state_of(payout) == "approved"
    assert payout.refusals == 1
    assert balance(chart.transit(bob)) == 5_000

    stripe.top_up(1_000)
    assert transferring.send_approved() == 1
    assert state_of(payout) == "sent"
    (transfer,) = stripe.all("transfer")
    assert transfer["metadata"] == {"key": f"payout:{payout.pk}"}


# --- The answer does not come


@pytest.mark.parametrize("mishap", ["lost", "error_after", "hang"])
def test_what_stripe_did_without_telling_is_found(
    stripe: Simulator,
    bob: User,
    dora: User,
    erik: User,
    mishap: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """W2, T6: a ghost success; with the keys forgotten too it stays one transfer."""
    if mishap == "hang":
        monkeypatch.setattr(asking, "TIMEOUT_SECONDS", 0.2)
        asking.client.cache_clear()
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.chaos(mishap, path="/v1/transfers", times=3)

    assert transferring.send_approved() == 0
    assert state_of(payout) == "unknown"
    assert balance(chart.transit(bob)) == 5_000
    stripe.calm()
    stripe.prune_keys()
    assert transferring.send_approved() == 0
    ask_again(payout)

    assert state_of(payout) == "sent"
    assert len(stripe.all("transfer")) == 1


@pytest.mark.parametrize("mishap", ["error_before", "lost_before", "rate_limit"])
def test_what_stripe_did_not_do_is_asked_again(
    stripe: Simulator, bob: User, dora: User, erik: User, mishap: Any
) -> None:
    """T6: under the same key, after a look."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.chaos(mishap, path="/v1/transfers", times=3)
    transferring.send_approved()
    assert state_of(payout) == "unknown"
    before = len(stripe.calls("GET", "/v1/transfers"))

    stripe.calm()
    ask_again(payout)

    assert state_of(payout) == "sent"
    assert len(stripe.calls("GET", "/v1/transfers")) == before + 1
    assert {
        asked.headers["idempotency-key"]
        for asked in stripe.calls("POST", "/v1/transfers")
    } == {f"payout:{payout.pk}"}
    assert len(stripe.all("transfer")) == 1


def test_a_fault_that_stripe_keeps_is_over_after_a_day(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.chaos("error_kept", path="/v1/transfers", times=1)
    transferring.send_approved()
    stripe.calm()
    ask_again(payout)
    assert state_of(payout) == "unknown"

    stripe.advance(24 * 3600 + 60)
    ask_again(payout)
    assert state_of(payout) == "sent"
    assert len(stripe.all("transfer")) == 1


def test_it_is_looked_up_less_often_the_longer_it_takes(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.chaos("error_before", path="/v1/transfers", method="*")
    transferring.send_approved()
    state_of(payout)
    assert payout.asked_at is not None
    assert payout.due_at == payout.asked_at + timedelta(minutes=1)
    assert transferring.look_up_unknown() == 0
    asked = len(stripe.requests)

    for hours, wait in ((0.5, 0.5), (5, 1)):
        then = timezone.now() - timedelta(hours=hours)
        Payout.objects.update(asked_at=then, due_at=then)
        transferring.look_up_unknown()
        state_of(payout)
        assert payout.due_at is not None
        found = (payout.due_at - timezone.now()) / timedelta(hours=1)
        assert abs(found - wait) < 0.02
    assert len(stripe.requests) > asked


def approved_for(name: str, stripe: Simulator, dora: User, erik: User) -> Payout:
    """Ten euros that a new creator is about to get."""
    creator = person(name)
    onboard(stripe, creator)
    give_revenue(creator, 1_000)
    return approved(creator, dora, erik)


def test_a_stripe_that_is_away_is_not_asked_for_everybody(
    stripe: Simulator, own_database: str, dora: User, erik: User
) -> None:
    payouts = [approved_for(f"creator-{n}", stripe, dora, erik) for n in range(5)]
    stripe.top_up(9_000)
    stripe.chaos("error_before", path="/v1/transfers", method="*")

    assert transferring.send_approved() == 0
    assert [state_of(one) for one in payouts] == ["unknown"] * 3 + ["approved"] * 2
    Payout.objects.filter(state="unknown").update(due_at=timezone.now())
    assert transferring.look_up_unknown() == 0

    stripe.calm()
    Payout.objects.filter(state="unknown").update(due_at=timezone.now())
    assert transferring.look_up_unknown() == 3
    assert transferring.send_approved() == 2
    assert len(stripe.all("transfer")) == 5


def test_when_stripe_is_away_nothing_is_handed_over(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    for path in ("/v1/balance", "/v1/accounts"):
        stripe.chaos("error_before", path=path, method="*")
        assert transferring.send_approved() == 0
        assert state_of(payout) == "approved"
        assert payout.asked_at is None


def test_what_somebody_else_is_at_is_left_alone(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """A worker that Stripe keeps waiting is not overtaken while its claim lasts."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    is_held, is_over = Event(), Event()

    def hold_on() -> None:
        with claims.claimed(payout) as ours:
            assert ours
            is_held.set()
            is_over.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(hold_on)
        is_held.wait(10)
        assert transferring.send_approved() == 0
        assert state_of(payout) == "approved"
        is_over.set()
        slow.result()

    assert transferring.send_approved() == 1


def test_a_worker_that_died_is_overtaken_when_its_claim_is_over(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """W2: nothing is kept by the connection, only by the row."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    assert claims._claim(payout)
    connection.close()

    assert transferring.send_approved() == 0
    Payout.objects.update(claimed_until=timezone.now())
    assert transferring.send_approved() == 1
    assert state_of(payout) == "sent"
    assert payout.claimed_until is None


def test_a_worker_that_was_overtaken_asks_for_nothing(
    stripe: Simulator,
    bob: User,
    dora: User,
    erik: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """W2: it wakes up when another has handed the payout over long ago."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    refresh = onboarding.refresh

    def sleep_meanwhile(account: str) -> Any:
        monkeypatch.setattr(onboarding, "refresh", refresh)
        Payout.objects.update(claimed_until=timezone.now())
        stripe.chaos("lost_before", path="/v1/transfers", times=3)
        assert transferring.send_approved() == 0
        stripe.prune_keys()
        return refresh(account)

    monkeypatch.setattr(onboarding, "refresh", sleep_meanwhile)
    transferring.send(payout)

    assert state_of(payout) == "unknown"
    assert not stripe.all("transfer")
    ask_again(payout)
    assert state_of(payout) == "sent"
    assert len(stripe.all("transfer")) == 1


def test_workers_at_once_share_the_payouts(
    stripe: Simulator, own_database: str, dora: User, erik: User
) -> None:
    """W2: each account is fetched once and each payout asked for once."""
    payouts = [approved_for(f"creator-{n}", stripe, dora, erik) for n in range(6)]
    stripe.top_up(9_000)
    fetched = len(stripe.calls("GET", "/v1/accounts"))

    at_once(transferring.send_approved, workers=3)

    assert [state_of(one) for one in payouts] == ["sent"] * 6
    assert len(stripe.calls("POST", "/v1/transfers")) == 6
    asked = [call.path for call in stripe.calls("GET", "/v1/accounts")[fetched:]]
    assert len(asked) == len(set(asked)) > 0


# --- Something speaks against it


def test_an_account_that_cannot_be_paid_now_holds_it(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """W3: fetched just before."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.restrict(payout.destination.stripe_id)

    assert transferring.send_approved() == 0

    assert state_of(payout) == "held"
    assert "a picture of your passport" in payout.reason
    assert not stripe.all("transfer")
    assert Outbox.objects.filter(template="stripe_asks").count() == 1
    stripe.onboard(payout.destination.stripe_id, "DE89370400440532013000")
    assert balance(chart.transit(bob)) == 5_000


def test_another_bank_account_at_stripe_holds_it(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """A5: changed after the approval, found out before it is sent."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.change_bank(payout.destination.stripe_id, OTHER_IBAN)

    transferring.send_approved()

    assert state_of(payout) == "held"
    assert "changed the bank account since" in payout.reason
    assert Destination.objects.filter(creator=bob).count() == 2


def test_a_suspended_creator_is_not_asked_for_again(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """What was asked first may still happen for a day; then it is held."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.chaos("lost_before", path="/v1/transfers", times=3)
    transferring.send_approved()
    moderating.suspend(bob, dora, "copies others")

    ask_again(payout)
    assert state_of(payout) == "unknown"
    Payout.objects.update(asked_at=timezone.now() - asking.KEYS_LIVE)
    ask_again(payout)

    assert state_of(payout) == "held"
    assert payout.reason == "The creator is suspended."
    assert not stripe.all("transfer")


def test_a_batch_waits_for_a_look_at_the_ledger(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """O3: what went wrong since the last look is found before money leaves."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    with roles.as_owner():
        execute("UPDATE ledger_balance SET amount = amount + 1")

    assert transferring.send_approved() == 0

    assert stripe.all("transfer") == []
    assert state_of(payout) == "approved"
    assert "L4" in Breaker.objects.get().reason
    with roles.as_owner():
        execute("UPDATE ledger_balance SET amount = amount - 1")
    inspecting.inspect(whole=True)
    assert transferring.send_approved() == 1


def test_while_the_books_do_not_add_up_nothing_leaves(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """The breaker stops transfers (O3)."""
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    Breaker.objects.create(tripped_at=timezone.now(), reason="tests")
    assert transferring.send_approved() == 0
    assert state_of(payout) == "approved"

    Breaker.objects.update(tripped_at=None)
    stripe.chaos("lost_before", path="/v1/transfers", times=3)
    transferring.send_approved()
    Breaker.objects.update(tripped_at=timezone.now())
    ask_again(payout)
    assert state_of(payout) == "unknown"
    assert not stripe.all("transfer")


def test_what_stripe_refuses_is_held_for_people(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    stripe.top_up(8_000)
    payout = transferring._hand_over(approved(bob, dora, erik))
    stripe.restrict(payout.destination.stripe_id)

    transferring.look_up(payout)

    assert state_of(payout) == "held"
    assert "Stripe refused" in payout.reason
    stripe.onboard(payout.destination.stripe_id, "DE89370400440532013000")
    onboarding.refresh(payout.destination.stripe_id)
    held = reviewing.reject(payout, dora, "Please complete your account at Stripe.")
    assert held.state == "rejected"
    assert balance(chart.revenue(bob)) == 5_000
    assert balance(chart.transit(bob)) == 0


def test_transfers_that_nobody_asked_for_alarm_people(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """More than one for a payout: held, and not to be given back before one is
    reversed; what is left is found."""
    stripe.top_up(20_000)
    payout = transferring._hand_over(approved(bob, dora, erik))
    account = payout.destination.stripe_id
    first = transfers.transfer(account, 5_000, key="a", group=payout.group)
    second = transfers.transfer(account, 5_000, key="b", group=payout.group)

    ask_again(payout)
    assert state_of(payout) == "held"
    assert "transfers that do not fit" in payout.reason
    with pytest.raises(NotReviewed, match="Reverse the extra ones"):
        reviewing.reject(payout, dora, "no")
    assert Audit.objects.filter(action="payout_held").exists()

    reverse(second.stripe_id)
    reviewing.release(payout, dora, "reversed one")
    assert transferring.send_approved() == 1
    assert state_of(payout) == "sent"
    assert payout.transfer_id == first.stripe_id
    assert len(stripe.all("transfer")) == 2


# --- It comes back


def test_what_stripe_takes_back_is_bobs_again_debt_first(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    transferring.send_approved()
    state_of(payout)
    post("dispute:DP:withdrawn", {chart.debt(bob): -1_500, chart.LOSS: 1_500})
    reverse(payout.transfer_id, 2_000)
    fact = transfers.transfer_now(payout.transfer_id)

    for _ in range(2):
        transferring.reversed_(payout, fact)

    (reversal,) = fact.reversals
    assert entries(f"reversal:{reversal.stripe_id}") == {
        "stripe_clearing": -2_000,
        "debt": 1_500,
        "revenue": 500,
    }
    assert state_of(payout) == "sent"
    assert payout.returned == 2_000
    assert purse(bob).paid == 3_000
    assert "€20.00 of it came back" in signed_in(bob).get("/payouts").content.decode()

    reverse(payout.transfer_id)
    for _ in range(2):
        transferring.reversed_(payout, transfers.transfer_now(payout.transfer_id))
    assert state_of(payout) == "failed"
    assert balance(chart.revenue(bob)) == 3_500
    assert purse(bob).paid == 0
    told = [one.facts["state"] for one in Outbox.objects.filter(template="payout")]
    assert told.count("returned") == told.count("failed") == 1
    page = signed_in(dora).get(f"/admin/payouts/payout/{payout.pk}/change/")
    assert f"reversal:{reversal.stripe_id}" in page.content.decode()


def test_taken_back_before_its_answer_was_known(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    stripe.top_up(8_000)
    payout = approved(bob, dora, erik)
    stripe.chaos("lost", path="/v1/transfers", times=3)
    transferring.send_approved()
    stripe.calm()
    (transfer,) = stripe.all("transfer")
    reverse(transfer["id"])

    payout.refresh_from_db()
    transferring.reversed_(payout, transfers.transfer_now(transfer["id"]))

    assert state_of(payout) == "failed"
    assert balance(chart.transit(bob)) == 0
    assert balance(chart.revenue(bob)) == 5_000


# --- The monthly run


def test_the_run_asks_stripe_first(stripe: Simulator, own_database: str) -> None:
    """W3: who cannot be paid is not asked for, told once, looked at again after a day
    and asked for as soon as Stripe knows all."""
    bob = person("bob")
    account = onboard(stripe, bob).stripe_id
    flattr_by_readers(bob, readers=9)
    end_month()
    end_hold()
    close_everything()
    stripe.restrict(account)
    travel(clock.now().replace(day=10))

    assert monthly.monthly_run() == 0
    asked = len(stripe.calls("GET", "/v1/accounts"))
    assert asked
    assert monthly.monthly_run() == 0
    assert len(stripe.calls("GET", "/v1/accounts")) == asked
    assert Outbox.objects.filter(template="stripe_asks").count() == 1

    StripeAccount.objects.update(fetched_at=timezone.now() - timedelta(days=1))
    assert monthly.monthly_run() == 0
    assert len(stripe.calls("GET", "/v1/accounts")) > asked
    stripe.onboard(account, iban_of(bob))
    onboarding.refresh(account)
    travel(clock.now() + timedelta(days=8))  # a bank account named anew
    assert monthly.monthly_run() == 1
    assert Payout.objects.get().amount == 9_000


def test_a_stripe_that_is_away_does_not_keep_others_from_the_run(
    stripe: Simulator, own_database: str
) -> None:
    bob, carol = person("bob"), person("carol")
    onboard(stripe, bob)
    for creator in (bob, carol):
        flattr_by_readers(creator, readers=9)
    end_month()
    add_destination(carol)
    end_hold()
    close_everything()
    travel(clock.now().replace(day=10))
    stripe.chaos("error_before", path="/v1/accounts", method="*")

    assert monthly.monthly_run() == 1
    assert Payout.objects.get().creator == carol
    stripe.calm()
    assert monthly.monthly_run() == 1


def test_stripes_balance_is_explained_to_the_cent(
    stripe: Simulator, bob: User, dora: User, erik: User
) -> None:
    """L11: after a refusal, a top-up, a transfer under another key and a reversal."""
    stripe.top_up(4_000)
    payout = transferring.send(approved(bob, dora, erik))
    assert payout.state == "approved"
    stripe.top_up(1_500)
    transferring.send_approved()
    state_of(payout)
    reverse(payout.transfer_id, 700)

    report = reconciling.reconcile_now()

    assert not report.unexplained
    assert not report.in_flight
    assert report.difference == 0
    assert state_of(payout) == "sent"
    assert payout.returned == 700
    assert stripe.balance()[0] == 4_000 + 1_500 - 5_000 + 700


def test_stripe_tells_of_it_all_by_itself(
    stripe: Simulator, own_database: str, dora: User, erik: User
) -> None:
    """H2: onboarded, sent, taken back in part, and a bank that took nothing."""
    carol = person("carol")
    account = onboarding.begin(None, carol, "DE").stripe_id
    stripe.onboard(account, iban_of(carol))
    tell(stripe)
    travel(clock.now() + timedelta(days=7, minutes=1))
    give_revenue(carol, 2_000)
    stripe.top_up(3_000)
    payout = approved(carol, dora, erik)
    transferring.send_approved()
    state_of(payout)

    reverse(payout.transfer_id, 500)
    bank_payout = stripe.pay_out_to_bank(1_000, account)
    stripe.fail_payout(bank_payout["id"])
    tell(stripe)
    tell(stripe)

    assert state_of(payout) == "sent"
    assert payout.returned == balance(chart.revenue(carol)) == 500
    assert Outbox.objects.filter(template="bank_refused").count() == 1
    assert not reconciling.reconcile_now().unexplained


def tell(stripe: Simulator) -> None:
    """Every webhook arrives, twice and in any order, and is acted on."""
    statuses = stripe.deliver(Client(), repeat=2, seed=1)
    assert all(200 <= status < 300 for status in statuses), statuses
    applying.act()

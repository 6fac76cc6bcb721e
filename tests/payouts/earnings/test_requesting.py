"""Bob earn something; he asks for it, two people look, one of them pays."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from accounts import audit
from accounts.models import Audit, Outbox, User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import maturing
from payouts.earnings import destinations, monthly, reviewing
from payouts.earnings.requesting import NoPayout, request_payout
from payouts.earnings.revenue import purse
from payouts.earnings.states import NotReviewed
from payouts.ledger import checks as ledger
from payouts.ledger.models import Entry
from payouts.ledger.posting import balance, post
from payouts.models import Breaker, Payout
from tests.world.earning import (
    IBAN,
    OTHER_IBAN,
    add_destination,
    close_everything,
    earn,
    end_hold,
    end_month,
    flattr_by_readers,
    give_revenue,
    iban_of,
)
from tests.world.people import person, travel

WHY = "looked at the blog"


def staff(name: str) -> User:
    return person(name, is_staff=True)


def entries_of(payout: Payout) -> dict[str, dict[str, int]]:
    """reference → account kind → amount, of everything that was posted for a payout."""
    found: dict[str, dict[str, int]] = {}
    for entry in Entry.objects.filter(
        transaction__reference__regex=rf"payout:{payout.pk}(:|$)"
    ).select_related("transaction", "account"):
        found.setdefault(entry.transaction.reference, {})[entry.account.kind] = (
            entry.amount
        )
    return found


def unflagged(creator: User) -> int:
    """Income of so many readers, over time, that nothing looks wrong."""
    return earn(creator, readers=9)


# --- Asking


def test_bob_asks_for_all_that_matured(own_database: str) -> None:
    bob = person("bob")
    amount = unflagged(bob)

    payout = request_payout(bob, bob)

    assert payout.amount == amount == 9_000
    assert payout.state == "requested"
    assert payout.approvals_needed == 2  # his first
    assert (purse(bob).revenue, purse(bob).transit) == (0, amount)
    assert entries_of(payout) == {
        f"payout:{payout.pk}:reserve": {"revenue": -amount, "transit": amount}
    }
    mail = Outbox.objects.get(template="payout")
    assert (mail.person, mail.facts["state"]) == (bob, "requested")


def test_what_has_not_matured_is_not_paid(own_database: str) -> None:
    """Held shares cannot be asked for (W3)."""
    bob = person("bob")
    flattr_by_readers(bob, readers=9)
    end_month()
    add_destination(bob)

    with pytest.raises(NoPayout, match=r"start at €10\.00; €0\.00 is ready"):
        request_payout(bob)


@pytest.mark.parametrize(("amount", "paid"), [(999, False), (1_000, True)])
def test_payouts_begin_at_ten(own_database: str, amount: int, paid: bool) -> None:
    """Less than 10.00 cannot be asked for (W3)."""
    bob = person("bob")
    add_destination(bob)
    post("topup:test", {chart.OPERATOR: -amount, chart.revenue(bob): amount})

    if paid:
        assert request_payout(bob).amount == amount
    else:
        with pytest.raises(NoPayout, match=r"€9\.99 is ready"):
            request_payout(bob)


def test_what_bob_owes_stays_covered(own_database: str) -> None:
    bob = person("bob")
    add_destination(bob)
    post("topup:test", {chart.OPERATOR: -5_000, chart.revenue(bob): 5_000})
    post("dispute:DP:withdrawn", {chart.debt(bob): -2_000, chart.SIMULATED: 2_000})

    assert request_payout(bob).amount == 3_000
    assert purse(bob).revenue == 2_000


def test_one_payout_at_a_time(own_database: str) -> None:
    bob = person("bob")
    unflagged(bob)
    request_payout(bob)
    post("topup:test", {chart.OPERATOR: -5_000, chart.revenue(bob): 5_000})

    with pytest.raises(NoPayout, match="on its way"):
        request_payout(bob)


def test_without_a_bank_account_nothing_is_paid(own_database: str) -> None:
    bob = person("bob")
    flattr_by_readers(bob, readers=9)
    end_month()
    end_hold()

    with pytest.raises(NoPayout, match="which bank account"):
        request_payout(bob)


def test_a_new_bank_account_waits_seven_days(own_database: str) -> None:
    """Nothing is sent to an account that was changed this week (A5, W3)."""
    bob = person("bob")
    unflagged(bob)
    destinations.change(None, bob, "Bob", OTHER_IBAN)

    travel(clock.now() + timedelta(days=6, hours=23))
    with pytest.raises(NoPayout, match="new bank account"):
        request_payout(bob)

    travel(clock.now() + timedelta(hours=1, minutes=1))
    payout = request_payout(bob)

    assert payout.destination.last4 == OTHER_IBAN[-4:]
    assert payout.state == "held"
    assert "bank account was changed" in payout.flags[0]


@pytest.mark.parametrize("act", audit.TAKEOVER)
def test_whoever_took_over_the_account_waits_a_week(
    own_database: str, act: str
) -> None:
    """T37: new address or second factor, then a payout: not before seven days."""
    bob = person("bob")
    unflagged(bob)
    audit.note(bob, act, f"person:{bob.pk}")

    with pytest.raises(NoPayout, match="payouts wait seven days"):
        request_payout(bob)


def test_a_suspended_creator_is_not_paid(own_database: str) -> None:
    bob = person("bob")
    unflagged(bob)
    User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())

    with pytest.raises(NoPayout, match="suspended"):
        request_payout(bob)


def test_a_ledger_that_does_not_add_up_pays_nobody(own_database: str) -> None:
    """A failed check stops every payout (O3)."""
    bob = person("bob")
    unflagged(bob)
    Breaker.objects.create(tripped_at=clock.now(), reason="L4")

    with pytest.raises(NoPayout, match="check our books"):
        request_payout(bob)


def test_sixteen_requests_at_once_pay_what_matured_and_no_more(
    own_database: str,
) -> None:
    """W1, T5: what is reserved and paid is at most what has matured."""
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    matured = unflagged(bob)

    def ask(_: int) -> bool:
        try:
            request_payout(bob)
        except NoPayout:
            return False
        finally:
            connection.close()
        return True

    asked = 0
    for _ in range(3):
        with ThreadPoolExecutor(16) as pool:
            asked += sum(pool.map(ask, range(16)))
        for payout in Payout.objects.filter(state="requested"):
            for one in (dora, erik)[: payout.approvals_needed]:
                reviewing.approve(payout, one, WHY)
            reviewing.send(payout, dora, f"BANK-{payout.pk}")

    assert asked == 1
    assert sum(Payout.objects.values_list("amount", flat=True)) == matured
    assert (purse(bob).revenue, purse(bob).transit) == (0, 0)


def test_whatever_is_done_at_once_the_money_adds_up(own_database: str) -> None:
    """W1: eight people ask, approve, hold, release, reject, send and return at random;
    what is reserved and paid is what has matured, less what is revenue still."""
    bob, carol = person("bob"), person("carol")
    dora, erik = staff("dora"), staff("erik")
    matured = {bob: unflagged(bob), carol: unflagged(carol)}
    acts = [
        reviewing.approve,
        reviewing.approve,
        reviewing.hold,
        reviewing.release,
        reviewing.release,
        reviewing.reject,
        reviewing.send,
        reviewing.send,
        reviewing.fail,
    ]

    def work(seed: int) -> int:
        draw, done = random.Random(seed), 0
        try:
            for n in range(25):
                with suppress(NoPayout):
                    request_payout(draw.choice([bob, carol]))
                payout = draw.choice(list(Payout.objects.order_by("-id")[:2]))
                try:
                    draw.choice(acts)(payout, draw.choice([dora, erik]), f"{seed}-{n}")
                except NotReviewed:
                    continue
                done += 1
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) > 10

    for creator, amount in matured.items():
        sent = sum(
            Payout.objects.filter(creator=creator, state="sent").values_list(
                "amount", flat=True
            )
        )
        assert purse(creator).revenue + purse(creator).transit + sent == amount
    assert not any(ledger.check().values())


# --- Reviewing


def test_two_people_approve_a_first_payout_and_the_bank_pays_it(
    own_database: str,
) -> None:
    """The second approval is by somebody else, then it is sent (W4)."""
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    amount = unflagged(bob)
    payout = request_payout(bob, bob)

    payout = reviewing.approve(payout, dora, WHY)
    assert payout.state == "requested"
    with pytest.raises(NotReviewed, match="Somebody else"):
        reviewing.approve(payout, dora, WHY)
    with pytest.raises(NotReviewed, match="while it is approved"):
        reviewing.send(payout, dora, "BANK-1")
    payout = reviewing.approve(payout, erik, WHY)
    assert payout.state == "approved"
    payout = reviewing.send(payout, dora, " BANK-1 ")

    payout.refresh_from_db()
    assert (payout.state, payout.transfer_id) == ("sent", "BANK-1")
    assert (purse(bob).revenue, purse(bob).transit) == (0, 0)
    assert entries_of(payout)[f"payout:{payout.pk}:settle"] == {
        "transit": -amount,
        "bank": amount,
    }
    assert list(
        Audit.objects.filter(subject=f"payout:{payout.pk}")
        .order_by("id")
        .values_list("action", "actor__username", "reason")
    ) == [
        ("payout_requested", "bob", ""),
        ("payout_approved", "dora", WHY),
        ("payout_approved", "erik", WHY),
        ("payout_sent", "dora", "BANK-1"),
    ]
    states = Outbox.objects.filter(template="payout").order_by("id")
    assert [mail.facts["state"] for mail in states] == ["requested", "approved", "sent"]


def test_later_payouts_need_one_person_unless_they_are_large(
    own_database: str, settings: Settings
) -> None:
    """One approval is enough below the large amount (W4)."""
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    unflagged(bob)
    first = request_payout(bob)
    reviewing.approve(first, dora, WHY)
    reviewing.approve(first, erik, WHY)
    reviewing.send(first, dora, "BANK-1")

    flattr_by_readers(bob, readers=9)
    end_month()
    end_hold()
    second = request_payout(bob)
    assert second.approvals_needed == 1
    assert reviewing.approve(second, erik, WHY).state == "approved"
    reviewing.send(second, erik, "BANK-2")

    settings.LARGE_PAYOUT = 9_000
    flattr_by_readers(bob, readers=9)
    end_month()
    end_hold()
    assert request_payout(bob).approvals_needed == 2


def test_a_lone_operator_may_do_without_the_second(
    own_database: str, settings: Settings
) -> None:
    settings.SECOND_APPROVAL = False
    bob, dora = person("bob"), staff("dora")
    unflagged(bob)

    assert reviewing.approve(request_payout(bob), dora, WHY).state == "approved"


def test_nobody_reviews_a_payout_to_themselves(own_database: str) -> None:
    """The payee's own approval is refused (W4)."""
    bob = staff("bob")
    unflagged(bob)
    payout = request_payout(bob, bob)

    for act in (reviewing.approve, reviewing.hold, reviewing.reject, reviewing.release):
        with pytest.raises(NotReviewed, match="is yours"):
            act(payout, bob, WHY)
    with pytest.raises(DatabaseError, match="to themselves"), transaction.atomic():
        payout.approvals.create(staff=bob, at=clock.now())


def test_only_staff_review(own_database: str) -> None:
    bob = person("bob")
    unflagged(bob)
    payout = request_payout(bob)

    for nobody in (person("alice"), None):
        with pytest.raises(NotReviewed, match="Only staff"):
            reviewing.approve(payout, nobody, WHY)


def test_a_rejected_payout_gives_the_money_back(own_database: str) -> None:
    bob, dora = person("bob"), staff("dora")
    amount = unflagged(bob)
    payout = request_payout(bob)

    reviewing.reject(payout, dora, "the blog is gone")

    assert (purse(bob).revenue, purse(bob).transit) == (amount, 0)
    assert set(entries_of(payout)) == {
        f"payout:{payout.pk}:reserve",
        f"payout:{payout.pk}:void",
    }
    with pytest.raises(NotReviewed):
        reviewing.reject(payout, dora, "again")
    told = Outbox.objects.filter(template="payout").order_by("-id")[0]
    assert told.facts["reason"] == "the blog is gone"
    assert request_payout(bob).amount == amount


def test_what_the_bank_returned_is_revenue_again(own_database: str) -> None:
    """L8: what was settled is reversed, not changed."""
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    amount = unflagged(bob)
    payout = request_payout(bob)
    reviewing.approve(payout, dora, WHY)
    reviewing.approve(payout, erik, WHY)
    reviewing.send(payout, dora, "BANK-1")

    reviewing.fail(payout, erik, "account closed")

    assert (purse(bob).revenue, purse(bob).transit) == (amount, 0)
    assert entries_of(payout)[f"reversal:payout:{payout.pk}"] == {
        "bank": -amount,
        "transit": amount,
    }
    with pytest.raises(NotReviewed, match="is returned"):
        reviewing.fail(payout, erik, "again")
    assert request_payout(bob).approvals_needed == 2


def test_a_held_payout_waits_until_it_is_released(own_database: str) -> None:
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    unflagged(bob)
    payout = request_payout(bob)
    reviewing.approve(payout, dora, WHY)

    reviewing.hold(payout, erik, "asked bob about it")
    with pytest.raises(NotReviewed, match="held"):
        reviewing.approve(payout, erik, WHY)
    reviewing.release(payout, erik, "he answered")

    assert reviewing.approve(payout, erik, WHY).state == "approved"


def test_every_act_needs_a_reason(own_database: str) -> None:
    bob, dora = person("bob"), staff("dora")
    unflagged(bob)
    payout = request_payout(bob)

    for act in (reviewing.hold, reviewing.reject):
        with pytest.raises(NotReviewed, match="reason"):
            act(payout, dora, "  ")


def test_a_payout_to_an_account_that_was_changed_is_not_sent(own_database: str) -> None:
    """A change after the approval holds the payout (A5, T37)."""
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    unflagged(bob)
    payout = request_payout(bob)
    reviewing.approve(payout, dora, WHY)
    reviewing.approve(payout, erik, WHY)
    destinations.change(None, bob, "Bob", OTHER_IBAN)

    with pytest.raises(NotReviewed, match="changed the bank account"):
        reviewing.send(payout, dora, "BANK-1")


def test_one_person_is_not_enough_once_two_are_asked_for_again(
    own_database: str, settings: Settings
) -> None:
    """W4: approved while a lone operator did without the second, sent later."""
    settings.SECOND_APPROVAL = False
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    unflagged(bob)
    payout = reviewing.approve(request_payout(bob), dora, WHY)
    settings.SECOND_APPROVAL = True

    with pytest.raises(NotReviewed, match="Another person"):
        reviewing.send(payout, dora, "BANK-1")

    reviewing.hold(payout, erik, "the second look")
    assert reviewing.release(payout, erik, WHY).state == "requested"
    reviewing.approve(payout, erik, WHY)
    assert reviewing.send(payout, dora, "BANK-1").state == "sent"


def test_nothing_is_sent_to_somebody_whose_account_was_taken_over(
    own_database: str,
) -> None:
    """T37: also when the payout was approved before."""
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    unflagged(bob)
    payout = request_payout(bob)
    reviewing.approve(payout, dora, WHY)
    reviewing.approve(payout, erik, WHY)
    audit.note(None, "password_reset", f"person:{bob.pk}")

    with pytest.raises(NotReviewed, match="less than seven days ago"):
        reviewing.send(payout, dora, "BANK-1")


def test_two_people_at_once_send_it_once(own_database: str) -> None:
    """T6: one settlement, whoever presses the button how often."""
    bob, dora, erik = person("bob"), staff("dora"), staff("erik")
    amount = unflagged(bob)
    payout = request_payout(bob)
    reviewing.approve(payout, dora, WHY)
    reviewing.approve(payout, erik, WHY)

    def pay(n: int) -> bool:
        try:
            reviewing.send(payout, (dora, erik)[n % 2], f"BANK-{n}")
        except NotReviewed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(8))) == 1

    assert entries_of(payout)[f"payout:{payout.pk}:settle"]["bank"] == amount
    assert balance(chart.transit(bob)) == 0


def test_the_database_keeps_what_was_decided(own_database: str) -> None:
    """W4, T13: nobody changes an amount, a destination or the order of states."""
    bob = person("bob")
    unflagged(bob)
    payout = request_payout(bob)
    elsewhere = destinations.change(None, bob, "Bob", OTHER_IBAN)

    changes: list[dict[str, Any]] = [
        {"amount": 90_000},
        {"destination": elsewhere},
        {"approvals_needed": 0},
        {"flags": []},
        {"state": "sent"},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Payout.objects.filter(pk=payout.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        payout.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(elsewhere).objects.filter(pk=elsewhere.pk).update(usable_at=clock.now())


# --- What looks wrong


def test_income_from_few_readers_is_held_and_needs_two(own_database: str) -> None:
    """T15: a stolen card, one's own creator, the bank: somebody looks first."""
    bob = person("bob")
    earn(bob, readers=3, budget=5_000)

    payout = request_payout(bob)

    assert payout.state == "held"
    assert payout.flags == ["more than half of the income is from fewer than 5 readers"]
    assert payout.approvals_needed == 2


def test_income_from_readers_who_just_came_is_held(own_database: str) -> None:
    """Revenue from new readers waits for staff (T15). Who came on the first of a month
    of 31 days has been here for 30 when it ends."""
    travel(months.start(clock.period()) + timedelta(days=10))
    bob = person("bob")
    flattr_by_readers(bob, readers=5, days_here=90)
    flattr_by_readers(bob, readers=6, days_here=0)
    end_month()
    add_destination(bob)
    end_hold()

    payout = request_payout(bob)

    assert payout.state == "held"
    assert payout.flags == [
        "more than half of the income is from readers here for less than 30 days"
    ]


def test_two_creators_with_one_bank_account_are_held(own_database: str) -> None:
    """A shared bank account holds both payouts (T17)."""
    bob, carol = person("bob"), person("carol")
    unflagged(bob)
    add_destination(carol, iban_of(bob))

    payout = request_payout(bob)

    assert payout.state == "held"
    assert payout.flags == ["the bank account is also that of carol"]


# --- The monthly run


def run_day() -> None:
    """The tenth of the next month, when everything before it is closed."""
    end_month()
    travel(months.start(clock.period()) + timedelta(days=9, hours=1))
    maturing.mature()


def test_once_a_month_it_asks_for_everybody_by_itself(own_database: str) -> None:
    bob, carol = person("bob"), person("carol")
    dora = staff("dora")
    unflagged(bob)
    flattr_by_readers(carol, readers=9, budget=200)
    add_destination(carol, OTHER_IBAN)
    period = clock.period()

    travel(months.end(period) + timedelta(days=9, hours=1))
    assert monthly.monthly_run() == 0  # the month before is not closed
    close_everything()
    travel(months.end(period) + timedelta(days=8, hours=23))
    assert monthly.monthly_run() == 0  # the tenth has not come
    travel(months.end(period) + timedelta(days=9, hours=1))
    assert monthly.monthly_run() == 1  # carol's is not matured
    assert monthly.monthly_run() == 0

    payout = Payout.objects.get()
    assert (payout.creator, payout.run_period) == (bob, months.following(period))
    reviewing.reject(payout, dora, "not yet")
    assert monthly.monthly_run() == 0  # once a month, whatever became of it

    run_day()
    travel(clock.now() + timedelta(days=3))
    maturing.mature()
    assert monthly.monthly_run() == 2
    assert Payout.objects.filter(creator=carol).get().amount == 1_800


def test_it_waits_for_what_matures_just_then(own_database: str) -> None:
    """Else a creator would be paid a part, after an outage, and the rest a month later."""
    bob = person("bob")
    flattr_by_readers(bob, readers=9, budget=200)
    give_revenue(bob, 2_000)
    end_month()
    add_destination(bob)
    travel(months.end(clock.period()) + timedelta(days=10))
    close_everything()

    assert monthly.monthly_run() == 0
    assert maturing.mature() == 1
    assert monthly.monthly_run() == 1

    assert Payout.objects.get().amount == 3_800


def test_two_runs_at_once_ask_once(own_database: str) -> None:
    for n in range(4):
        creator = person(f"creator-{n}")
        post(f"topup:{n}", {chart.OPERATOR: -2_000, chart.revenue(creator): 2_000})
        destinations.change(None, creator, str(creator), IBAN)
    run_day()

    def run(_: int) -> int:
        try:
            return monthly.monthly_run()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 4

    assert Payout.objects.count() == 4


@pytest.mark.parametrize(
    "why", ["suspended", "took over", "waiting", "breaker", "owes", "left"]
)
def test_whoever_may_not_ask_is_not_asked_for(own_database: str, why: str) -> None:
    """W3: the run looks at everything that a request looks at, in one query."""
    bob = person("bob")
    post("topup:test", {chart.OPERATOR: -2_000, chart.revenue(bob): 2_000})
    destinations.change(None, bob, "Bob", IBAN)
    end_month()
    run_day()
    if why == "suspended":
        User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())
    elif why == "took over":
        audit.note(bob, "email_changed", f"person:{bob.pk}")
    elif why == "waiting":
        destinations.change(None, bob, "Bob", OTHER_IBAN)
    elif why == "breaker":
        Breaker.objects.create(tripped_at=clock.now(), reason="L4")
    elif why == "owes":
        post("dispute:DP:withdrawn", {chart.debt(bob): -1_500, chart.SIMULATED: 1_500})
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)

    assert monthly._candidates(clock.period()) == [] or why == "breaker"
    assert monthly.monthly_run() == 0

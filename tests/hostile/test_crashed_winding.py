"""Winding down crashed at every point of it, and run by two at once: money goes back and
out once, and everybody is written to once."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from accounts.models import Audit, Outbox, User
from flattr.database import clock
from payouts.close import maturing
from payouts.earnings import revenue
from payouts.ledger import checks
from payouts.models import Payment, Payout, Refund, RunningMonth, WindingDown
from payouts.operations import due
from payouts.winding import beginning, paying_back
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.world.cards import pay
from tests.world.earning import add_destination, end_month
from tests.world.kept_cards import balance, in_order, reader_with_card
from tests.world.people import click, execute, person, thing_of, travel
from tests.world.stripes import Simulator


@pytest.fixture
def nina(own_database: str, stripe: Simulator) -> User:
    """Nina paid twice and flattred Bob, who has a bank account; another month runs."""
    cache.clear()
    person("dora", is_staff=True)
    bob = person("bob")
    nina = reader_with_card(stripe, "nina")
    pay(stripe, nina, 3_000)
    click(nina, thing_of(bob, "song"))
    add_destination(bob)
    end_month()
    return nina


def begin(choice: str) -> None:
    beginning.begin(User.objects.get(username="dora"), choice)


def a_minute() -> None:
    """As the tick does it, a while later."""
    execute("UPDATE refund SET asked_at = asked_at - interval '10 minutes'")
    due.mature_lots()
    paying_back.go_on()
    due.send_refunds()


def seen(stripe: Simulator, nina: User) -> Any:
    bob = User.objects.get(username="bob")
    return {
        "in the account": balance(nina),
        "given back by Stripe": sorted(one["amount"] for one in stripe.all("refund")),
        "refunds": sorted(
            (one.amount, bool(one.done_at)) for one in Refund.objects.all()
        ),
        "returned": sorted(Payment.objects.values_list("amount", "returned")),
        "bob": revenue.purse(bob),
        "payouts": list(Payout.objects.values_list("amount", "state")),
        "mails": sorted(Outbox.objects.values_list("template", "person")),
        "log": sorted(Audit.objects.values_list("action", flat=True)),
        "begun": [
            (bool(one.gives_back_since), bool(one.told_through))
            for one in WindingDown.objects.all()
        ],
        "in order": in_order(),
    }


def test_giving_back_crashed_anywhere_pays_once(
    nina: User, stripe: Simulator, crash_everywhere: CrashEverywhere
) -> None:
    """What was not spent goes back once, and what was earned is asked for once (O6)."""
    travel(clock.now() + timedelta(days=31))

    def act() -> None:
        begin(RunningMonth.GIVE_BACK)
        a_minute()

    calm = crash_everywhere(
        act, restore=as_it_is(stripe), seen=lambda: seen(stripe, nina)
    )

    # Of 40.00 she gave Bob 10.00; the newest payment goes back first.
    assert calm["given back by Stripe"] == [3_000]
    assert calm["in the account"] == 0
    assert calm["payouts"] == [(1_000, "requested")]
    told = [person for template, person in calm["mails"] if template == "winding_down"]
    assert len(told) == len(set(told)) == 2
    assert calm["in order"]


def test_two_at_once_pay_once(nina: User, stripe: Simulator) -> None:
    """The command and the tick, each in a process of its own (O6)."""
    for number in range(6):
        reader_with_card(stripe, f"reader-{number}")
    travel(clock.now() + timedelta(days=31))
    begin(RunningMonth.GIVE_BACK)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(3):
                paying_back.go_on()
                due.send_refunds()
                due.mature_lots()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    given = sorted(one["amount"] for one in stripe.all("refund"))
    assert given == [1_000] * 6 + [3_000]
    assert Payout.objects.count() == 1
    assert Outbox.objects.filter(template="winding_down").count() == 8
    assert not any(checks.check().values())
    assert maturing.mature() == 0

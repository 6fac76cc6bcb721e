"""Somebody's leaving crashed at every point of it: money goes back once, and nothing
of who it was stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Audit, Outbox, User
from buttons.models import Thing
from flattr.database import clock
from payouts.leaving import departing
from payouts.models import Payer, Payment, Refund
from payouts.returns import refunding
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.world.cards import pay
from tests.world.kept_cards import balance, in_order, reader_with_card, spend
from tests.world.people import execute, thing_of, travel
from tests.world.stripes import Simulator

NAME = "nina"


def leaves() -> None:
    """Close the account, and a while later what is due."""
    nina = User.objects.get(username=NAME)
    departing.close(nina, nina)
    a_tick()


def a_tick() -> None:
    execute(
        "UPDATE person SET leaving_due_at = flattr_clock()"
        " WHERE leaving_due_at IS NOT NULL"
    )
    execute("UPDATE refund SET asked_at = asked_at - interval '10 minutes'")
    departing.finish()
    refunding.send_refunds()


def seen(stripe: Simulator, nina: User) -> Any:
    nina = User.objects.get(pk=nina.pk)
    return {
        "in the account": balance(nina),
        # One that was asked for without an answer waits behind the others.
        "given back by Stripe": sorted(one["amount"] for one in stripe.all("refund")),
        "refunds": sorted(
            (one.amount, bool(one.done_at)) for one in Refund.objects.all()
        ),
        "returned": list(
            Payment.objects.order_by("id").values_list("returned", "paid_with")
        ),
        "card": list(Payer.objects.values_list("last4", flat=True)),
        "mails": sorted(Outbox.objects.values_list("template", flat=True)),
        "log": sorted(Audit.objects.values_list("action", flat=True)),
        "closed": bool(nina.closing_at),
        "who": (nina.username, nina.email, bool(nina.erased_at)),
        "things": list(Thing.objects.values_list("title", flat=True)),
        "customers": [bool(one.get("deleted")) for one in stripe.all("customer")],
        "in order": in_order(),
    }


@pytest.fixture
def nina(own_database: str, stripe: Simulator) -> User:
    """Paid twice, spent a part of it, and made something."""
    nina = reader_with_card(stripe, NAME)
    pay(stripe, nina, 3_000)
    spend(nina, 400)
    thing_of(nina, "song")
    return nina


def test_closing_crashed_anywhere_gives_back_once(
    nina: User, stripe: Simulator, crash_everywhere: CrashEverywhere
) -> None:
    """What is left on a card goes back once (T46, P2)."""
    calm = crash_everywhere(
        leaves, restore=as_it_is(stripe), seen=lambda: seen(stripe, nina)
    )

    assert calm["given back by Stripe"] == [600, 3_000]
    assert calm["in the account"] == 0
    assert calm["in order"]


def test_erasing_crashed_anywhere_is_whole_in_the_end(
    nina: User, stripe: Simulator, crash_everywhere: CrashEverywhere
) -> None:
    """All of a person is gone, and all money has its place (T47)."""
    leaves()
    travel(clock.now() + departing.WAIT + timedelta(minutes=1))

    calm = crash_everywhere(
        a_tick, restore=as_it_is(stripe), seen=lambda: seen(stripe, nina)
    )

    assert calm["who"] == (f"left:{nina.pk}", f"left:{nina.pk}", True)
    assert calm["things"] == ["A page of somebody who left"]
    assert calm["card"] == calm["mails"] == []

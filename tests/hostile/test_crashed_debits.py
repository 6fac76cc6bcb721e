"""What Stripe tells of a debit, crashed at every point: days later it is paid or fails, and
weeks later it comes back, once (H2, P2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Budget, User
from payouts.models import Payer, Payment, Renewal
from tests.hostile.crashing import CrashEverywhere, as_it_is
from tests.hostile.test_crashed_returns import hear, listen, seen
from tests.world.debits import debit_unheard
from tests.world.earning import end_month
from tests.world.people import click, open_budget, person, thing_of
from tests.world.stripes import Simulator

Play = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def alice(own_database: str, stripe: Simulator, settings: Any) -> User:
    """Who began to pay 30.00 by debit, of which we have heard."""
    settings.PAY_METHODS = ["card", "sepa_debit"]
    alice = person("alice")
    open_budget(alice, 1_000, paid=0)
    debit_unheard(stripe, alice, 3_000)
    hear(stripe)
    listen()
    return alice


@pytest.fixture
def gave(alice: User, stripe: Simulator) -> User:
    """It was paid, and she gave 10.00 of it to Bob and Carol last month."""
    stripe.settle_debit(intent())
    hear(stripe)
    listen()
    for maker in (person("bob"), person("carol")):
        click(alice, thing_of(maker, "song"))
    end_month()
    return alice


@pytest.fixture
def play(alice: User, stripe: Simulator, crash_everywhere: CrashEverywhere) -> Play:
    """Crash an act of Stripe's everywhere."""
    return lambda act: crash_everywhere(act, restore=as_it_is(stripe), seen=all_seen)


def intent() -> str:
    return Payment.objects.get().stripe_id or ""


def all_seen() -> dict[str, Any]:
    return {
        **seen(),
        "failed": [bool(one.failed_at) for one in Payment.objects.all()],
        "renewals": list(Renewal.objects.values_list("tries", "outcome")),
        "waits": [bool(one.due_at) for one in Renewal.objects.all()],
        "kept": list(Payer.objects.values_list("kind", flat=True)),
        "suspended": [bool(one.suspended_at) for one in Budget.objects.all()],
    }


def test_a_debit_that_is_paid_crashed_anywhere_is_credited_once(
    stripe: Simulator, play: Play
) -> None:
    stripe.settle_debit(intent())
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert (calm["means"], calm["to do"]) == (3_000, 0)
    assert calm["kept"] == ["sepa_debit"]


def test_a_debit_that_fails_crashed_anywhere_has_failed_once(
    stripe: Simulator, play: Play
) -> None:
    stripe.fail_debit(intent())
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert (calm["means"], calm["failed"], calm["to do"]) == (0, [True], 0)


def test_a_debit_that_the_bank_takes_back_crashed_anywhere_is_taken_once(
    gave: User, stripe: Simulator, play: Play
) -> None:
    """20.00 of her means and 10.00 of those she gave to; she is tried again once."""
    stripe.return_debit(intent())
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert calm["traced"] == [("means", 2_000), ("share", 500), ("share", 500)]
    assert calm["disputes"] == [(3_000, "lost")]
    assert calm["mails"].count("debit_failed") == 1
    assert (calm["renewals"], calm["waits"]) == ([(1, "")], [True])
    assert calm["suspended"] == [False]


def test_a_debit_that_its_payer_takes_back_crashed_anywhere_is_taken_once(
    gave: User, stripe: Simulator, play: Play
) -> None:
    """And the mandate that ended with it is forgotten once."""
    stripe.return_debit(intent(), "debit_not_authorized")
    hear(stripe)

    calm = play(listen)

    assert calm["in order"]
    assert calm["traced"] == [("means", 2_000), ("share", 500), ("share", 500)]
    assert calm["mails"].count("mandate_ended") == 1
    assert calm["kept"] == [""]
    assert calm["suspended"] == [True]


def test_a_mandate_that_is_revoked_crashed_anywhere_is_forgotten_once(
    gave: User, stripe: Simulator, play: Play
) -> None:
    stripe.revoke_mandate(Payer.objects.get().kept_id)
    hear(stripe)

    calm = play(listen)

    assert calm["to do"] == 0
    assert calm["kept"] == [""]
    assert calm["mails"].count("mandate_ended") == 1

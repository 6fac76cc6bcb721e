"""Bob's page stops saying that it is his, between the close and the payout."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Outbox, User
from buttons.models import Look, Proof, Thing
from buttons.proofs import settling
from buttons.proofs.settling import Finding
from flattr.database import clock
from payouts.earnings import monthly, reviewing
from payouts.earnings.requesting import request_payout
from payouts.models import Payout
from payouts.operations import due
from tests.world.earning import earn
from tests.world.people import person, thing_of, travel

BUTTON = "The page names bob."
GONE = Finding(None, "", "The page was read, and names nobody.")


@pytest.fixture
def bob(own_database: str) -> User:
    """Bob has earn enough that nothing looks wrong, partly with a proved page."""
    bob = person("bob")
    earn(bob, readers=9)
    return bob


def proved_page(owner: User) -> Look:
    page = thing_of(owner, "page", proved=False)
    look = Look.objects.create(thing=page, due_at=clock.now())
    settling.settle(look, Finding(owner, "button", BUTTON))
    return look


def test_a_lost_proof_holds_the_payout_from_the_start(bob: User) -> None:
    """Revenue from a page that lost its proof is held (T19)."""
    settling.settle(proved_page(bob), GONE)

    payout = request_payout(bob)

    assert payout.state == "held"
    [flag] = payout.flags
    assert flag == "lost the proof of https://creators.example/bob/page"


def test_a_proof_that_was_found_again_holds_nothing(bob: User) -> None:
    look = proved_page(bob)
    settling.settle(look, GONE)
    settling.settle(look, Finding(bob, "meta", BUTTON))

    assert request_payout(bob).state == "requested"


def test_a_payout_that_waits_is_held_when_a_proof_is_lost(bob: User) -> None:
    """T19: between asking and sending; once people have looked, it goes on."""
    look = proved_page(bob)
    payout = request_payout(bob)
    assert due.look_again() == ""
    settling.settle(look, GONE)

    assert due.look_again() == "held 1 payouts for a lost proof"
    assert due.look_again() == ""

    payout.refresh_from_db()
    assert payout.state == "held"
    assert "lost the proof" in payout.reason
    told = Outbox.objects.filter(person=bob, template__in=["payout", "proof_lost"])
    assert {mail.template for mail in told} == {"payout", "proof_lost"}
    reviewing.release(payout, person("ann", is_staff=True), "Bob moved his blog")
    assert due.look_again() == ""
    assert Payout.objects.get().state == "requested"


def test_proofs_are_looked_at_again_before_the_run(bob: User) -> None:
    look = proved_page(bob)
    other = proved_page(person("dora"))
    first = (clock.now() + timedelta(days=32)).replace(day=1)

    Look.objects.update(due_at=first + timedelta(days=20))
    travel(first.replace(day=6))
    assert monthly.look_again() == 0
    travel(first.replace(day=8))
    assert monthly.look_again() == 1
    assert monthly.look_again() == 0

    due_now = Look.objects.filter(due_at__lte=clock.now())
    assert [due.pk for due in due_now] == [look.pk]
    assert other.pk != look.pk


def test_what_the_operator_proved_is_never_lost(bob: User) -> None:
    assert Thing.objects.filter(owner=bob, proof="by the operator").exists()
    assert not Proof.objects.exists()

    assert request_payout(bob).state == "requested"

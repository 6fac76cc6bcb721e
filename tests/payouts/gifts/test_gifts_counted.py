"""Gifts where incomes are looked at, and where people leave."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.mail import composing
from accounts.models import Outbox, User
from buttons.models import Thing
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing, mailing, maturing
from payouts.earnings import flags, revenue, rings
from payouts.gifts import handing_over, offering
from payouts.leaving import departing, exporting
from payouts.ledger.posting import balance
from payouts.models import Ending, Gift, GiftState, Payment
from payouts.payments import paying_in
from payouts.years import creator_year
from tests.accounts.signing_in.visiting import sign_in
from tests.world.people import (
    click,
    execute,
    open_budget,
    pay_in,
    person,
    thing_of,
    travel,
)

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def alice(own_database: str) -> User:
    alice = person("alice")
    paying_in.pay_simulated(alice, 10_000)
    return alice


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


def give(reader: User, creator: User, amount: int, thing: Thing | None = None) -> Gift:
    """A gift whose hour is over."""
    gift = offering.give(reader, creator, amount, thing=thing)
    travel(clock.now() + timedelta(hours=1))
    handing_over.hand_over()
    gift.refresh_from_db()
    assert gift.state == GiftState.GIVEN
    return gift


# --- Who looks wrong


def test_money_that_goes_round_in_gifts_is_a_ring(alice: User, bob: User) -> None:
    """Whoever passes money round is seen, however it goes (T16)."""
    ring = [alice, bob, person("carol")]
    for giver, creator in zip(ring, [*ring[1:], alice], strict=True):
        if giver != alice:
            pay_in(giver, 1_000)
        give(giver, creator, 1_000)

    found = rings.ring(alice.pk, rings.gifts_in([clock.period()]))

    assert found == [one.pk for one in ring]


def test_a_gift_is_income_of_its_month(alice: User, bob: User) -> None:
    """One who gives nearly all of it is seen (T15)."""
    execute("UPDATE person SET date_joined = date_joined - interval '90 days'")
    give(alice, bob, 10_000)

    assert flags.check_income(bob, [clock.period()]) == [
        "more than half of the income is from fewer than 5 readers"
    ]


def test_a_month_that_a_gift_makes_unusual_is_seen(alice: User, bob: User) -> None:
    """T15: how fast money comes counts gifts as well."""
    for _ in range(3):
        give(alice, bob, 100)
        travel(months.end(clock.period()))
    give(alice, bob, 5_000)

    [told] = flags.check_velocity(bob, [clock.period()])

    assert told.endswith("brought 50.00, a usual month brings 1.00")


# --- What creators read


def test_a_close_tells_of_itself_alone(alice: User, bob: User) -> None:
    """The gift of the month is not in the mail about its close, nor twice in the year."""
    open_budget(alice, 1_000, paid=0)
    click(alice, thing_of(bob, "song"))
    give(alice, bob, 500)
    over = clock.period()
    travel(months.end(over))
    closing.close_month(over)
    mailing.write_mails(over)

    assert Outbox.objects.get(template="revenue").facts["amount"] == 1_000
    year = creator_year.creator_year(bob, over // 100)
    assert year.after.held == balance(chart.pending(bob)) == 1_500
    assert revenue.purse(bob).pending == 1_500


def test_what_a_creator_gives_is_not_on_its_way_to_them(alice: User, bob: User) -> None:
    offering.give(alice, bob, 500)
    assert balance(chart.transit(alice)) == 500
    assert revenue.purse(alice).transit == 0


def test_both_sides_read_that_a_gift_was_stopped(alice: User, bob: User) -> None:
    gift = offering.give(alice, bob, 500)
    execute("UPDATE person SET suspended_at = flattr_clock() WHERE id = %s", alice.pk)
    handing_over.hand_over()

    to_alice, to_bob = Outbox.objects.filter(template="gift_stopped").order_by("pk")
    assert (to_alice.person, to_bob.person) == (alice, bob)
    told = composing.message_of(to_alice)
    assert told.subject == "Your gift of €5.00 was stopped"
    assert "Your account is suspended until we have decided." in told.body
    assert f"/gifts/{gift.pk}" in told.body
    told = composing.message_of(to_bob)
    assert told.subject == "A gift of €5.00 to you was stopped"
    assert "alice" not in told.body


# --- A thing that was given to


def test_a_thing_that_was_given_to_stays(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")
    give(alice, bob, 500, thing=song)
    client = Client()
    sign_in(client, "bob", "correct horse")

    client.post(f"/things/{song.pk}/delete")

    assert Thing.objects.filter(pk=song.pk).exists()


# --- Leaving


def test_whoever_leaves_gives_nothing_any_more_and_gets_it_back(
    alice: User, bob: User
) -> None:
    gift = offering.give(alice, bob, 4_000)

    departing.close(alice, alice)

    gift.refresh_from_db()
    assert (gift.state, gift.ending) == (GiftState.VOID, Ending.READER_LEFT)
    assert Payment.objects.get().returned == 10_000
    assert balance(chart.means(alice)) == balance(chart.transit(alice)) == 0
    assert not Outbox.objects.filter(template="gift_stopped").exists()


def test_what_is_on_its_way_to_whoever_leaves_goes_back(alice: User, bob: User) -> None:
    gift = offering.give(alice, bob, 4_000)
    departing.close(bob, bob)
    handing_over.hand_over()

    gift.refresh_from_db()
    assert gift.ending == Ending.CREATOR_LEFT
    [told] = Outbox.objects.filter(template="gift_stopped")
    assert told.person == alice


def test_a_gift_outlives_both_people(alice: User, bob: User) -> None:
    """T47: their numbers stay, in the gift as in the ledger."""
    gift = give(alice, bob, 10_000)
    departing.close(alice, alice)
    travel(clock.now() + departing.WAIT + timedelta(minutes=1))
    departing.finish()
    alice.refresh_from_db()
    assert alice.erased_at is not None

    travel(clock.now() + timedelta(days=30))
    assert maturing.mature() == 1
    assert balance(chart.revenue(bob)) == 10_000
    assert Gift.objects.get(pk=gift.pk).reader == alice


# --- Taking one's data along


def table(somebody: User, name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(exporting.archive(somebody).read())) as archive:
        found: list[dict[str, Any]] = json.loads(archive.read(f"json/{name}.json"))
    return found


def test_each_side_takes_along_what_is_theirs(alice: User, bob: User) -> None:
    give(alice, bob, 500, thing=thing_of(bob, "song"))
    undone = offering.give(alice, bob, 300)

    given, reserved = table(alice, "gifts")
    assert (given["amount"], given["creator"], given["title"]) == (500, "bob", "Song")
    assert (reserved["id"], reserved["state"]) == (undone.pk, "reserved")
    [received] = table(bob, "gifts_to_you")
    assert received["amount"] == 500
    assert "alice" not in str(table(bob, "gifts_to_you") + table(bob, "ledger"))

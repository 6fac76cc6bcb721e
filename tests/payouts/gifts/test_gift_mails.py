"""Who is written to about a gift, when, and what is said of whom."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from accounts.mail import notices
from accounts.mail.composing import message_of
from accounts.models import Outbox, User
from flattr.database import clock
from payouts import chart
from payouts.gifts import handing_over, offering, taking_back
from payouts.models import Gift
from payouts.returns import tracing
from tests.world.gifts import give
from tests.world.people import person, reader_with_budget, thing_of

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def alice(own_database: str) -> User:
    return reader_with_budget("alice", amount=1_000, paid=3_000)


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


def mails(who: User) -> dict[str, str]:
    """What was written to somebody, by its kind."""
    return {
        one.template: str(message_of(one).body)
        for one in Outbox.objects.filter(person=who)
    }


def test_nobody_is_told_before_the_hour_is_over(alice: User, bob: User) -> None:
    taking_back.take_back(offering.give(alice, bob, 500))
    offering.give(alice, bob, 300)
    handing_over.hand_over()

    assert not mails(bob)
    assert not mails(alice), "she knows what she did"


def test_bob_learns_of_it_and_not_from_whom(alice: User, bob: User) -> None:
    give(alice, bob, 500, thing_of(bob, "song"))

    told = mails(bob)

    assert set(told) == {"gift_received"}
    assert "A reader gave you €5.00 once, for “Song”." in told["gift_received"]
    assert "alice" not in told["gift_received"]
    assert [one.words.text for one in notices.newest(bob)] == [
        "A reader gave you €5.00 once."
    ]
    given = mails(alice)
    assert set(given) == {"gift_given"}
    assert "Your gift of €5.00 to bob, for “Song”, was given." in given["gift_given"]


def test_who_shows_what_they_flattr_is_named(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(shows_flattrs=True)
    alice.refresh_from_db()

    give(alice, bob, 500)

    assert "alice gave you €5.00 once." in mails(bob)["gift_received"]


def test_each_has_a_switch(alice: User, bob: User, client: Client) -> None:
    User.objects.filter(pk=bob.pk).update(mail_gift=False)
    User.objects.filter(pk=alice.pk).update(mail_gift_given=False)
    alice.refresh_from_db()
    bob.refresh_from_db()

    give(alice, bob, 500)

    assert not Outbox.objects.filter(template__startswith="gift").exists()
    assert notices.newest(bob), "the page says it all the same"
    client.force_login(bob)
    page = client.get("/settings/mails").content.decode()
    assert "Somebody gave me something once" in page
    assert "Something that I gave once has arrived" in page


def test_a_gift_that_was_stopped_is_a_notice_on_both_sides(
    alice: User, bob: User
) -> None:
    gift = offering.give(alice, bob, 500)
    User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())
    handing_over.hand_over()

    [alices], [bobs] = notices.newest(alice), notices.newest(bob)

    assert alices.words.text == (
        "Your gift of €5.00 was stopped. We suspended whom you gave it to."
    )
    assert alices.words.url == f"/gifts/{gift.pk}"
    assert bobs.words.text.startswith("A gift of €5.00 to you was stopped.")
    assert "alice" not in bobs.words.text


def test_alice_is_told_what_a_payment_that_went_back_took_of_a_gift(
    alice: User, bob: User
) -> None:
    give(alice, bob, 500)

    with transaction.atomic():
        tracing.deduct("refund:re_1", alice, {chart.STRIPE_CLEARING: 2_700})

    told = mails(alice)["gift_refunded"]
    assert "so €2.00 of a gift of €5.00 was taken back from whom you gave it to" in told
    assert Gift.objects.get().amount == 500

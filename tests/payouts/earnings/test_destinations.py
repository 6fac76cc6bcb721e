"""Bob says which bank account his payouts go to, and learns of every change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.mail.composing import links_of, message_of
from accounts.models import Audit, Outbox, User
from flattr.database import clock
from payouts.earnings import destinations
from payouts.earnings.destinations import BadIban, NotCancelled
from payouts.models import Destination, Payout
from tests.world.browsing import signed_in
from tests.world.earning import IBAN, OTHER_IBAN, add_destination, earn
from tests.world.people import execute, person, travel

PAGE = "/payouts/destination"


# --- The number


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("DE89 3704 0044 0532 0130 01", "check digits"),
        ("DE89 3704 0044 0532 0130", "too short|check digits"),
        ("DE89 3704 0044 0532 0130 000", "too short|check digits"),
        ("", "two letters"),
        ("my bank", "two letters|check digits"),
        ("ZZ89 3704 0044 0532 0130 00", "two letters|check digits"),
        ("DE89\u200b3704 0044 0532 0130 00", "two letters|check digits"),
    ],
)
def test_a_wrong_iban_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(BadIban, match=why):
        destinations.read_iban(typed)


@pytest.mark.parametrize(
    "typed", ["gb29 nwbk 6016 1331 9268 19", "NO93 8601 1117 947", OTHER_IBAN]
)
def test_ibans_of_other_countries_are_taken(typed: str) -> None:
    assert destinations.read_iban(typed) == typed.replace(" ", "").upper()


# --- What is stored


@pytest.mark.django_db
def test_the_iban_is_nowhere_to_be_read(bob: User) -> None:
    """Encrypted at rest: no column holds the number, and pages show four digits."""
    destination = destinations.change(None, bob, "Bob", IBAN)

    rows = str(execute("SELECT d::text, d.iban FROM destination d"))
    assert IBAN not in rows
    assert IBAN.encode().hex() not in rows
    assert IBAN not in str(Audit.objects.values_list("before", "after"))
    assert IBAN not in str(Outbox.objects.values_list("facts"))
    assert str(destination) == "DE…3000"
    destination.refresh_from_db()
    assert destinations.reveal(destination) == IBAN


@pytest.mark.django_db
def test_a_change_is_mailed_and_waits_seven_days(bob: User) -> None:
    """A5: the first one too."""
    destination = destinations.change(None, bob, "Bob", IBAN)

    assert destination.usable_at - destination.made_at == timedelta(days=7)
    mail = Outbox.objects.get(template="destination")
    assert mail.person == bob
    assert "/payouts/destination/cancel/" in links_of(mail)["cancel_url"]
    token = links_of(mail)["cancel_url"].rpartition("/")[2].partition(":")[0]
    assert f"/payouts/destination/cancel/{token}:" in str(message_of(mail).body)
    assert f"{token}:" not in str(mail.facts), "whoever reads a dump takes nothing back"
    assert Audit.objects.get().action == "destination_changed"


@pytest.mark.django_db
def test_the_same_account_again_changes_nothing(bob: User) -> None:
    first = destinations.change(None, bob, "Bob", IBAN)

    assert destinations.change(None, bob, "Bob", IBAN.lower()) == first
    assert Destination.objects.count() == Outbox.objects.count() == 1


# --- The cancel link


def test_the_link_in_the_mail_takes_the_change_back(own_database: str) -> None:
    """A5: works signed out; GET only asks (mail scanners follow links)."""
    bob = person("bob")
    before = add_destination(bob)
    destinations.change(None, bob, "Mallory", OTHER_IBAN)
    mail = Outbox.objects.filter(template="destination").latest("id")
    link = links_of(mail)["cancel_url"].removeprefix(settings.SITE_URL)
    client = Client()

    for _ in range(3):
        assert "Undo it" in client.get(link).content.decode()
    assert destinations.current(bob) != before

    assert client.post(link).status_code == 200
    assert destinations.current(bob) == before
    assert client.post(link).status_code == 400
    assert [row.action for row in Audit.objects.order_by("id")][-1] == (
        "destination_cancelled"
    )


def test_after_seven_days_it_is_too_late_to_take_back(own_database: str) -> None:
    bob = person("bob")
    destination = add_destination(bob)

    with pytest.raises(NotCancelled):
        destinations.cancel(None, destination)


@pytest.mark.django_db
def test_a_made_up_link_takes_nothing_back(bob: User) -> None:
    destination = destinations.change(None, bob, "Bob", IBAN)
    client = Client()

    for token in (
        str(destination.pk),
        "x",
        destinations.cancel_url(destination)[-40:-2],
    ):
        page = client.post(reverse("payouts:cancel_destination", args=[token]))
        assert page.status_code == 400
    assert destinations.current(bob) == destination


# --- The pages


@pytest.mark.django_db
@pytest.mark.parametrize("address", [PAGE, "/payouts/request"])
def test_a_login_older_than_ten_minutes_is_asked_for_again(
    bob: User, address: str
) -> None:
    """A3: a session that somebody stole cannot move the money."""
    answer = signed_in(bob, minutes_ago=11).post(
        address, {"holder": "Mallory", "iban": IBAN}
    )

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not Destination.objects.exists()


@pytest.mark.django_db
def test_signed_out_nobody_sees_payouts() -> None:
    client = Client()
    for address in ("/payouts", PAGE):
        assert client.get(address).status_code == 302
    assert client.post("/payouts/request").status_code == 302


@pytest.mark.django_db
def test_bob_types_a_wrong_number_and_keeps_what_he_typed(bob: User) -> None:
    client = signed_in(bob)

    page = client.post(PAGE, {"holder": "Bob Maker", "iban": "DE00 1234"})
    assert page.status_code == 400
    assert 'value="DE00 1234"' in page.content.decode()
    assert 'value="Bob Maker"' in page.content.decode()
    assert not Destination.objects.exists()

    page = client.post(PAGE, {"holder": "Bob Maker", "iban": IBAN}, follow=True)
    assert "DE…3000" in page.content.decode()
    assert IBAN not in page.content.decode()


def test_bob_sees_what_is_held_matured_and_paid_and_asks_for_it(
    own_database: str,
) -> None:
    bob = person("bob")
    earn(bob, readers=9)
    client = signed_in(bob)

    page = client.get("/payouts").content.decode()
    assert "Ask for €90.00" in page

    page = client.post("/payouts/request", follow=True).content.decode()
    assert "Requested. We review it" in page
    assert "requested, we review it" in page
    assert "A payout is on its way" in page
    assert Payout.objects.get().creator == bob

    page = client.post("/payouts/request", follow=True).content.decode()
    assert "A payout is on its way" in page
    assert Payout.objects.count() == 1


def test_the_page_makes_as_many_queries_for_a_long_history(
    own_database: str, django_assert_max_num_queries: Any
) -> None:
    bob = person("bob")
    destination = add_destination(bob)
    for _ in range(30):
        Payout.objects.create(
            creator=bob,
            destination=destination,
            amount=1_000,
            currency="EUR",
            state="rejected",
            requested_at=clock.now(),
        )
    client = signed_in(bob)
    travel(clock.now())

    with django_assert_max_num_queries(20):
        page = client.get("/payouts")

    assert page.content.decode().count("not paid, the money is yours again") == 30

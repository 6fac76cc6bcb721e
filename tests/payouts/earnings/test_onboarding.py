"""Bob tells Stripe who he is, and from then on payouts go through it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.core import mail as sent
from django.test import Client
from django.utils import timezone

from accounts.mail import outbox
from accounts.models import Audit, FormerAddress, Outbox, User
from flattr.database import clock
from payouts.earnings import destinations, onboarding, requesting, standing
from payouts.earnings.onboarding import NotOpened, NotYours
from payouts.earnings.requesting import NoPayout
from payouts.gateway import transfers
from payouts.models import Destination, Payout, StripeAccount
from tests.world.browsing import signed_in
from tests.world.earning import (
    IBAN,
    OTHER_IBAN,
    add_destination,
    give_revenue,
    onboard,
)
from tests.world.people import person, travel
from tests.world.stripes import Simulator

COUNTRY = {"country": "DE"}


def way_back(stripe: Simulator) -> str:
    """Where Stripe sends Bob when he is done, as we asked it to."""
    (asked, *_) = stripe.calls("POST", "/v1/account_links")
    (url,) = parse_qs(asked.form)["return_url"]
    return url.removeprefix(settings.SITE_URL)


# --- The way there and back


def test_bob_is_sent_to_stripe_and_comes_back_paid_through_it(
    own_database: str, stripe: Simulator
) -> None:
    bob = person("bob")
    client = signed_in(bob)

    page = client.get("/payouts/destination")
    assert "Through Stripe" in page.content.decode()
    assert "Germany" in page.content.decode()
    to_stripe = client.post("/payouts/stripe", COUNTRY)
    assert to_stripe.status_code == 302
    assert to_stripe["Location"].startswith(stripe.url)

    account = StripeAccount.objects.get(creator=bob)
    stripe.onboard(account.stripe_id, OTHER_IBAN, "Bob Maker")
    page = client.get(way_back(stripe), follow=True)

    assert "Stripe has all it needs" in page.content.decode()
    destination = destinations.current(bob)
    assert destination is not None
    assert destination.stripe_id == account.stripe_id
    assert (destination.country, destination.last4) == ("NL", "4300")
    assert destination.usable_at - destination.made_at == timedelta(days=7)
    assert "through Stripe." in page.content.decode()
    assert "This bank account is new" in page.content.decode()
    assert Outbox.objects.get(template="destination").facts["by_stripe"] is True


def test_what_is_missing_is_said_in_plain_words(
    own_database: str, stripe: Simulator
) -> None:
    bob = person("bob")
    client = signed_in(bob)
    client.post("/payouts/stripe", COUNTRY)

    page = client.get(way_back(stripe), follow=True).content.decode()

    for said in ("your bank account", "your date of birth", "your name"):
        assert f"<li>{said}</li>" in page
    assert "individual" not in page
    assert "Continue at Stripe" in page
    assert destinations.current(bob) is None

    client.post("/payouts/stripe")
    assert len(stripe.calls("POST", "/v1/account_links")) == 2
    assert len(stripe.calls("POST", "/v1/accounts")) == 1


def test_the_way_back_is_for_nobody_else(own_database: str, stripe: Simulator) -> None:
    """T49: the account comes from our database, never from the address."""
    bob, mallory = person("bob"), person("mallory")
    signed_in(bob).post("/payouts/stripe", COUNTRY)
    account = StripeAccount.objects.get(creator=bob)
    back = way_back(stripe)
    assert account.stripe_id not in back
    stripe.onboard(account.stripe_id)

    page = signed_in(mallory).get(back, follow=True).content.decode()
    assert "not yours" in page
    made_up = signed_in(bob).get(back[:-3] + "xyz", follow=True).content.decode()
    assert "not complete" in made_up
    assert not Destination.objects.exists()
    assert not StripeAccount.objects.filter(creator=mallory).exists()


def test_a_way_back_of_yesterday_is_too_late(
    own_database: str, stripe: Simulator, time_machine: Any
) -> None:
    bob = person("bob")
    signed_in(bob).post("/payouts/stripe", COUNTRY)
    state = way_back(stripe).split("/")[-1]

    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    with pytest.raises(NotYours):
        onboarding.came_back(None, bob, state)


@pytest.mark.parametrize("act", ["stripe", "stripe/dashboard", "stripe/choose"])
def test_a_login_older_than_ten_minutes_is_asked_for_again(
    own_database: str, stripe: Simulator, act: str
) -> None:
    """A3: a session that somebody stole gets nowhere near the money."""
    bob = person("bob")
    answer = signed_in(bob, minutes_ago=11).post(f"/payouts/{act}", COUNTRY)

    assert "/account/reauthenticate/" in answer["Location"]
    assert not stripe.calls("POST", "/v1/accounts")
    assert Client().post(f"/payouts/{act}", COUNTRY).status_code == 302


def test_forms_lead_to_stripe_and_nowhere_else(own_database: str) -> None:
    client = signed_in(person("bob"))

    for page in ("/payouts", "/payouts/destination", "/account/reauthenticate/"):
        policy = client.get(page)["Content-Security-Policy"]
        allowed = policy.split("form-action ")[1].split(";")[0].split()
        assert allowed[0] == "'self'", page
        assert len(allowed) > 1, page
    policy = client.get("/revenue")["Content-Security-Policy"]
    assert "form-action 'self'" in policy.split("; ")


def test_without_a_country_nothing_is_opened(
    own_database: str, stripe: Simulator
) -> None:
    client = signed_in(person("bob"))

    for typed in ({}, {"country": ""}, {"country": "XX"}):
        page = client.post("/payouts/stripe", typed, follow=True).content.decode()
        assert "choose the country" in page
    assert not stripe.calls("POST", "/v1/accounts")


def test_a_country_may_be_changed_until_stripe_knows_all(
    own_database: str, stripe: Simulator
) -> None:
    bob = person("bob")
    first = onboarding.begin(bob, bob, "DE").stripe_id
    second = onboarding.begin(bob, bob, "NL").stripe_id
    third = onboarding.begin(bob, bob, "DE").stripe_id

    assert len({first, second, third}) == 3
    assert StripeAccount.objects.get().stripe_id == third
    stripe.onboard(third)
    onboarding.refresh(third)
    assert onboarding.begin(bob, bob, "NL").stripe_id == third
    assert onboarding.refresh(first) is None


def test_asked_twice_one_account_is_opened(
    own_database: str, stripe: Simulator
) -> None:
    """A crash between Stripe's answer and ours leaves no second account behind."""
    bob = person("bob")
    lost = transfers.make_account(bob.pk, bob.email, "DE")

    assert onboarding.begin(bob, bob, "DE").stripe_id == lost
    assert onboarding.begin(bob, bob, "DE").stripe_id == lost


def test_when_stripe_does_not_answer_bob_is_told(
    own_database: str, stripe: Simulator
) -> None:
    client = signed_in(person("bob"))
    stripe.chaos("error_before", path="/v1/accounts")

    page = client.post("/payouts/stripe", COUNTRY, follow=True).content.decode()

    assert "Stripe is not answering right now" in page
    assert not StripeAccount.objects.exists()


def test_a_refusal_of_stripes_is_told(own_database: str, stripe: Simulator) -> None:
    bob = person("bob")
    account = onboarding.begin(bob, bob, "DE")
    transfers.forget_account(account.stripe_id)

    with pytest.raises(NotOpened):
        onboarding.url_of(account)
    onboarding.refresh(account.stripe_id)
    account.refresh_from_db()
    client = signed_in(bob)
    page = client.get("/payouts").content.decode()
    assert "no longer exists, or is not open to us. Please start there again" in page
    assert "Continue at Stripe" in page
    assert client.post("/payouts/stripe").status_code == 302
    assert StripeAccount.objects.get().stripe_id != account.stripe_id
    assert onboarding.begin(bob, bob, "DE").stripe_id != account.stripe_id


def test_the_way_to_the_dashboard_is_stripes(
    own_database: str, stripe: Simulator
) -> None:
    bob = person("bob")
    client = signed_in(bob)
    page = client.post("/payouts/stripe/dashboard", follow=True).content.decode()
    assert "no account at Stripe yet" in page

    onboard(stripe, bob)
    answer = client.post("/payouts/stripe/dashboard")
    assert answer["Location"].startswith(stripe.url)
    page = client.get("/payouts/stripe/again", follow=True).content.decode()
    assert "has expired" in page


# --- The bank account behind it


def test_another_bank_account_at_stripe_is_mailed_and_waits(
    own_database: str, stripe: Simulator
) -> None:
    """A5, T37: to the old address and the new one; told once however often fetched."""
    bob = person("bob")
    before = onboard(stripe, bob)
    FormerAddress.objects.create(person=bob, email="old@people.example")
    stripe.change_bank(before.stripe_id, OTHER_IBAN)
    sent.outbox.clear()
    Outbox.objects.all().delete()

    for _ in range(3):
        onboarding.refresh(before.stripe_id)
    outbox.send_due()

    after = destinations.current(bob)
    assert after is not None
    assert (after.last4, after.stripe_id) == ("4300", before.stripe_id)
    assert after.usable_at > clock.now() + timedelta(days=6)
    assert sorted(message.to[0] for message in sent.outbox) == [
        "bob@people.example",
        "old@people.example",
    ]
    assert Destination.objects.count() == 2
    give_revenue(bob, 5_000)
    with pytest.raises(NoPayout, match="new bank account"):
        requesting.request_payout(bob)


def test_a_change_taken_back_keeps_payouts_from_going_there(
    own_database: str, stripe: Simulator
) -> None:
    """A5: Stripe still has the other account, so nothing is paid through it until
    Bob says which is right."""
    bob = person("bob")
    before = onboard(stripe, bob)
    give_revenue(bob, 5_000)
    stripe.change_bank(before.stripe_id, OTHER_IBAN)
    onboarding.refresh(before.stripe_id)
    changed = destinations.current(bob)
    assert changed is not None
    link = destinations.cancel_url(changed).removeprefix(settings.SITE_URL)

    page = Client().post(link).content.decode()
    assert "Stripe still has that account" in page
    travel(clock.now() + timedelta(days=8))
    onboarding.refresh(before.stripe_id)

    assert destinations.current(bob) == before
    with pytest.raises(NoPayout, match="the change was undone"):
        requesting.request_payout(bob)
    assert not Payout.objects.exists()

    signed_in(bob).post("/payouts/stripe/choose")
    chosen = destinations.current(bob)
    assert chosen is not None
    assert chosen.last4 == "4300"
    travel(clock.now() + timedelta(days=8))
    assert requesting.request_payout(bob).destination == chosen


def test_whoever_is_paid_by_hand_stays_so_until_they_choose(
    own_database: str, stripe: Simulator
) -> None:
    bob = person("bob")
    at_stripe = onboard(stripe, bob)
    by_hand = add_destination(bob, IBAN)
    stripe.change_bank(at_stripe.stripe_id, OTHER_IBAN)

    onboarding.refresh(at_stripe.stripe_id)
    assert destinations.current(bob) == by_hand

    page = signed_in(bob).post("/payouts/stripe/choose", follow=True).content.decode()
    assert "Payouts go through Stripe to NL…4300" in page
    chosen = destinations.current(bob)
    assert chosen is not None
    assert chosen.stripe_id == at_stripe.stripe_id
    assert [row.action for row in Audit.objects.order_by("id")].count(
        "destination_changed"
    ) == 3


def test_an_answer_that_came_late_changes_nothing(
    own_database: str, stripe: Simulator
) -> None:
    """Of two that look at once the one that asked later counts."""
    bob = person("bob")
    before = onboard(stripe, bob)
    asked_at = StripeAccount.objects.get().fetched_at
    assert asked_at is not None
    old = transfers.account(before.stripe_id)
    stripe.change_bank(before.stripe_id, OTHER_IBAN)
    onboarding.refresh(before.stripe_id)

    onboarding._store(before.stripe_id, old, asked_at, None)

    assert Destination.objects.count() == 2
    current = destinations.current(bob)
    assert current is not None
    assert current.last4 == "4300"


def test_two_creators_with_one_account_at_stripe_are_seen(
    own_database: str, stripe: Simulator
) -> None:
    """Staff see that both are paid to one account (T17)."""
    bob, carol = person("bob"), person("carol")
    onboard(stripe, bob, IBAN)
    shared = onboard(stripe, carol, IBAN)

    assert destinations.shared_with(shared) == [bob]


# --- When Stripe wants more


def test_stripe_wants_more_and_bob_is_told_once(
    own_database: str, stripe: Simulator
) -> None:
    """A payout waits while Stripe cannot pay, and Bob gets one mail (W3)."""
    bob = person("bob")
    destination = onboard(stripe, bob)
    give_revenue(bob, 5_000)
    stripe.restrict(destination.stripe_id)

    for _ in range(2):
        with pytest.raises(NoPayout, match="a picture of your passport"):
            requesting.request_payout(bob)

    written = Outbox.objects.get(template="stripe_asks")
    assert written.facts["missing"] == ["a picture of your passport or identity card"]
    outbox.send_due()
    assert "picture of your passport" in str(sent.outbox[-1].body)
    page = signed_in(bob).get("/payouts").content.decode()
    assert "<li>a picture of your passport or identity card</li>" in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("rejected.fraud", "has closed your account"),
        ("under_review", "is reviewing your account"),
        ("requirements.pending_verification", "is checking what you told it"),
        ("something.new", "is checking what you told it"),
    ],
)
def test_why_stripe_does_not_pay_is_said(
    own_database: str, stripe: Simulator, reason: str, said: str
) -> None:
    bob = person("bob")
    destination = onboard(stripe, bob)
    stripe.restrict(destination.stripe_id, [], reason)
    account = onboarding.refresh(destination.stripe_id)

    assert account is not None
    assert said in standing.in_words(account)
    assert said in signed_in(bob).get("/payouts").content.decode()


def test_bob_learns_that_his_bank_took_nothing(
    own_database: str, stripe: Simulator
) -> None:
    bob = person("bob")
    destination = onboard(stripe, bob)

    for _ in range(2):
        onboarding.bank_refused(destination.stripe_id, "po_1")

    assert Outbox.objects.filter(template="bank_refused").count() == 1
    outbox.send_due()
    assert any("waits for you at Stripe" in str(one.body) for one in sent.outbox)


@pytest.mark.django_db
def test_nobodys_account_is_nobodys(bob: User) -> None:
    assert onboarding.refresh("acct_unknown") is None
    assert onboarding.bank_refused("acct_unknown", "po_1") is None

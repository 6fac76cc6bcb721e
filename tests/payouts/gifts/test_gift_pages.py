"""Alice gives Bob something once, on pages: what they say, and what they refuse."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.mail.composing import message_of
from accounts.models import Outbox, User
from buttons.models import Thing
from flattr.database import clock
from payouts.gifts import handing_over
from payouts.models import Ending, Gift, GiftState, Payer, Payment
from tests.questions import Questions
from tests.world.people import (
    click,
    person,
    reader_with_budget,
    thing_of,
    travel,
)
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")

AGAIN = "This form was sent before"


@pytest.fixture
def alice(own_database: str, client: Client) -> User:
    """A reader whose budget of 10.00 leaves 20.00 free, signed in."""
    reader = reader_with_budget("alice", amount=1_000, paid=3_000)
    client.force_login(reader)
    return reader


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def read(browser: Client, path: str) -> str:
    """The page without its tags, each text after one blank."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return plain(answer)


def plain(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", "", answer.content.decode())
    return " ".join(text.split())


def form_of(browser: Client, path: str) -> dict[str, str]:
    found = re.search(
        r'name="intent" value="([^"]+)"', browser.get(path).content.decode()
    )
    assert found, path
    return {"intent": found[1]}


def send(browser: Client, path: str, form: dict[str, str]) -> Any:
    """Send a form, not before anybody could have read it."""
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        return browser.post(path, form)


def give(browser: Client, path: str, **typed: str) -> Any:
    return send(browser, path, {**form_of(browser, path), **typed})


def later(by: timedelta) -> None:
    travel(clock.now() + by)


def test_alice_gives_five_from_her_account(
    alice: User, song: Thing, client: Client
) -> None:
    page = read(client, f"/give/bob?thing={song.pk}")
    assert "Give once to bob" in page
    assert "For “Song”. A gift is beside your monthly budget" in page
    assert "All €5.00 arrive. It is paid from your account." in page
    assert "€20.00 is free in your account, beside your budget." in page
    assert "You can give up to €100.00 a month." in page
    assert "You can take it back for an hour." not in page, "more could be paid by card"

    answer = give(client, f"/give/bob?thing={song.pk}", choice="500")

    [gift] = Gift.objects.all()
    assert (answer.status_code, answer.url) == (303, f"/gifts/{gift.pk}")
    assert (gift.amount, gift.thing, gift.state) == (500, song, GiftState.RESERVED)
    page = read(client, answer.url)
    assert "€5.00 goes to bob" in page
    assert re.search(r"You can take it back until \d\d:\d\d UTC", page)
    assert "Back to “Song”" in page


def test_a_form_sent_twice_gives_once(alice: User, bob: User, client: Client) -> None:
    form = {**form_of(client, "/give/bob"), "choice": "200"}

    first, second = send(client, "/give/bob", form), send(client, "/give/bob", form)

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Gift.objects.count() == 1


def test_a_click_meant_for_another_window_gives_nothing(
    alice: User, bob: User, client: Client
) -> None:
    form = {**form_of(client, "/give/bob"), "amount": "7.50", "choice": "other"}

    answer = client.post("/give/bob", form)

    assert answer.status_code == 409
    assert "quicker than anybody reads" in plain(answer)
    assert 'value="7.50"' in answer.content.decode(), "what was typed stays"
    assert not Gift.objects.exists()


def test_a_form_works_for_whom_and_what_it_was_made(
    alice: User, song: Thing, client: Client
) -> None:
    person("carol")
    form = {**form_of(client, "/give/bob"), "choice": "200"}

    for path in ("/give/carol", f"/give/bob?thing={song.pk}"):
        assert send(client, path, form).status_code == 409
    assert send(client, "/give/bob", {"choice": "200"}).status_code == 400
    client.force_login(User.objects.get(username="carol"))
    answer = send(client, "/give/bob", form)

    assert "You are signed in as carol now." in plain(answer)
    assert not Gift.objects.exists()


def test_alice_takes_it_back_and_gives_again(
    alice: User, bob: User, client: Client
) -> None:
    there = give(client, "/give/bob", choice="500").url
    assert "Take it back until" in read(client, "/gifts")

    answer = client.post(f"{there}/take-back", follow=True)

    assert "You took it back. Nothing was given." in plain(answer)
    page = read(client, there)
    assert "€5.00 for bob: not given" in page
    assert "you took it back. The money is in your account again." in page
    assert "Give once more" in page
    assert Gift.objects.get().ending == Ending.TAKEN_BACK
    give(client, "/give/bob", choice="200")
    assert "€98.00 more" in read(client, "/give/bob")


def test_after_an_hour_it_is_bobs(alice: User, bob: User, client: Client) -> None:
    there = give(client, "/give/bob", choice="500").url
    later(timedelta(hours=1, minutes=1))
    page = read(client, there)
    assert "It is being handed over, which takes a few minutes." in page
    assert "Take it back" not in page
    handing_over.hand_over()

    page = read(client, there)

    assert "bob got €5.00 from you" in page
    assert "It was given on" in page
    said = plain(client.post(f"{there}/take-back", follow=True))
    assert "This gift is given already" in said
    assert "given on" in read(client, "/gifts")


def test_what_is_typed_is_kept_when_it_is_refused(
    alice: User, bob: User, client: Client
) -> None:
    for typed, sentence in (
        ("0.99", "The least is €1.00."),
        ("100.01", "The most is €100.00."),
        ("much", "This is not an amount in EUR."),
        ("", "Please enter an amount, like 5.00."),
    ):
        answer = give(client, "/give/bob", choice="other", amount=typed)

        assert answer.status_code == 200
        assert sentence in plain(answer)
        assert not typed or f'value="{typed}"' in answer.content.decode()
    assert not Gift.objects.exists()


def test_a_hundred_a_month_and_no_more(alice: User, bob: User, client: Client) -> None:
    for amount in ("1000", "200"):
        give(client, "/give/bob", choice=amount)
    page = read(client, "/give/bob")
    assert "You can give €88.00 more" in page
    assert "€1.00 to €88.00" in page


def test_there_is_nothing_to_choose_where_nothing_can_be_given(
    alice: User, bob: User, client: Client
) -> None:
    own = client.get("/give/alice")
    assert (own.status_code, "You cannot give to yourself." in plain(own)) == (
        403,
        True,
    )
    User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())
    gone = client.get("/give/bob")
    assert gone.status_code == 404
    assert "Give it" not in plain(gone)
    assert client.get("/give/nobody").status_code == 404
    thing = thing_of(person("carol"), "essay", proved=False)
    waits = client.get(f"/give/carol?thing={thing.pk}")
    assert (waits.status_code, "It is not proved yet" in plain(waits)) == (403, True)
    assert client.get(f"/give/alice?thing={thing.pk}").status_code == 404
    assert client.get("/give/carol?thing=x").status_code == 404


def test_gifts_are_their_readers_alone(alice: User, bob: User, client: Client) -> None:
    there = give(client, "/give/bob", choice="500").url
    client.force_login(bob)

    for path in (there, f"{there}/take-back", f"{there}/pay"):
        answer = client.get(path) if path == there else client.post(path)
        assert answer.status_code == 404
    assert "You have given nothing once yet." in read(client, "/gifts")
    client.logout()
    assert (
        client.get("/give/bob?thing=1").headers["Location"]
        == "/account/login/?next=/give/bob%3Fthing%3D1"
    )


def test_the_page_of_all_gifts_asks_as_much_for_many(
    alice: User, bob: User, client: Client
) -> None:
    give(client, "/give/bob", choice="200")
    with Questions() as few:
        client.get("/gifts")
    for _ in range(4):
        give(client, "/give/bob", choice="200")

    with Questions() as many:
        client.get("/gifts")

    assert many.count == few.count <= 8


# --- The way to it

GIVE = 'class="button quiet" href="/give/bob'


def test_it_is_a_quiet_button_beside_the_flattr(
    alice: User, bob: User, song: Thing, client: Client
) -> None:
    profile = client.get("/@bob").content.decode()
    assert f'{GIVE}"' in profile
    page = client.get(f"/thing/{song.pk}").content.decode()
    assert f'{GIVE}?thing={song.pk}"' in page
    click(alice, song)
    done = client.get(f"/flattr/done/{song.pk}").content.decode()
    assert f'class="link" href="/give/bob?thing={song.pk}"' in done


def test_there_is_no_way_where_nothing_can_be_given(
    alice: User, bob: User, client: Client
) -> None:
    waits = thing_of(bob, "essay", proved=False)
    assert "/give/" not in client.get(f"/thing/{waits.pk}").content.decode()
    assert "/give/" not in client.get("/@alice").content.decode(), "her own"
    User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())
    assert "/give/" not in client.get("/@bob").content.decode()


# --- By card, in the same step


@pytest.fixture
def zoe(stripe: Simulator, client: Client) -> User:
    """Who has nothing in her account and no budget, signed in."""
    reader = person("zoe")
    client.force_login(reader)
    return reader


def test_zoe_pays_in_the_same_step(
    stripe: Simulator, zoe: User, song: Thing, client: Client
) -> None:
    path = f"/give/bob?thing={song.pk}"
    page = read(client, path)
    assert "Your account has nothing in it beside your budget." in page
    assert "You pay €5.00 on Stripe’s page." in page
    assert "pays what that costs (about €0.33 by card" in page
    assert "nothing of how you paid is saved" in page

    answer = give(client, path, choice="500")

    assert answer.status_code == 303
    assert answer.url.startswith(stripe.url)
    payment, gift = Payment.objects.get(), Gift.objects.get()
    there = f"/gifts/{gift.pk}"
    page = read(client, there)
    assert "€5.00 for bob waits for your payment" in page
    assert client.post(f"{there}/pay").headers["Location"].startswith(stripe.url), (
        "back to Stripe"
    )

    assert payment.session_id
    stripe.complete(payment.session_id)
    page = read(client, there)

    assert "€5.00 goes to bob" in page
    assert "Take it back" not in page
    assert not Payer.objects.get(reader=zoe).kept, "it was given once"
    told = message_of(Outbox.objects.get(template="paid_in"))
    assert "€5.00 arrived, for your gift." in told.body
    assert "for a gift" in read(client, "/pay")
    assert "The gift that it is for" in read(client, f"/pay/{payment.pk}")
    assert "Back to “Song”" in page
    handing_over.hand_over()
    assert "bob got €5.00 from you" in read(client, there)
    assert client.post(f"{there}/pay").headers["Location"] == there


def test_one_euro_by_card_is_a_payment_of_two(
    stripe: Simulator, zoe: User, bob: User, client: Client
) -> None:
    give(client, "/give/bob", choice="other", amount="1")

    assert Payment.objects.get().amount == 200
    assert Gift.objects.get().amount == 100


def test_zoe_thinks_better_of_it(
    stripe: Simulator, zoe: User, bob: User, client: Client
) -> None:
    give(client, "/give/bob", choice="500")
    gift = Gift.objects.get()

    said = plain(client.post(f"/gifts/{gift.pk}/take-back", follow=True))

    assert "You took it back. Nothing was given." in said
    assert "€5.00 for bob: not given" in said
    assert "in your account again" not in said


def test_while_stripe_is_silent_nothing_is_begun(
    stripe: Simulator, zoe: User, bob: User, client: Client
) -> None:
    stripe.chaos("error_before", path="/v1/checkout/sessions")

    answer = give(client, "/give/bob", choice="500")

    assert answer.status_code == 503
    assert "Nothing was charged." in plain(answer)
    assert Gift.objects.get().state == GiftState.VOID
    assert Payment.objects.get().failed_at

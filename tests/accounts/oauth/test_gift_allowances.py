"""What an app may give once for a reader: said with the consent, kept to the cent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.models.oauth import AccessToken, Allowance, Application
from accounts.oauth import allowances, apps, tokens
from accounts.oauth.tokens import Access
from tests.accounts.oauth.apps import app_of, ask, consent_of, token_for
from tests.accounts.signing_in.visiting import sign_in
from tests.world.people import person

NOVEMBER = 202611
DECEMBER = 202612


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client()
    sign_in(client, "alice", "correct horse")
    return client


@pytest.fixture
def app(bob: User) -> Application:
    return app_of(bob)


def decide(browser: Client, page: Any, **typed: str) -> Any:
    form = {"consent": consent_of(page), "yes": "1", **typed}
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        return browser.post("/oauth/authorize", form)


def token_of(reader: User, app: Application) -> AccessToken:
    raw = tokens.make(reader, "", ["gift"])
    AccessToken.objects.update(application=app)
    found = tokens.find(raw)
    assert found
    return found


@pytest.mark.django_db
def test_alice_says_with_her_yes_how_much_an_app_may_give(
    alices: Client, app: Application
) -> None:
    page = ask(alices, app, scope="gift")
    text = page.content.decode()
    assert "Give creators money once, from what is free in your account" in text
    assert 'name="gift_most" value="10.00"' in text

    answer = decide(alices, page, gift_most="7,50")

    assert answer.status_code == 302
    assert Allowance.objects.get().gift_most == 750
    again = ask(alices, app, scope="gift").content.decode()
    assert 'name="gift_most" value="7.50"' in again, "what she allowed already"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "much", "-1", "100.01"])
def test_what_is_no_amount_is_asked_again_and_kept(
    alices: Client, app: Application, typed: str
) -> None:
    page = ask(alices, app, scope="gift flattr")

    answer = decide(alices, page, gift_most=typed)

    assert answer.status_code == 409
    assert f'name="gift_most" value="{typed}"' in answer.content.decode() or not typed
    assert not Allowance.objects.exists()
    assert not AccessToken.objects.exists()


@pytest.mark.django_db
def test_an_app_that_gives_nothing_is_not_asked_for_an_amount(
    alices: Client, app: Application
) -> None:
    page = ask(alices, app, scope="flattr")
    assert "gift_most" not in page.content.decode()

    token_for(alices, app, scope="flattr")

    assert not Allowance.objects.exists()


@pytest.mark.django_db
def test_alice_changes_it_in_her_settings(alices: Client, app: Application) -> None:
    token = token_of(User.objects.get(username="alice"), app)
    page = alices.get("/settings/apps").content.decode()
    assert "it made no gifts. You allow €10.00 a month." in page
    path = f"/settings/apps/{app.pk}/gifts"

    said = alices.post(path, {"gift_most": "0"}, follow=True).content.decode()
    assert "Reader may make no gifts." in said
    assert "You let it make no gifts." in said
    with pytest.raises(allowances.GiftLimitReached):
        allowances.count_gift(token, NOVEMBER, 100)

    said = alices.post(path, {"gift_most": "100.01"}, follow=True).content.decode()
    assert "The limit was not changed. The most is €100.00." in said
    alices.post(path, {"gift_most": "1"})
    allowances.count_gift(token, NOVEMBER, 100)


@pytest.mark.django_db
def test_a_gift_counts_with_those_of_its_month(app: Application, alice: User) -> None:
    token = token_of(alice, app)
    allowances.count_gift(token, NOVEMBER, 600)
    allowances.count_gift(token, NOVEMBER, 400)

    with pytest.raises(allowances.GiftLimitReached) as refusal:
        allowances.count_gift(token, NOVEMBER, 1)

    assert (refusal.value.code, refusal.value.status) == ("forbidden", 403)
    allowances.count_gift(token, DECEMBER, 1_000)
    assert Allowance.objects.get().gifted_in(DECEMBER) == 1_000
    allowances.count(token, DECEMBER)
    assert Allowance.objects.get().used == 1, "flattrs are counted apart"


@pytest.mark.django_db
def test_ones_own_programs_are_not_limited(alice: User) -> None:
    token = tokens.find(tokens.make(alice, "mine", ["gift"]))
    assert token

    allowances.count_gift(token, NOVEMBER, 10_000)

    assert not Allowance.objects.exists()


def test_two_calls_at_once_take_no_more_than_is_allowed(own_database: str) -> None:
    token = token_of(person("alice"), app_of(person("bob")))

    def give(_number: int) -> bool:
        try:
            with transaction.atomic():
                allowances.count_gift(token, NOVEMBER, 300)
        except allowances.GiftLimitReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(give, range(16)))

    assert sum(taken) == 3
    assert Allowance.objects.get().gifted == 900


@pytest.mark.parametrize(
    ("given", "most", "sentence"),
    [
        (0, 0, "You let it make no gifts."),
        (0, 1_000, "In November it made no gifts. You allow €10.00 a month."),
        (500, 1_000, "In November it gave €5.00 in gifts. You allow €10.00 a month."),
        (500, 0, "In November it gave €5.00 in gifts. You allow €0.00 a month."),
    ],
)
def test_how_much_an_app_gave(given: int, most: int, sentence: str) -> None:
    allowance = Allowance(gift_period=NOVEMBER, gifted=given, gift_most=most)
    access = Access(Application(), allowance, since=timezone.now(), period=NOVEMBER)

    assert access.how_much == sentence


@pytest.mark.parametrize(
    ("most", "sentence"),
    [
        (0, "Reader may make no gifts."),
        (500, "Reader may give up to €5.00 a month."),
    ],
)
def test_how_much_an_app_may_give(most: int, sentence: str) -> None:
    assert apps.how_much("Reader", most) == sentence

"""Programs that give: once for each key, never more than their reader allows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.models.oauth import AccessToken, Allowance
from accounts.oauth import allowances
from buttons.models import Thing
from flattr.database import clock
from payouts.models import Ending, Gift, GiftState
from tests.accounts.oauth.apps import app_of
from tests.rest.asking import FORM, Caller, code_of
from tests.world.people import person, reader_with_budget, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def alice(own_database: str) -> User:
    return reader_with_budget("alice", amount=1_000, paid=6_000)


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def app_for(reader: User) -> Caller:
    """A program that somebody else wrote and the reader let in."""
    caller = Caller(reader, "gift")
    AccessToken.objects.filter(user=reader).update(application=app_of(person("carol")))
    return caller


def test_a_gift_for_a_thing(alice: User, bob: User, song: Thing) -> None:
    answer = Caller(alice, "gift").post("/gifts", {"thing": song.pk, "amount": 500})

    gift = Gift.objects.get()
    assert answer.status_code == 201
    told = answer.json()
    assert told["message"] == "ok"
    assert told["location"].endswith(f"/rest/v2/gifts/{gift.pk}")
    shown = told["gift"]
    assert (shown["type"], shown["amount"], shown["state"]) == ("gift", 500, "reserved")
    assert shown["owner"]["username"] == "bob"
    assert shown["thing"]["id"] == song.pk
    assert shown["undo_until"] - shown["created_at"] == 3_600
    assert gift.thing == song


def test_an_old_style_client_sends_forms_and_slashes(alice: User, bob: User) -> None:
    call = Caller(alice, "gift")

    answer = call("POST", "/gifts/", "username=BOB&amount=150", Content_Type=FORM)

    assert answer.status_code == 201
    assert answer.json()["gift"]["thing"] is None
    assert [one["amount"] for one in call.get("/gifts.json?count=5&page=").json()] == [
        150
    ]


def test_a_key_is_given_once(alice: User, bob: User) -> None:
    call, body = Caller(alice, "gift"), {"username": "bob", "amount": 500}

    first = call.post("/gifts", body, Idempotency_Key="one")
    again = call.post("/gifts", body, Idempotency_Key="one")

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert Gift.objects.count() == 1
    other = call.post("/gifts", {**body, "amount": 600}, Idempotency_Key="one")
    assert code_of(other) == (400, "invalid_request")


def test_it_is_read_and_taken_back(alice: User, bob: User) -> None:
    call = Caller(alice, "gift")
    here = call.post("/gifts", {"username": "bob", "amount": 500}).json()["gift"]["id"]
    assert call.get(f"/gifts/{here}").json()["state"] == "reserved"

    assert call("DELETE", f"/gifts/{here}").status_code == 204

    assert call.get(f"/gifts/{here}").json()["state"] == "void"
    assert Gift.objects.get().ending == Ending.TAKEN_BACK
    later = call.post("/gifts", {"username": "bob", "amount": 500}).json()["gift"]["id"]
    travel(clock.now() + timedelta(hours=1, minutes=1))
    assert code_of(call("DELETE", f"/gifts/{later}")) == (403, "too_late")
    others = Caller(bob, "gift")
    assert code_of(others.get(f"/gifts/{here}")) == (404, "not_found")
    assert code_of(others("DELETE", f"/gifts/{here}")) == (404, "not_found")
    assert others.get("/gifts").json() == []
    assert code_of(call.get("/gifts/none")) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"username": "bob", "amount": "5.00"}, 400, "invalid_parameters"),
        ({"username": "bob", "amount": 5.5}, 400, "invalid_parameters"),
        ({"username": "bob", "amount": True}, 400, "invalid_parameters"),
        ({"username": "bob"}, 400, "invalid_parameters"),
        ({"amount": 500}, 400, "invalid_parameters"),
        ({"username": "bob", "thing": 1, "amount": 500}, 400, "invalid_parameters"),
        (
            {"username": "bob", "amount": 500, "currency": "USD"},
            400,
            "invalid_parameters",
        ),
        ({"username": "bob", "amount": 99}, 400, "validation"),
        ({"username": "bob", "amount": 10_001}, 400, "validation"),
        ({"username": "bob", "amount": 5_100}, 402, "no_means"),
        ({"username": "alice", "amount": 500}, 403, "gift_owner"),
        ({"username": "nobody", "amount": 500}, 404, "not_found"),
        ({"thing": 999_999_999, "amount": 500}, 404, "not_found"),
    ],
)
def test_what_is_refused(
    alice: User, bob: User, body: dict[str, Any], status: int, code: str
) -> None:
    answer = Caller(alice, "gift").post("/gifts", body)

    assert code_of(answer) == (status, code)
    assert answer.json()["error_description"]
    assert not Gift.objects.exists()


def test_it_needs_the_scope(alice: User, bob: User) -> None:
    body = {"username": "bob", "amount": 500}
    others = Caller(alice, "flattr", "thing", "email", "extendedread")
    assert code_of(others.post("/gifts", body)) == (403, "insufficient_scope")
    assert code_of(others.get("/gifts")) == (403, "insufficient_scope")
    assert code_of(Caller().post("/gifts", body)) == (401, "unauthorized")


def test_an_app_gives_up_to_what_its_reader_allows(alice: User, bob: User) -> None:
    call = app_for(alice)
    assert call.post("/gifts", {"username": "bob", "amount": 600}).status_code == 201

    refused = call.post("/gifts", {"username": "bob", "amount": 401})

    assert code_of(refused) == (403, "forbidden")
    assert Gift.objects.count() == 1, "what is refused is not given either"
    assert Allowance.objects.get().gifted == 600
    assert call.post("/gifts", {"username": "bob", "amount": 400}).status_code == 201
    [app] = {token.application for token in AccessToken.objects.all()}
    assert app
    allowances.limit_gifts(alice, app, 0)
    refused = call.post("/gifts", {"username": "bob", "amount": 100})
    assert code_of(refused) == (403, "forbidden")


def test_what_is_refused_does_not_count(alice: User, bob: User) -> None:
    call = app_for(alice)

    call.post("/gifts", {"username": "alice", "amount": 600})

    assert not Allowance.objects.filter(gifted__gt=0).exists()


def test_two_posts_at_once_stay_below_the_cap(alice: User, bob: User) -> None:
    call = app_for(alice)

    def give(_number: int) -> int:
        status: int = call.post(
            "/gifts", {"username": "bob", "amount": 600}
        ).status_code
        connection.close()
        return status

    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(give, range(4)))

    assert sorted(answers) == [201, 403, 403, 403]
    assert Gift.objects.get().state == GiftState.RESERVED
    assert Allowance.objects.get().gifted == 600

"""Two calls at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from accounts.models import User
from buttons.clicks import subscribing
from buttons.models import Flattr, Thing
from buttons.models.programs import KeptAnswer, Subscription
from tests.rest.asking import Caller
from tests.world.people import open_budget, person, thing_of


def test_a_key_sent_twice_at_once_is_done_once(own_database: str) -> None:
    song, alice = a_song_for_alice()
    call = Caller(alice)

    def flattr(_number: int) -> Any:
        answer = call.post("/flattr", {"url": song.url}, Idempotency_Key="one")
        connection.close()
        return answer

    answers = at_once(flattr)

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert (Flattr.objects.count(), KeptAnswer.objects.count()) == (1, 1)


def test_a_subscription_is_begun_and_fires_once(own_database: str) -> None:
    song, alice = a_song_for_alice()
    call = Caller(alice)

    def subscribe(_number: int) -> int:
        status: int = call.post(f"/things/{song.pk}/subscriptions").status_code
        connection.close()
        return status

    def fire(_number: int) -> int:
        fired = subscribing.fire()
        connection.close()
        return fired

    assert sorted(at_once(subscribe)) == [200, 403, 403, 403]
    assert sum(at_once(fire)) == 1
    assert (Flattr.objects.count(), Subscription.objects.count()) == (1, 1)


def a_song_for_alice() -> tuple[Thing, User]:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    return thing_of(bob, "song"), alice


def at_once(act: Any) -> list[Any]:
    with ThreadPoolExecutor(4) as crowd:
        return list(crowd.map(act, range(4)))

"""Calls with a key whose bodies were read before the key was."""

from __future__ import annotations

import pytest

from accounts.models import User
from buttons.models import Flattr
from tests.rest.asking import FORM, Caller
from tests.world.people import thing_of

pytestmark = pytest.mark.django_db


def test_many_addresses_with_a_key(alice: User, bob: User) -> None:
    song, call = thing_of(bob, "song"), Caller(alice)

    answers = [
        call.post("/flattr/bulk", [{"url": song.url}], Idempotency_Key="many")
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert Flattr.objects.count() == 1


@pytest.mark.parametrize("kind", ["", FORM])
def test_a_change_by_post_with_a_key(bob: User, kind: str) -> None:
    song, call = thing_of(bob, "song"), Caller(bob)
    at = f"/things/{song.pk}"
    headers = {"Idempotency_Key": "change", **({"Content_Type": kind} if kind else {})}
    bodies = ["_method=patch&title=New", "_method=patch&title=Newer"]
    if not kind:
        bodies = ['{"_method": "patch", "title": "New"}', '{"_method": "patch"}']

    first, again, other = (
        call.post(at, body, **headers) for body in (bodies[0], *bodies)
    )

    assert [first.status_code, again.status_code, other.status_code] == [200, 200, 400]
    song.refresh_from_db()
    assert song.title == "New"

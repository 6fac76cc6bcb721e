"""A code works once, however many come with it at once (A6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.test import Client

from accounts.models.oauth import AccessToken
from tests.accounts.oauth.apps import allow, app_of, exchange
from tests.accounts.signing_in.visiting import sign_in
from tests.world.people import person


def test_of_many_with_one_code_one_gets_a_token_and_loses_it(own_database: str) -> None:
    person("alice")
    alices = Client()
    sign_in(alices, "alice", "correct horse")
    app = app_of(person("bob"))
    code = allow(alices, app)

    def come(_number: int) -> int:
        try:
            return int(exchange(app, code).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(come, range(12)))

    assert answers == [200] + [400] * 11
    assert not AccessToken.objects.exists(), "a second use took it back"

"""A monthly limit is exact, however many calls come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from accounts.models.oauth import AccessToken, Allowance
from accounts.oauth import allowances, tokens
from tests.accounts.oauth.apps import app_of
from tests.world.people import person

PERIOD = 202611


def token_of_an_app() -> AccessToken:
    raw = tokens.make(person("alice"), "", ["flattr"])
    AccessToken.objects.update(application=app_of(person("bob")))
    found = tokens.find(raw)
    assert found
    return found


def test_many_calls_at_once_take_no_more_than_is_allowed(own_database: str) -> None:
    token = token_of_an_app()
    assert token.application
    allowances.limit(token.user, token.application, 7)

    def take(_number: int) -> bool:
        try:
            with transaction.atomic():
                allowances.count(token, PERIOD)
        except allowances.LimitReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(40)))

    assert sum(taken) == 7
    assert Allowance.objects.get().used == 7


def test_a_flattr_that_is_refused_is_not_counted(own_database: str) -> None:
    token = token_of_an_app()

    try:
        with transaction.atomic():
            allowances.count(token, PERIOD)
            raise LookupError
    except LookupError:
        pass

    assert not Allowance.objects.exists()

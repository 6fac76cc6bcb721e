from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Attempt, User
from accounts.signing_in import attempts
from accounts.signing_in.attempts import ACCOUNT, ADDRESS, Limit
from flattr.web.clients import NOBODY, client_ip
from tests.accounts.signing_in.visiting import is_signed_in, sign_in
from tests.world.people import person


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


def pass_minutes(minutes: int) -> None:
    """Real time, which limits are counted in, goes on."""
    Attempt.objects.update(at=F("at") - timedelta(minutes=minutes))


def tries(login: str, times: int, **extra: Any) -> list[int]:
    return [
        sign_in(Client(), login, f"wrong {n}", **extra).status_code
        for n in range(times)
    ]


@given(
    st.lists(st.integers(0, 120), max_size=200),
    st.sampled_from([ACCOUNT, ADDRESS, attempts.CODE, attempts.MAIL, attempts.ONCE]),
)
def test_no_hour_sees_more_than_promised_and_nobody_waits_long(
    pauses: list[int], limit: Limit
) -> None:
    """A2: ten for an account, fifty for an address, five mails, whenever they try."""
    now, made = 0, list[int]()
    for pause in pauses:
        now += pause
        if limit.allows(now - then for then in made if now - then <= 3600):
            made.append(now)

    most = limit.burst + 3600 // limit.every
    for start in made:
        assert sum(start <= then < start + 3600 for then in made) <= most
    later = now + limit.every
    assert limit.allows(later - then for then in made if later - then <= 3600)


def test_what_the_limits_promise() -> None:
    """Over any hour an account takes ten wrong passwords, an address fifty (A2)."""
    assert ACCOUNT.burst + 3600 // ACCOUNT.every <= 10
    assert ADDRESS.burst + 3600 // ADDRESS.every <= 50
    assert attempts.MAIL.burst + 3600 // attempts.MAIL.every == 5
    assert attempts.ONCE.burst + 3600 // attempts.ONCE.every == 1
    assert max(ACCOUNT.every, ADDRESS.every) <= 15 * 60


def test_an_account_is_tried_at_most_ten_times_an_hour(bob: User) -> None:
    """A2, and the right password does not help who guessed too often."""
    seen = []
    for _quarter in range(4):
        seen += tries("bob", 12, REMOTE_ADDR="192.0.2.1")
        pass_minutes(15)

    assert seen.count(200) <= 10
    assert seen[ACCOUNT.burst] == 429


def test_a_lock_out_ends_after_a_quarter_of_an_hour(bob: User) -> None:
    """A2: whatever an attacker did before."""
    tries("bob", 12)
    client = Client()
    assert sign_in(client, "bob", "correct horse").status_code == 429

    pass_minutes(15)
    sign_in(client, "bob", "correct horse")

    assert is_signed_in(client)


def test_both_names_of_an_account_share_its_tries(bob: User) -> None:
    """A2; and A1: that they do is not told to who tries."""
    tries("bob", 6)

    by_address = sign_in(Client(), "bob@people.example", "correct horse")
    unknown = sign_in(Client(), "eve@people.example", "correct horse")

    assert by_address.status_code == unknown.status_code == 200
    assert b"do not match" in by_address.content
    assert b"do not match" in unknown.content


def test_strangers_cannot_lock_bob_out_of_his_own_browser(bob: User) -> None:
    """A2: a browser in which he signed in before has tries of its own."""
    browser = Client()
    sign_in(browser, "bob", "correct horse")
    browser.post("/account/logout/")
    tries("bob", 20)

    sign_in(browser, "bob", "correct horse")

    assert is_signed_in(browser)


def test_a_browser_of_eves_is_not_known_for_bob(bob: User) -> None:
    """A2: with her own account she gains no tries on his."""
    person("eve")
    browser = Client()
    sign_in(browser, "eve", "correct horse")
    browser.post("/account/logout/")
    tries("bob", 6)

    assert sign_in(browser, "bob", "correct horse").status_code == 429


def test_an_address_is_limited_over_all_accounts(db: None) -> None:
    """A2: fifty an hour."""
    seen = [status for n in range(60) for status in tries(f"somebody{n}", 1)]

    assert seen.count(200) <= 50
    assert seen[-1] == 429


def test_the_limits_hold_while_the_cache_is_away(bob: User, settings: Any) -> None:
    """A2: those of signing in are in the database, the others fail open."""
    settings.CACHES = {
        "default": {
            "BACKEND": "flattr.database.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert tries("bob", 8) == [200] * 6 + [429] * 2
    assert Client().get("/account/login/").status_code == 200


def test_a_forged_origin_of_the_request_changes_nothing(bob: User) -> None:
    """T35: a hundred addresses in X-Forwarded-For are still one client."""
    seen = [
        sign_in(
            Client(),
            f"somebody{n}",
            "wrong",
            headers={"x-forwarded-for": f"198.51.100.{n}"},
        ).status_code
        for n in range(100)
    ]

    assert seen.count(200) <= 50
    assert seen[-1] == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "believed"),
    [
        (0, "198.51.100.9", "192.0.2.1"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        (2, "203.0.113.5, 198.51.100.9, 192.0.2.200", "198.51.100.9"),
        (2, "198.51.100.9", "192.0.2.1"),
        (1, "nonsense", NOBODY),
        (1, "", NOBODY),
    ],
)
def test_only_our_proxies_are_believed(
    rf: Any, settings: Any, proxies: int, forwarded: str, believed: str
) -> None:
    """X-Forwarded-For counts only as far as configured proxies wrote it (T35)."""
    settings.TRUSTED_PROXIES = proxies
    request = rf.get(
        "/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": forwarded}
    )

    assert client_ip(request) == believed


def test_what_is_counted_names_nobody(bob: User) -> None:
    tries("bob@people.example", 1)

    assert not Attempt.objects.filter(key__contains="bob").exists()


def test_old_tries_are_forgotten(bob: User) -> None:
    tries("bob", 3)
    pass_minutes(3 * 24 * 60)
    tries("bob", 1)

    assert attempts.prune() == 9
    assert Attempt.objects.count() == 3

"""The file in which the extension looks hosts up."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from buttons.models import Proof, Thing
from buttons.proofs import known_hosts
from flattr.database import clock
from tests.world.people import thing_of


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def seems_in(made: str, host: str) -> bool:
    """As the extension looks a host up."""
    bits = base64.b64decode(made)
    return all(
        bits[place >> 3] & (1 << (place & 7))
        for place in known_hosts.places(host, len(bits) * 8)
    )


def fetched(client: Client) -> str:
    answer = client.get("/known-hosts.json")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert not answer.cookies
    told = answer.json()
    assert told["hashes"] == known_hosts.HASHES
    return str(told["filter"])


def page_on(host: str, owner: User, *, proved: bool = True) -> Thing:
    return Thing.objects.create(
        url=f"https://{host}/post",
        host=host,
        title="Post",
        owner=owner,
        created_at=clock.now(),
        proved_at=clock.now() if proved else None,
        proof="by the button on the page" if proved else "",
    )


def test_hosts_of_proved_pages_and_proved_hosts_are_in_it(
    client: Client, bob: User, carol: User
) -> None:
    page_on("bob.example", bob)
    now = clock.now()
    Proof.objects.create(
        host="carol.example", person=carol, kind="dns", found_at=now, seen_at=now
    )

    made = fetched(client)

    assert seems_in(made, "bob.example")
    assert seems_in(made, "carol.example")
    assert not seems_in(made, "alice.example")


def test_hosts_of_nobody_and_of_many_are_not(
    client: Client, bob: User, carol: User
) -> None:
    """An unproved page, a hidden one, a suspended owner's, and a host that many share."""
    page_on("unproved.example", bob, proved=False)
    hidden = page_on("hidden.example", bob)
    hidden.hidden = True
    hidden.save(update_fields=["hidden"])
    page_on("github.com", bob)
    page_on("carol.example", carol)
    carol.suspended_at = clock.now()
    carol.save(update_fields=["suspended_at"])

    made = fetched(client)

    for host in ("unproved.example", "hidden.example", "github.com", "carol.example"):
        assert not seems_in(made, host), host


def test_it_is_made_once_a_day(
    client: Client, bob: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    thing_of(bob, "1")
    fetched(client)

    with django_assert_num_queries(0):
        fetched(client)


@given(st.sets(st.from_regex(r"[a-z]{1,12}\.example", fullmatch=True), max_size=300))
def test_every_host_that_was_put_in_is_found(hosts: set[str]) -> None:
    made = known_hosts.filter_of(sorted(hosts))

    assert all(seems_in(made, host) for host in hosts)


def test_one_host_in_a_hundred_seems_to_be_in_it() -> None:
    made = known_hosts.filter_of([f"{n}.example" for n in range(5_000)])

    wrong = sum(seems_in(made, f"{n}.test") for n in range(5_000))

    assert 10 < wrong < 100

"""A profile's short address, and the badge that stands behind it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.embed import name_badges
from flattr.database import clock
from tests.world.browsing import signed_in
from tests.world.people import execute, thing_of


@pytest.mark.parametrize("address", ["/@bob", "/@BOB", "/@bob/", "/profile/Bob"])
def test_a_profile_is_one_page_under_all_its_addresses(
    client: Client, bob: User, address: str
) -> None:
    there = client.get(address)

    assert there.status_code == 200
    assert there.content == client.get("/@bob").content


@pytest.mark.parametrize("address", ["/@nobody", "/@", "/@bob/x", "/@b%00", "/@bób"])
def test_nobody_has_an_empty_page(client: Client, bob: User, address: str) -> None:
    assert client.get(address).status_code == 404


def test_nobody_is_found_who_is_leaving(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(closing_at=clock.now())

    assert client.get("/@bob").status_code == 404
    assert client.get("/@bob/badge.svg").status_code == 404


def test_whatever_address_of_a_profile_is_flattred_it_is_one_thing(
    alice: User, bob: User, settings: Settings
) -> None:
    own, reader = settings.SITE_URL, signed_in(alice)

    for address in (f"{own}/@bob", f"{own}/profile/BOB", f"{own}/user/bob/"):
        page = reader.get("/submit/auto", {"url": address}).content.decode()
        assert f"{own}/profile/bob" in page, address
    elsewhere = reader.get("/submit/auto", {"url": "https://x.example/@bob"})
    assert "https://x.example/@bob" in elsewhere.content.decode()
    nobodys = reader.get("/submit/auto", {"url": f"{own}/@nobody"})
    assert f"{own}/@nobody" in nobodys.content.decode()


def badge(client: Client, name: str = "bob") -> str:
    answer = client.get(f"/@{name}/badge.svg")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/svg+xml"
    return answer.content.decode()


def test_the_badge_says_the_name_and_the_number(
    client: Client, alice: User, bob: User
) -> None:
    flattr_thing(alice, thing_of(bob, "song"))
    flattr_thing(alice, thing_of(bob, "waits", proved=False))

    assert 'aria-label="bob · Flattr · 1"' in badge(client)
    assert badge(client, "BOB") == badge(client)


def test_the_badge_is_for_everybody_and_sets_nothing(
    client: Client, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        answer = client.get("/@bob/badge.svg")

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not answer.cookies
    assert "Vary" not in answer.headers
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/@bob/badge.svg", headers=known).status_code == 304


def test_who_is_suspended_has_no_badge(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(suspended_at=clock.now())

    assert client.get("/@bob").status_code == 200
    assert client.get("/@bob/badge.svg").status_code == 404
    assert client.get("/@nobody/badge.svg").status_code == 404


EVIL = [
    "</text><script>alert(1)</script>",
    "\"><image href='https://evil.example/x'/>",
    "&lt;b&gt; &nbsp; &unknown;",
    "]]><!--",
    "\ufffe\uffff\ud7ff",
    "{name} {0} %s",
]


@pytest.mark.parametrize("name", EVIL)
def test_a_badge_is_a_drawing_whatever_the_name(
    client: Client, bob: User, name: str
) -> None:
    execute("UPDATE person SET first_name = %s WHERE id = %s", name, bob.pk)

    drawing = badge(client)

    root = ElementTree.fromstring(drawing)  # noqa: S314 (ours)
    assert {tag.tag.partition("}")[2] for tag in root.iter()} == {
        *("svg", "title", "rect", "path", "g", "text"),
    }
    assert not any(key.startswith("on") for tag in root.iter() for key in tag.attrib)
    assert "style" not in drawing


@pytest.mark.parametrize(
    "name",
    [
        "Bo",
        "W" * 300,
        "李小龍" * 40,
        "محمد بن سلمان",
        "नरेन्द्र मोदी",
        "🦊" * 99,
        "i" * 40,
    ],
)
def test_a_badge_is_as_wide_as_what_it_says(name: str) -> None:
    root = ElementTree.fromstring(name_badges.draw(name, 1_234_567))  # noqa: S314 (ours)
    texts = [tag for tag in root.iter() if tag.tag.endswith("}text")]
    ends = [
        (at - wide / 2, at + wide / 2)
        for text in texts
        for at, wide in [(float(text.attrib["x"]), float(text.attrib["textLength"]))]
    ]

    (start, end), (count_start, count_end) = ends
    assert 26 <= start < end < count_start < count_end < int(root.attrib["width"])
    assert int(root.attrib["width"]) < 26 + name_badges.LONGEST_NAME + 110

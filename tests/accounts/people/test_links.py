"""Pages of people's own, as they write them down in the settings."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.people import links
from accounts.settings.forms import Profile
from buttons.things.addresses import normalise
from tests.world.browsing import signed_in
from tests.world.people import person

GOOD = [
    "bob.example",
    "http://bob.example:80/a?b=c#d",
    "https://garden.example/@bob",
    "https://bücher.example/über",
    "https://bob.example:443",
    "https://192.0.2.1/bob",
    "https://bob.example/~bob/'(x)'",
]
BAD = [
    "javascript:alert(1)",
    "JavaScript://bob.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "ftp://bob.example/",
    "mailto:bob@bob.example",
    "//bob.example/",
    "https://",
    "not a page",
    "https://bank.example@evil.example/",
    "https://bob.example:8080/",
    "https://[::1]/",
    "https://bob.example./",
    "https://bob.example/\u202egnp.exe",
    "https://bob\u200b.example/",
    "https://bob.example\\@evil.example/",
    "https://0x7f.1/",
    f"https://bob.example/{'a' * 500}",
    "https://\U0002f800.example/",
]


@pytest.mark.parametrize("address", GOOD)
def test_what_can_be_linked_to_is_shown(address: str) -> None:
    assert normalise(links.link(address))


@pytest.mark.parametrize("address", BAD)
def test_what_is_no_page_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        links.link(address)

    assert refused.value.message.endswith(".")


def test_one_a_line_each_once() -> None:
    assert links.addresses_in(" a.example \r\n\n b.example\nhttps://a.example\n") == [
        "https://a.example",
        "https://b.example",
    ]
    assert links.addresses_in(" \n ") == []


def test_each_line_that_is_none_is_named() -> None:
    with pytest.raises(ValidationError) as refused:
        links.addresses_in("a.example\nx y\n\u202ejavascript:alert(1)")

    assert refused.value.messages == [
        "“x y”: This is not the address of a page on the web.",
        "“javascript:alert(1)”: The address holds a letter that cannot be seen.",
    ]


def test_eight_at_most() -> None:
    lines = [f"https://{number}.example" for number in range(links.MOST + 1)]

    assert links.addresses_in("\n".join(lines[:-1])) == lines[:-1]
    with pytest.raises(ValidationError, match="8 pages at most"):
        links.addresses_in("\n".join(lines))
    assert f" {links.MOST}." in str(Profile(instance=User()).fields["links"].help_text)


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


def test_bob_names_his_pages_and_sees_them(bob: User, client: Client) -> None:
    laptop = signed_in(bob)

    laptop.post("/settings", {"links": "garden.example/@bob\nhttps://git.example/bob"})

    bob.refresh_from_db()
    assert bob.links == ["https://garden.example/@bob", "https://git.example/bob"]
    settings_page = laptop.get("/settings").content.decode()
    assert "https://garden.example/@bob\nhttps://git.example/bob" in settings_page
    profile = client.get("/@bob").content.decode()
    assert 'href="https://git.example/bob"' in profile
    assert ">garden.example/@bob</a>" in profile


def test_nothing_typed_is_lost(bob: User) -> None:
    typed = {"about": "Songs.", "url": "ftp://bob.example", "links": "a.example\nx y"}

    page = signed_in(bob).post("/settings", typed).content.decode()

    assert "Songs." in page
    assert 'value="ftp://bob.example"' in page
    assert "a.example\nx y" in page
    assert "“x y”: This is not the address of a page on the web." in page
    assert 'id="id_links_error"' in page
    bob.refresh_from_db()
    assert (bob.about, bob.url, bob.links) == ("", "", [])

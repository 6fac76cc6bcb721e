"""What a program shows of a thing's page when somebody links to it."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from buttons.models import Proof, Thing
from buttons.pictures import keeping
from flattr.database import clock
from tests.world.browsing import signed_in
from tests.world.people import thing_of

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def asked(client: Client, url: str, **more: str) -> Any:
    return client.get("/oembed", {"url": url, **more})


def test_the_page_says_where_and_the_answer_names_the_maker(
    client: Client, song: Thing
) -> None:
    page = client.get(f"/thing/{song.pk}").content.decode()
    (link,) = (line for line in page.splitlines() if "json+oembed" in line)
    address = unescape(link.split('href="')[1].split('"')[0])

    answer = client.get(address.removeprefix(SITE))

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "version": "1.0",
        "type": "link",
        "title": "Song",
        "author_name": "bob",
        "author_url": f"{SITE}/@bob",
        "provider_name": "Flattr",
        "provider_url": SITE,
        "cache_age": 300,
    }


def test_a_picture_is_a_photo_where_it_fits(client: Client, song: Thing) -> None:
    kept = keeping.keep(song, b"a picture")
    url = f"{SITE}/thing/{song.pk}/song"

    photo = asked(client, url).json()
    assert photo["type"] == "photo"
    assert (photo["width"], photo["height"]) == (640, 400)
    assert photo["url"] == f"{SITE}/picture/{kept.digest}.webp"
    for narrow in ({"maxwidth": "639"}, {"maxheight": "100"}):
        assert asked(client, url, **narrow).json()["type"] == "link"
    for wide in ({"maxwidth": "640"}, {"maxwidth": "x"}, {"maxwidth": "9" * 400}):
        assert asked(client, url, **wide).json()["type"] == "photo"


def test_what_is_not_shown_is_not_told(client: Client, song: Thing) -> None:
    """Nor is another site's page, or another format."""
    url = f"{SITE}/thing/{song.pk}"
    for other in (
        "",
        "x",
        f"https://elsewhere.example/thing/{song.pk}",
        f"{SITE}/@bob",
        f"{SITE}/thing/{'9' * 18}",
    ):
        assert asked(client, other).status_code == 404, other
    assert asked(client, url, format="xml").status_code == 501
    Thing.objects.filter(pk=song.pk).update(hidden=True)
    assert asked(client, url).status_code == 404


def test_an_unproved_thing_names_nobody(client: Client, song: Thing) -> None:
    Thing.objects.filter(pk=song.pk).update(proved_at=None, proof="")

    assert "author_name" not in asked(client, f"{SITE}/thing/{song.pk}").json()


@pytest.mark.parametrize(
    ("account", "proved", "handle"),
    [
        ("https://social.example/@bob", True, "@bob@social.example"),
        ("https://social.example/@bob", False, ""),
        ("https://medium.com/@bob", True, ""),
        ("https://bob.example/about", True, ""),
    ],
)
def test_a_proved_account_of_the_fediverse_is_credited(
    client: Client, bob: User, song: Thing, account: str, proved: bool, handle: str
) -> None:
    now = clock.now()
    thing = thing_of(bob, "account")
    Thing.objects.filter(pk=thing.pk).update(
        url=account,
        host=account.split("/")[2],
        proved_at=now if proved else None,
        proof="by a link to their profile" if proved else "",
    )
    bob.links = [account]
    bob.save(update_fields=["links"])
    Proof.objects.filter(thing=thing).delete()

    page = client.get(f"/thing/{song.pk}").content.decode()

    shown = f'<meta name="fediverse:creator" content="{handle}">'
    assert ("fediverse:creator" in page, shown in page) == (bool(handle), bool(handle))


def test_a_repository_has_its_files_to_copy(client: Client, bob: User) -> None:
    bob.about = "Songs about rain."
    bob.save(update_fields=["about"])
    page = signed_in(bob).get("/button", {"url": "https://bob.example/"})
    yml, manifest = page.context["for_repositories"]

    assert yml.code == f'custom: ["{SITE}/@bob"]'
    told = json.loads(manifest.code)
    assert told["entity"]["description"] == "Songs about rain."
    assert told["funding"]["channels"][0]["address"] == f"{SITE}/@bob"
    assert told["funding"]["plans"][0]["channels"] == ["flattr"]
    assert (
        "For a repository"
        not in client.get("/button", {"url": "https://bob.example/"}).content.decode()
    )

"""Carol, who has never heard of this, finds out what waits for her."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.models import Thing
from tests.world.browsing import signed_in
from tests.world.people import open_budget, person, thing_of


def page(response: Any) -> str:
    """What a person reads, with blanks as on the page."""
    text: str = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def claim_url(thing: Thing) -> str:
    return f"/claim?url={quote(thing.url, safe='')}"


def promised(thing: Thing, readers: int) -> None:
    for n in range(readers):
        reader = person(f"reader-{thing.pk}-{n}")
        open_budget(reader)
        flattr_thing(reader, thing)


def test_a_page_says_how_many_wait_from_five_on(db: None, client: Client) -> None:
    """A few and none look alike, and nobody is named."""
    told = {}
    for readers in (0, 1, 4, 5, 7):
        thing = thing_of(None, f"post-{readers}", proved=False)
        promised(thing, readers)
        shown = page(client.get(claim_url(thing)))
        assert "reader-" not in shown
        told[readers] = shown.replace(f"ost-{readers}", "").replace(
            f"ost {readers}", ""
        )

    assert told[0] == told[1] == told[4]
    assert "A few readers may have" in told[4]
    assert "5 readers have flattred it" in told[5]
    assert "7 readers have flattred it" in told[7]


def test_carol_signs_up_and_learns_what_to_put_where(
    carol: User, client: Client
) -> None:
    thing = thing_of(None, "post", proved=False)
    link = f'{claim_url(thing)}">This is mine'
    assert link in client.get(f"/thing/{thing.pk}").content.decode()

    asked = client.get(claim_url(thing))
    assert "/account/signup/?next=%2Fclaim%3Furl%3D" in asked.content.decode()
    assert carol.public_id not in asked.content.decode()

    asked = signed_in(carol).get(claim_url(thing))
    text = asked.content.decode()
    assert f"flattr:id&quot; content=&quot;{carol.public_id}&quot;" in text
    assert "/@carol&quot;" in text
    assert f"/button?url={quote(thing.url, safe='')}" in text
    thing.refresh_from_db()
    assert thing.owner is None, "nobody is given a page for asking"


def test_a_proved_page_is_not_claimed(bob: User, carol: User) -> None:
    """Whoever claims a page that is proved to be another's is turned away (T18)."""
    song = thing_of(bob, "song")

    of_bob = page(signed_in(bob).get(claim_url(song)))
    of_carol = page(signed_in(carol).get(claim_url(song)))

    assert "It is yours" in of_bob
    assert "Proved by the operator ·" in of_bob
    assert "This page belongs to bob" in of_carol
    assert "flattr:id" not in of_carol
    seen = signed_in(carol).get(f"/thing/{song.pk}").content.decode()
    assert "This is mine" not in seen


def test_an_address_nobody_flattred_yet(carol: User, client: Client) -> None:
    client = signed_in(carol)

    asked = page(client.get("/claim?url=carols.example/new"))

    assert "carols.example/new" in asked
    assert "Check my page now" in asked
    assert not Thing.objects.exists(), "asking stores nothing"


@pytest.mark.parametrize("typed", ["nothing", "https://a@b.example/", "javascript:a"])
def test_what_is_no_address_is_asked_again(
    db: None, client: Client, typed: str
) -> None:
    """The form keeps what was typed and says what is wrong with it (T21)."""
    assert client.get("/claim", {"url": typed}).status_code == 400
    assert client.get("/claim").status_code == 200

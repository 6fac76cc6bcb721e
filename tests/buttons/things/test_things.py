"""Bob makes buttons and looks after his things."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from buttons.clicks.flattring import flattr_thing, undo_flattr
from buttons.models import Thing
from buttons.things.snippets import old_snippets, snippets
from buttons.things.submitting import Submission, parse
from tests.world.people import thing_of

PAGE = "https://bob.example/ü?a=1&b=(2)#<top>"
TITLE = 'Rock & "Roll" <live>'


@pytest.fixture
def codes(bob: User) -> dict[str, str]:
    about = parse({"url": PAGE, "title": TITLE, "user_id": "bob", "tags": "a,b"})
    return {snippet.name: snippet.code for snippet in snippets(about)}


def leads_to(href: str) -> Submission:
    parts = urlsplit(href)
    assert parts.path == "/submit/auto"
    given = parse_qs(parts.query, keep_blank_values=True)
    return parse({name: values[0] for name, values in given.items()})


def href_of(code: str) -> str:
    found = re.search(r'href="([^"]*)"', code)
    assert found, code
    return html.unescape(found[1])


@pytest.mark.parametrize("name", ["link", "button", "head", "atom", "rss", "markdown"])
def test_every_snippet_leads_to_the_same_question(
    codes: dict[str, str], name: str
) -> None:
    code = codes[name]
    if name == "markdown":
        href = re.findall(r"\]\(([^()\s]+)\)", code)[-1]
    else:
        href = href_of(code)

    about = leads_to(href)

    assert about.url == parse({"url": PAGE}).url
    assert (about.title, about.owner_name, about.tags) == (TITLE, "bob", ["a", "b"])
    assert "<live>" not in code


def test_old_code_is_shown_with_our_host(bob: User, client: Client) -> None:
    about = parse({"url": PAGE, "title": TITLE, "user_id": "bob", "tags": "a,b;c"})
    codes = {snippet.name: snippet.code for snippet in old_snippets(about)}

    link, frame = codes["old_link"], html.unescape(codes["old_frame"])
    [rel] = re.findall(r'rel="([^"]*)"', link)
    assert html.unescape(href_of(link)) == about.url
    assert rel == "flattr;uid:bob;category:rest;language:en_GB;tags:a,b c;"
    assert '<script async src="http://127.0.0.1:8000/js/0.6/load.js?mode=auto">' in link
    [source] = re.findall(r'src="([^"]*)"', frame)
    assert client.get(source).status_code == 200
    page = client.get("/button", {"url": PAGE}).content.decode()
    assert "put <code>127.0.0.1:8000</code>" in page
    assert "<code>button.flattr.com</code>" in page


def test_feeds_take_their_snippets(codes: dict[str, str]) -> None:
    atom = "http://www.w3.org/2005/Atom"

    entry = ET.fromstring(f'<entry xmlns="{atom}">{codes["atom"]}</entry>')  # noqa: S314
    channel = ET.fromstring(  # noqa: S314
        f'<channel xmlns:atom="{atom}">{codes["rss"]}</channel>'
    )

    for feed in (entry, channel):
        link = feed[0]
        assert link.tag == f"{{{atom}}}link"
        assert link.attrib["rel"] == "payment"
        assert leads_to(link.attrib["href"]).title == TITLE


def test_the_page_of_snippets_needs_no_script(client: Client, bob: User) -> None:
    client.force_login(bob)

    text = client.get("/button", {"url": PAGE, "title": TITLE}).content.decode()

    assert text.count("readonly") == 11
    assert "&lt;a class=&quot;FlattrButton&quot;" in text
    assert 'class="FlattrButton"' in text
    assert not Thing.objects.exists()


def test_it_names_the_short_address(client: Client, bob: User) -> None:
    assert "/badge.svg" not in client.get("/button").content.decode()
    client.force_login(bob)
    text = client.get("/button").content.decode()

    assert f">{settings.SITE_URL}/@bob</a>" in text
    assert f"{settings.SITE_URL}/@bob/badge.svg" in text


def test_a_wrong_address_is_answered_beside_its_field(
    client: Client, bob: User
) -> None:
    answer = client.get("/button", {"url": "bob.example", "title": "Kept"})

    assert answer.status_code == 400
    assert "begins with http:// or https://" in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()


def test_signed_out_the_snippets_name_nobody(client: Client, db: None) -> None:
    text = client.get("/button", {"url": PAGE}).content.decode()

    assert "user_id=your-name" in text
    assert "Sign up" in text


def edit(client: Client, thing: Thing, **facts: str) -> Any:
    given = {"title": "New", "category": "text", "language": "de_DE"} | facts
    return client.post(f"/things/{thing.pk}/edit", given)


def test_bob_edits_his_thing(client: Client, bob: User) -> None:
    song = thing_of(bob, "song")
    client.force_login(bob)
    assert "Song" in client.get("/things").content.decode()

    edit(client, song, description="One\r\ntwo", tags="a, b,a", hidden="on")

    song.refresh_from_db()
    assert (song.title, song.description) == ("New", "One\ntwo")
    assert (song.tags, song.hidden, song.language) == (["a", "b"], True, "de_DE")
    assert edit(client, song, title="").status_code == 400
    assert edit(client, song, category="poems").status_code == 400


def test_what_is_not_in_the_form_is_not_written(client: Client, bob: User) -> None:
    """Owner, counts and proof cannot be posted (A7)."""
    song = thing_of(bob, "song", proved=False)
    before = song.url
    client.force_login(bob)

    edit(client, song, url="https://evil.example/", proved_at="2026-01-01", flattrs="9")

    song.refresh_from_db()
    assert (song.url, song.proved_at, song.flattrs) == (before, None, 0)


def test_only_the_owner_edits_and_deletes(
    client: Client, bob: User, carol: User
) -> None:
    """Others get 404 for reading the form and for sending it (A7)."""
    song = thing_of(bob, "song")
    assert client.get("/things").status_code == 302

    client.force_login(carol)
    assert client.get(f"/things/{song.pk}/edit").status_code == 404
    assert edit(client, song).status_code == 404
    assert client.post(f"/things/{song.pk}/delete").status_code == 404
    assert "Nothing of yours is here yet" in client.get("/things").content.decode()


def test_only_what_was_never_flattred_is_deleted(
    client: Client, alice: User, bob: User
) -> None:
    song = thing_of(bob, "song")
    client.force_login(bob)
    flattr_thing(alice, song)
    client.post(f"/things/{song.pk}/delete")
    assert Thing.objects.exists()

    undo_flattr(alice, song)
    assert client.get(f"/things/{song.pk}/delete").status_code == 405
    client.post(f"/things/{song.pk}/delete")
    assert not Thing.objects.exists()


# --- Who makes things


def is_creator(person: User) -> bool:
    return User.objects.get(pk=person.pk).is_creator


def test_whoever_comes_to_own_a_thing_is_a_creator(alice: User, bob: User) -> None:
    """Bob makes something; nobody's page is proved to be Alice's. Pages need not look for
    things to know."""
    assert not is_creator(bob)
    thing_of(bob, "post")
    assert is_creator(bob)

    found = thing_of(None, "found", proved=False)
    assert not is_creator(alice)
    Thing.objects.filter(pk=found.pk).update(owner=alice)
    assert is_creator(alice)

"""What a click costs: two statements on a connection that stays, nothing behind them."""

from __future__ import annotations

import http.client
import itertools
import json
import re
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import User
from accounts.oauth import tokens
from buttons.clicks import intents
from buttons.models import Flattr, Thing, UsedIntent
from tests.world.people import execute, open_budget, person, thing_of

ADDRESS = "/rest/v2/flattr"
SESSION = "SELECT s.session_data,"
TOKEN = "SELECT t.id,"
CLICK = "SELECT outcome, thing_id"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """People look at a page before they click; and nobody called before."""
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 0.0)
    cache.clear()
    yield
    cache.clear()


def form_for(client: Client, thing: Thing) -> dict[str, str]:
    """The intent of the confirm page, which is asked for now."""
    page = client.get("/submit/auto", {"url": thing.url}).content.decode()
    found = re.search(r'name="intent" value="([^"]+)"', page)
    assert found, escape(page)
    return {"intent": found[1]}


def said(asked: CaptureQueriesContext) -> list[str]:
    """The beginnings of the statements, blanks as one."""
    return [" ".join(query["sql"].split()) for query in asked]


def check_statements(asked: CaptureQueriesContext, *beginnings: str) -> None:
    statements = said(asked)
    assert len(statements) == len(beginnings), statements
    for statement, beginning in zip(statements, beginnings, strict=True):
        assert statement.startswith(beginning), statement


def test_a_confirmed_click_is_two_statements(alice: User, bob: User) -> None:
    """Who is signed in, and the click: no savepoint, no commit beside it."""
    client = Client()
    client.force_login(alice)
    form = form_for(client, thing_of(bob, "song"))

    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/flattr/confirm", form)

    assert answer.status_code == 303
    check_statements(asked, SESSION, CLICK)
    assert Flattr.objects.filter(reader=alice).count() == 1


def test_a_click_of_a_program_is_two_statements(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")
    client = Client(headers={"Authorization": f"Bearer {used_token(alice)}"})

    with CaptureQueriesContext(connection) as asked:
        first = client.post(ADDRESS, {"url": song.url}, "application/json")
    with CaptureQueriesContext(connection) as asked_again:
        again = client.post(ADDRESS, {"url": song.url}, "application/json")

    assert (first.status_code, again.status_code) == (200, 403)
    assert first.json()["thing"] == {
        **first.json()["thing"],
        "id": song.pk,
        "url": song.url,
        "title": "Song",
        "image": "",
        "flattrs": 1,
    }
    assert again.json()["error"] == "flattr_once"
    check_statements(asked, TOKEN, CLICK)
    check_statements(asked_again, TOKEN, CLICK)


def test_a_click_that_is_refused_leaves_its_form_unused(alice: User, bob: User) -> None:
    """C1: the same thing twice, by two pages that were opened at once."""
    client, song = Client(), thing_of(bob, "song")
    client.force_login(alice)
    first, second = form_for(client, song), form_for(client, song)
    client.post("/flattr/confirm", first)

    refused = client.post("/flattr/confirm", second)
    client.post("/flattr/undo", {"thing": song.pk})
    again = client.post("/flattr/confirm", second)

    assert (refused.status_code, again.status_code) == (403, 303)
    assert UsedIntent.objects.count() == 2
    assert Flattr.objects.get().thing == song


def test_clicks_are_committed_when_they_are_answered_on_connections_that_stay(
    server: str,
) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    things = [thing_of(bob, f"song-{number}") for number in range(16)]
    token = used_token(alice)
    seen: list[set[int]] = []

    with closing(http.client.HTTPConnection(urlsplit(server).netloc)) as web:
        for thing in things:
            headers = {"Authorization": f"Bearer {token}"}
            web.request("POST", ADDRESS, json.dumps({"url": thing.url}), headers)
            answer = web.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()
            # This connection is not the server's: what it sees is committed.
            assert Flattr.objects.filter(reader=alice, thing=thing).exists()
            seen.append(server_connections())

    # Four threads, each with a connection that it keeps.
    assert len(set().union(*seen)) <= 4
    assert all(before <= after for before, after in itertools.pairwise(seen))


def used_token(reader: User) -> str:
    """A token that was used within the hour, which is not noted again."""
    raw = tokens.make(reader, "a program", ["flattr", "thing"])
    found = tokens.find(raw)
    assert found
    tokens.note_use(found)
    return raw


def server_connections() -> set[int]:
    """The sessions of others in this test's database, by their processes."""
    rows = execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = current_user AND pid <> pg_backend_pid()"
    )
    return {pid for (pid,) in rows}

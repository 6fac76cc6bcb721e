"""A client of 2014 from PyPI, unmodified: flattrclient 0.2 does all that it can."""

from __future__ import annotations

from typing import Any

import flattrclient
import flattrclient.api
import flattrclient.exc
import pytest
import requests
from requests.adapters import HTTPAdapter

from accounts.models import User
from accounts.oauth import tokens
from buttons.clicks import subscribing
from tests.world.people import open_budget, person, thing_of

OLD = "https://api.flattr.com"


class OurHost(HTTPAdapter):
    """Carries what is meant for the old host to the tests' server."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self.server = server

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        request.url = str(request.url).replace(OLD, self.server)
        return super().send(request, *args, **kwargs)


def client_for(server: str, somebody: User, *scopes: str) -> Any:
    token = tokens.make(somebody, "python-flattr", scopes or ("flattr", "thing"))
    api = flattrclient.api.get(token)
    api._session.mount(OLD, OurHost(server))
    return api


def test_a_creator_makes_changes_finds_and_deletes(server: str) -> None:
    bob = person("bob", first_name="Bob")
    api = client_for(server, bob)
    song = api.things.new(
        url="https://bob.example/song?a=1#top",
        title="A song",
        description="Of spring, sung on the hill",
        tags=["music", "spring"],
    )

    made = song.commit()

    assert made["message"] == "ok"
    assert song.id == made["id"]
    found = api.things.lookup("https://bob.example/song?a=1#top")
    assert (found.id, found.title, found.tags) == (
        song.id,
        "A song",
        ["music", "spring"],
    )
    assert (found.hidden, found.flattrs, found.flattred) == (False, 0, False)
    assert found.owner["username"] == "bob"
    found.title = "A better song"
    assert found.commit()["message"] == "ok"
    assert found.commit() is None, "nothing to do"
    assert api.things.get(str(song.id)).title == "A better song"
    other = api.things.new(url="https://bob.example/other")
    other.commit()
    both = api.things.get(str(song.id), str(other.id))
    assert [one.id for one in both] == [song.id, other.id]
    assert [one.id for one in api.authenticated.get_things()] == [other.id, song.id]
    assert [one.id for one in api.users("bob").get_things(count=1)] == [other.id]
    assert api.users.get("BOB").firstname == "Bob"
    found = api.things.search(query="better", tags="music ! winter")
    assert (found.total_items, found.items, found.page) == (1, 1, 1)
    assert [one.id for one in found.things] == [song.id]
    assert other.delete() == ""
    with pytest.raises(flattrclient.exc.NotFoundError):
        api.things.lookup("https://bob.example/other")


def test_a_reader_flattrs_and_subscribes(server: str) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    song = thing_of(bob, "song")
    api = client_for(server, alice)
    thing = api.things.get(str(song.pk))

    answer = thing.support()

    assert (answer["message"], answer["thing"]["flattrs"]) == ("ok", 1)
    [flattr] = api.authenticated.get_flattrs()
    assert flattr.thing["id"] == song.pk
    assert flattr.owner["username"] == "alice"
    assert list(thing.get_flattrs()) == [], "Alice does not show it"
    assert thing.subscribe()["message"] == "ok"
    assert thing.pause_subscription()["message"] == "paused"
    [subscription] = api.authenticated.get_subscriptions()
    assert (subscription.active, subscription.thing.id) == (False, song.pk)
    again = api.things.get(str(song.pk))
    assert (again.flattred, again.subscribed) == (True, True)
    assert again.unsubscribe() == ""
    assert list(api.authenticated.get_subscriptions()) == []
    assert len(api.authenticated.get_activities()["items"]) == 1
    # The client asks for stream JSON from now on, whatever it wants.
    assert api.things.get(str(song.pk)).flattred is True
    assert subscribing.fire() == 0


def test_what_the_client_is_told_when_it_cannot(server: str) -> None:
    alice, bob = person("alice"), person("bob")
    song = thing_of(bob, "song")
    api = client_for(server, alice)
    own = client_for(server, bob, "flattr")

    thing = api.things.get(str(song.pk))

    with pytest.raises(flattrclient.exc.FlattrApiError, match="budget"):
        thing.support()
    with pytest.raises(flattrclient.exc.FlattrApiError, match="own thing"):
        own.things.get(str(song.pk)).support()
    with pytest.raises(flattrclient.exc.NotFoundError):
        api.things.get("999999")
    with pytest.raises(flattrclient.exc.NotFoundError):
        api.users.get("nobody")
    with pytest.raises(flattrclient.exc.InsufficientScopeError):
        own.things.new(url="https://bob.example/x").commit()
    api._session.headers["Authorization"] = "Bearer wrong"
    with pytest.raises(flattrclient.exc.UnauthorizedError):
        api.things.get(str(song.pk))

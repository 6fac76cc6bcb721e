"""What somebody wrote with flattrclient 0.2 when Flattr was at flattr.com.

It is told people's keys on its standard input, and writes what it met as JSON.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
from collections.abc import Callable
from typing import Any

import certifi
import flattrclient.api
import flattrclient.exc
import flattrclient.oauth
import requests

SONG = "https://bob.example/song?a=1#top"


def sign_in(keys: dict[str, str]) -> Any:
    """Bob's token, for the code that his browser brought."""
    auth = flattrclient.oauth.get()
    auth.set_auth(keys["app"], keys["secret"])
    return auth.token(keys["code"], keys["callback"])


def make(bob: Any) -> dict[str, Any]:
    song = bob.things.new(
        url=SONG, title="A song", description="Of spring", tags=["music", "spring"]
    )
    met: dict[str, Any] = {"created": song.commit()["message"], "id": song.id}
    found = bob.things.lookup(SONG)
    met["found"] = [found.id, found.title, found.tags, found.owner["username"]]
    found.title, found.description = "A better song", "Of autumn"
    # A language too, which the client knows and never sends.
    found.tags, found.category, found.language = ["music"], "audio", "sv_SE"
    met["updated"] = found.commit()["message"]
    met["again"] = found.commit()
    changed = bob.things.get(str(song.id))
    met["changed"] = [changed.description, changed.tags, changed.category]
    other = bob.things.new(url="https://bob.example/other", hidden=True)
    other.commit()
    met["other"] = other.id
    met["both"] = [one.id for one in bob.things.get(str(song.id), str(other.id))]
    met["own"] = [one.id for one in bob.authenticated.get_things()]
    met["bobs"] = [one.id for one in bob.users("bob").get_things(count=1)]
    met["first name"] = bob.users.get("BOB").firstname
    searched = bob.things.search(query="better", tags="music ! winter")
    met["searched"] = [searched.total_items, *(one.id for one in searched.things)]
    met["deleted"] = other.delete()
    return met


def give(alice: Any, song: str) -> dict[str, Any]:
    thing = alice.things.get(song)
    answer = thing.support()
    met: dict[str, Any] = {"flattred": [answer["message"], answer["thing"]["flattrs"]]}
    met["flattrs"] = [one.thing["id"] for one in alice.authenticated.get_flattrs()]
    met["shown"] = list(thing.get_flattrs())
    met["shown by her"] = list(alice.users("alice").get_flattrs())
    met["subscribed"] = thing.subscribe()["message"]
    met["paused"] = thing.pause_subscription()["message"]
    met["goes on"] = thing.pause_subscription()["message"]
    [subscription] = alice.authenticated.get_subscriptions()
    met["subscription"] = [subscription.active, subscription.thing.id]
    again = alice.things.get(song)
    met["seen"] = [again.title, again.flattred, again.subscribed]
    met["unsubscribed"] = again.unsubscribe()
    met["subscriptions"] = list(alice.authenticated.get_subscriptions())
    met["activities"] = len(alice.authenticated.get_activities()["items"])
    met["incoming"] = alice.authenticated.get_activities(type="incoming")["items"]
    met["after stream"] = alice.things.get(song).flattred
    return met


def fail(alice: Any, bob: Any, song: str) -> dict[str, str]:
    stranger = flattrclient.api.get("wrong")
    return {
        "twice": refusal(alice.things.get(song).support),
        "own": refusal(bob.things.get(song).support),
        "no thing": refusal(lambda: alice.things.get("999999")),
        "deleted": refusal(lambda: bob.things.lookup("https://bob.example/other")),
        "nobody": refusal(lambda: alice.users.get("nobody")),
        "no scope": refusal(alice.things.new(url="https://alice.example/x").commit),
        "no token": refusal(lambda: stranger.things.get(song)),
        "code twice": refusal(lambda: sign_in(told)),
    }


def refusal(call: Callable[[], Any]) -> str:
    """The client's own name for it."""
    try:
        call()
    except flattrclient.exc.FlattrApiError as met:
        return f"{type(met).__name__}: {met}"
    return ""


def authorize_page(keys: dict[str, str]) -> list[Any]:
    """Where the client sends people, and where that leads somebody unknown."""
    auth = flattrclient.oauth.get()
    page = auth.authorize(keys["app"], "flattr,thing", keys["callback"])
    answer = requests.get(page, timeout=20, allow_redirects=False)
    return [page.partition("?")[0], answer.status_code, answer.headers["Location"]]


def cut_short(token: str) -> list[str]:
    """The head of the answer to a body of fewer bytes than it says, with what would
    be the next request behind it, and all that came after the answer's body."""
    body = '{"url":"https://alice.example/ü"}'.encode()
    head = (
        "POST /rest/v2/things HTTP/1.1",
        "Host: api.flattr.com",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body) - 1}",
    )
    sent = "\r\n".join([*head, "", ""]).encode() + body
    context = ssl.create_default_context(cafile=certifi.where())
    plain = socket.create_connection(("api.flattr.com", 443), timeout=20)
    with context.wrap_socket(plain, server_hostname="api.flattr.com") as wire:
        wire.sendall(sent)
        got = b"".join(iter(lambda: wire.recv(65536), b""))
    return got.decode().split("\r\n")


if __name__ == "__main__":
    told = json.load(sys.stdin)
    token = sign_in(told)
    bob = flattrclient.api.get(token["access_token"])
    alice = flattrclient.api.get(told["alice"])
    made = make(bob)
    met = {
        "token": sorted(token),
        "authorize": authorize_page(told),
        "made": made,
        "gave": give(alice, str(made["id"])),
        "cut short": cut_short(token["access_token"]),
        # Last: who brings a code twice loses the token that it became.
        "failed": fail(alice, bob, str(made["id"])),
    }
    json.dump(met, sys.stdout)

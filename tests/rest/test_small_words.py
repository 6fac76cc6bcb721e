"""Small answers that old programs, and whoever writes a new one, go by."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from tests.rest.asking import FORM, Caller, code_of
from tests.world.people import thing_of

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("path", ["", "/"])
def test_a_player_hears_that_somebody_is_here(alice: User, path: str) -> None:
    """gPodder asks before it sends the flattrs that it kept."""
    for call in (Caller(), Caller(alice)):
        answer = call.get(path)
        assert answer.status_code == 200
        assert answer.json() == {"message": "hello_world"}
    assert code_of(Caller().post(path)) == (405, "invalid_request")
    assert code_of(Caller().get("/nothing")) == (404, "not_found")


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("category", "podcasts", 400),
        ("category", "audio", 200),
        ("category", " AUDIO ", 200),
        ("category", "", 200),
        ("language", "JavaScript", 400),
        ("language", "de-de", 200),
        ("language", "", 200),
    ],
)
@pytest.mark.parametrize("way", ["patch", "old"])
def test_what_is_not_listed_is_no_change(
    bob: User, field: str, value: str, status: int, way: str
) -> None:
    song = thing_of(bob, "song")
    before = (song.title, song.category, song.language)
    call, at = Caller(bob), f"/things/{song.pk}"

    if way == "patch":
        answer = call("PATCH", at, {"title": "New", field: value})
    else:
        words = f"_method=patch&title=New&{field}={value.strip()}"
        answer = call.post(at, words, Content_Type=FORM)

    assert answer.status_code == status
    song.refresh_from_db()
    if status == 400:
        assert answer.json()["error"] == "invalid_parameters"
        assert field in answer.json()["error_description"]
        assert (song.title, song.category, song.language) == before
    else:
        assert song.title == "New"
        assert value.strip() == "" or getattr(song, field) != before[0]


def feed(call: Caller, path: str) -> tuple[str, str, str, int]:
    """Title, id and own address of a feed, and how many entries it has."""
    root = ET.fromstring(call.get(path).content)  # noqa: S314 (our own)
    links = [link for link in root.iter(f"{ATOM}link") if link.get("rel") == "self"]
    text = {name: str(root.findtext(f"{ATOM}{name}")) for name in ("title", "id")}
    entries = len(root.findall(f"{ATOM}entry"))
    return text["title"], text["id"], str(links[0].get("href")), entries


def test_what_others_did_is_a_feed_of_its_own(alice: User, bob: User) -> None:
    """A reader of feeds would take two with one id for the same."""
    User.objects.filter(pk=alice.pk).update(shows_flattrs=True)
    flattr_thing(alice, thing_of(bob, "song"))
    for at, call in (("/user", Caller(bob)), ("/users/bob", Caller())):
        mine = feed(call, f"{at}/activities.atom")
        theirs = feed(call, f"{at}/activities.atom?type=incoming")

        assert (mine[3], theirs[3]) == (0, 1)
        assert mine[:3] == feed(call, f"{at}/activities.atom?type=outgoing")[:3]
        assert mine[0] == "What bob flattrs"
        assert theirs[0] == "What others flattr of bob"
        assert theirs[1] == theirs[2] == f"{mine[1]}?type=incoming"


def test_the_page_says_what_is_refused_to_whoever_deletes(
    alice: User, bob: User
) -> None:
    song = thing_of(bob, "song")
    flattr_thing(alice, song)

    answer = Caller(bob)("DELETE", f"/things/{song.pk}")

    assert code_of(answer) == (403, "forbidden")
    assert "statements name it" in answer.json()["error_description"]
    page = text_of("/developers/api")
    assert "A thing that was flattred, or taken down, is not deleted" in page


def test_a_nul_is_in_the_description() -> None:
    answer = Caller().get("/users/%00")
    assert code_of(answer) == (400, "invalid_request")

    told = Caller().get("/openapi.json").json()["paths"]

    assert all(
        "400" in call["responses"] for of in told.values() for call in of.values()
    )


def text_of(path: str) -> str:
    page = Client().get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_an_app_can_be_written_from_the_page_alone() -> None:
    """Each address, parameter and rule of OAuth stands there, as it is."""
    page, about = (
        text_of("/developers/api"),
        Client().get("/.well-known/oauth-authorization-server").json(),
    )

    for word in (
        about["authorization_endpoint"],
        about["token_endpoint"],
        *("response_type", "client_id", "redirect_uri", "scope", "state"),
        *("code_challenge", "code_challenge_method", "code_verifier", "S256"),
        *("grant_type=authorization_code", "client_secret", "HTTP Basic"),
        *("access_denied", "invalid_grant", "invalid_client", "iss"),
        *("letter by letter", "A code works once", "does not expire"),
        f"Within {settings.OAUTH2_PROVIDER['AUTHORIZATION_CODE_EXPIRE_SECONDS']} seconds",
        *("revokes the app", "new password", "second factor", "delete the app"),
        *settings.SCOPES,
    ):
        assert word in page, word
    assert 'href="/.well-known/oauth-authorization-server"' in (
        Client().get("/developers/api").content.decode()
    )

"""Nobody reads or changes what is another's: two people, every endpoint, every id."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.models.oauth import AccessToken
from accounts.oauth import allowances
from buttons.clicks import subscribing
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr, Promise, Thing
from buttons.models.programs import KeptAnswer, Subscription
from flattr.database import clock
from tests.accounts.oauth.apps import app_of
from tests.accounts.signing_in.visiting import sign_in
from tests.questions import Questions
from tests.rest.asking import EVERYTHING, FORM, Caller, code_of
from tests.world.people import open_budget, person, thing_of

pytestmark = pytest.mark.django_db

PRIVATE = ["/user", "/user/things", "/user/flattrs", "/user/activities"]
PRIVATE += ["/user/subscriptions"]


@pytest.fixture
def mallory(db: None) -> User:
    reader = person("mallory")
    open_budget(reader)
    return reader


@pytest.fixture
def world(alice: User, bob: User) -> dict[str, Thing]:
    """Things of Bob's of every kind, what Alice gave, and that she shows none of it."""
    things = {
        "song": thing_of(bob, "song"),
        "hidden": thing_of(bob, "hidden"),
        "down": thing_of(bob, "down"),
        "unproved": thing_of(bob, "unproved", proved=False),
    }
    Thing.objects.filter(pk=things["hidden"].pk).update(hidden=True)
    flattr_thing(alice, things["song"])
    flattr_thing(alice, things["hidden"])
    subscribing.subscribe(alice, things["song"])
    Thing.objects.filter(pk=things["down"].pk).update(suspended_at=clock.now())
    return things


def state() -> list[Any]:
    return [
        sorted(map(repr, Thing.objects.values_list())),
        sorted(map(repr, Subscription.objects.values_list())),
        sorted(
            map(repr, Flattr.objects.filter(reader__username="alice").values_list())
        ),
        sorted(map(repr, User.objects.exclude(username="mallory").values_list())),
    ]


def test_another_changes_nothing(world: dict[str, Thing], mallory: User) -> None:
    """No endpoint changes another person's rows (A7, T40)."""
    before, calls = state(), [Caller(mallory), Caller(mallory, "flattr"), Caller()]

    for thing in world.values():
        at = f"/things/{thing.pk}"
        for call in calls:
            body = {"title": "Mine", "owner": "mallory", "flattrs": 9, "id": 1}
            answers = [
                call("PATCH", at, body),
                call.post(at, {**body, "_method": "patch"}),
                call("DELETE", at),
                call("PUT", f"{at}/subscriptions"),
                call("DELETE", f"{at}/subscriptions"),
                call.post("/things", {"url": thing.url, "title": "Mine"}),
            ]
            assert {answer.status_code for answer in answers} <= {400, 401, 403, 404}

    assert state() == before


def test_another_reads_nothing(world: dict[str, Thing], mallory: User) -> None:
    """No endpoint shows another person's rows (A7, T40)."""
    song, hidden, down = (world[kind].pk for kind in ("song", "hidden", "down"))
    for call in (Caller(mallory), Caller()):
        paths = ["/users/alice/flattrs", "/users/alice/activities"]
        paths += [f"/things/{song}/flattrs", f"/things/{hidden}/flattrs"]
        paths += ["/users/bob/activities?type=incoming", "/users/bob", "/users/alice"]
        paths += ["/users/bob/things", "/things/search?query=hidden", f"/things/{song}"]
        for path in paths:
            text = call.get(path).content.decode()
            assert "@people.example" not in text, path
            assert '"title":"Hidden"' not in text, path
            assert "alice" not in text or path == "/users/alice", path
        assert call.get(f"/things/{down}").status_code == 404
        assert call.get(f"/things/{down}/flattrs").status_code == 404
    told = [Caller(mallory).get(path).content.decode() for path in PRIVATE]
    assert not any("alice" in text or "bob" in text for text in told)
    assert [code_of(Caller().get(path))[0] for path in PRIVATE] == [401] * len(PRIVATE)


def test_a_session_is_worth_nothing(world: dict[str, Thing], bob: User) -> None:
    """T27: with a cookie alone it is 401, and nothing is set."""
    browser = Client()
    sign_in(browser, "bob", "correct horse")

    for path in PRIVATE:
        assert browser.get(f"/rest/v2{path}").status_code == 401
    made = browser.post("/rest/v2/things", {"url": "https://bob.example/"})
    assert made.status_code == 401
    answer = browser.get(f"/rest/v2/things/{world['song'].pk}")
    assert not answer.cookies
    assert "flattred" not in answer.json()


def test_each_scope_is_what_it_says(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")
    needed = {
        ("POST", "/things"): "thing",
        ("PATCH", f"/things/{song.pk}"): "thing",
        ("DELETE", f"/things/{song.pk}"): "thing",
        ("POST", f"/things/{song.pk}/flattr"): "flattr",
        ("POST", "/flattr"): "flattr",
        ("POST", "/flattr/bulk"): "flattr",
        ("GET", "/user/subscriptions"): "flattr",
        ("POST", f"/things/{song.pk}/subscriptions"): "flattr",
    }
    for (method, path), scope in needed.items():
        others = [other for other in EVERYTHING if other != scope]
        answer = Caller(alice, *others)(method, path, {})
        assert code_of(answer) == (403, "insufficient_scope"), (method, path)
    assert "email" not in Caller(alice, "flattr").get("/user").json()
    assert Caller(alice, "email").get("/user").json()["email"] == alice.email
    assert "registered_at" in Caller(alice, "extendedread").get("/user").json()


def test_what_the_owner_alone_sees(world: dict[str, Thing], bob: User) -> None:
    song = world["song"].pk

    own = Caller(bob).get(f"/things/{song}").json()
    listed = Caller(bob).get("/user/things").json()
    without = Caller(bob, "flattr").get("/user/things").json()

    assert own["last_flattr_at"] > 0
    assert {thing["title"] for thing in listed} >= {"Song", "Hidden", "Down"}
    assert "Hidden" not in {thing["title"] for thing in without}
    assert Caller(bob).get(f"/things/{world['down'].pk}").status_code == 200


def test_who_shows_what_they_flattr(world: dict[str, Thing], alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(shows_flattrs=True)

    [flattr] = Caller().get("/users/alice/flattrs").json()
    [of_song] = Caller().get(f"/things/{world['song'].pk}/flattrs?full").json()
    [item] = Caller().get("/users/alice/activities.as").json()["items"]

    assert flattr["thing"]["title"] == "Song", "what is hidden stays hidden"
    assert flattr["owner"]["username"] == "alice"
    assert of_song["owner"]["id"] == alice.public_id
    assert item["actor"]["displayName"] == "alice"


def test_a_flattred_thing_stays(world: dict[str, Thing], bob: User) -> None:
    answer = Caller(bob)("DELETE", f"/things/{world['song'].pk}")

    assert code_of(answer) == (403, "forbidden")


def test_refusals_come_in_their_order(alice: User, bob: User, carol: User) -> None:
    song = thing_of(bob, "song")
    at = f"/things/{song.pk}/flattr"

    assert code_of(Caller().post(at)) == (401, "unauthorized")
    assert code_of(Caller(alice, "thing").post(at)) == (403, "insufficient_scope")
    assert code_of(Caller(alice).post("/things/99999/flattr")) == (404, "not_found")
    assert code_of(Caller(alice).post("/flattr", {})) == (400, "invalid_parameters")
    malformed = Caller(alice).post("/flattr", {"url": "ftp://x"})
    assert code_of(malformed) == (400, "invalid_request")
    assert code_of(Caller(bob).post(at)) == (403, "flattr_owner")
    assert code_of(Caller(carol).post(at)) == (401, "no_means")
    assert Caller(alice).post(at).status_code == 200
    assert code_of(Caller(alice).post(at)) == (403, "flattr_once")


def test_an_address_that_nobody_registered(alice: User, carol: User) -> None:
    """Decided: a promise, and nothing at all for who has no means."""
    link = "https://flattr.com/submit/auto?user_id=carol&url=http%3A%2F%2Fcarol.example"

    assert code_of(Caller(carol).post("/flattr", {"url": "https://new.example/"})) == (
        401,
        "no_means",
    )
    assert not Thing.objects.exists()
    assert (
        Caller(alice).post("/flattr", {"url": "https://new.example/"}).status_code
        == 200
    )
    assert Caller(alice).post("/flattr", {"url": link}).status_code == 200
    assert code_of(Caller(carol).post("/flattr", {"url": link})) == (
        403,
        "flattr_owner",
    )
    assert Promise.objects.count() == 2
    unclaimed = (
        Caller().get(f"/things/{Thing.objects.get(host='new.example').pk}").json()
    )
    assert unclaimed["owner"]["username"] == ""
    assert "/claim?url=" in unclaimed["owner"]["link"]


def test_a_link_that_names_another_is_refused(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")
    link = f"https://flattr.com/submit/auto?user_id=mallory&url={song.url}"

    assert code_of(Caller(alice).post("/flattr", {"url": link})) == (400, "validation")
    assert code_of(Caller().get(f"/things/lookup?url={link}")) == (400, "validation")


def test_the_app_has_its_monthly_limit(alice: User, bob: User) -> None:
    app = app_of(bob)
    first, second = thing_of(bob, "song"), thing_of(bob, "film")
    allowances.limit(alice, app, 1)
    call = Caller(alice)
    AccessToken.objects.filter(user=alice).update(application=app)

    assert call.post(f"/things/{first.pk}/flattr").status_code == 200
    assert code_of(call.post(f"/things/{second.pk}/flattr")) == (403, "forbidden")
    assert Flattr.objects.count() == 1


def test_many_at_once(alice: User, bob: User, carol: User) -> None:
    song = thing_of(bob, "song")
    sent: list[Any] = [
        {"url": song.url},
        {"url": "nonsense"},
        {},
        "x",
        {"url": song.url},
    ]

    told = Caller(alice).post("/flattr/bulk", sent).json()

    assert ["message" in item for item in told["items"]] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert Flattr.objects.count() == 1
    assert code_of(Caller(carol).post("/flattr/bulk", sent)) == (402, "no_means")
    assert code_of(Caller(alice).post("/flattr/bulk", {"url": song.url}))[0] == 400
    many = [{"url": song.url}] * 101
    assert code_of(Caller(alice).post("/flattr/bulk", many)) == (
        400,
        "invalid_parameters",
    )


def test_a_post_with_a_key_is_done_once(alice: User, bob: User) -> None:
    song, film = thing_of(bob, "song"), thing_of(bob, "film")
    call = Caller(alice)
    body = {"url": song.url}

    first = call.post("/flattr", body, Idempotency_Key="k1")
    again = call.post("/flattr", body, Idempotency_Key="k1")
    other = call.post("/flattr", {"url": film.url}, Idempotency_Key="k1")
    anew = call.post("/flattr", body, Idempotency_Key="k2")
    anew_again = call.post("/flattr", body, Idempotency_Key="k2")
    elses = Caller(bob).post("/flattr", {"url": film.url}, Idempotency_Key="k1")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert code_of(other) == (400, "invalid_request")
    assert code_of(anew) == code_of(anew_again) == (403, "flattr_once")
    assert code_of(elses) == (403, "flattr_owner")
    assert Flattr.objects.count() == 1
    KeptAnswer.objects.update(kept_at=clock.now().replace(year=2020))
    assert code_of(call.post("/flattr", body, Idempotency_Key="k1")) == (
        403,
        "flattr_once",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/things/search?sort=flattrs_week&full",
        "/users/bob/things?full=1",
        "/users/alice/flattrs?full=1",
        "/users/alice/activities",
        "/user/flattrs",
        "/user/subscriptions",
    ],
)
def test_lists_ask_as_much_whatever_their_length(
    alice: User, bob: User, path: str
) -> None:
    User.objects.filter(pk=alice.pk).update(shows_flattrs=True)
    call = Caller(alice)

    def grow(slug: str, maker: User) -> None:
        thing = thing_of(maker, slug)
        flattr_thing(alice, thing)
        subscribing.subscribe(alice, thing)

    grow("first", bob)
    call.get(path)
    with Questions() as few:
        call.get(path)
    for number in range(12):
        grow(f"more-{number}", bob if number % 2 else person(f"maker-{number}"))
    with Questions() as many:
        answer = call.get(path)

    assert answer.status_code == 200
    assert few.count == many.count


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/things/" + ",".join(map(str, range(60))), (400, "invalid_parameters")),
        ("/things/nothing_here", (404, "not_found")),
        ("/things/99999999999999999999", (404, "not_found")),
        ("/things/0,-1,x", (404, "not_found")),
        ("/things", (400, "invalid_parameters")),
        ("/things/lookup", (400, "invalid_parameters")),
        ("/things/lookup?url=chrome://newtab", (404, "not_found")),
        ("/users/nobody/things", (404, "not_found")),
        ("/users/nobody/activities", (404, "not_found")),
        ("/elsewhere", (404, "not_found")),
    ],
)
def test_what_is_not_there(db: None, path: str, told: tuple[int, str]) -> None:
    """T41 among them."""
    assert code_of(Caller().get(path)) == told


@pytest.mark.parametrize(
    "body",
    [
        {"url": 7},
        {"url": ["https://x.example/"]},
        {"url": {"a": 1}},
        {"url": "javascript:alert(1)"},
        {"url": "https://u:p@x.example/"},
        {"url": "https://x.example/", "title": {"a": 1}},
        {},
        [],
        [1],
    ],
)
def test_a_thing_of_nonsense(alice: User, body: Any) -> None:
    answer = Caller(alice).post("/things", body)

    assert answer.status_code == 400, answer.content
    assert answer.json()["error"] in {"invalid_parameters", "validation"}
    assert not Thing.objects.exists()


def test_fields_that_are_nobodys_to_write(alice: User) -> None:
    """A7: only what a thing is made of is read."""
    body = {
        "url": "https://alice.example/",
        "title": "<b>x</b>" + "y" * 200,
        "category": "nonsense",
        "language": "de-DE",
        "owner": "bob",
        "flattrs": 7,
        "proved_at": "2020-01-01",
        "suspended_at": None,
        "picture": "0" * 32,
    }

    Caller(alice).post("/things", body)

    made = Thing.objects.get()
    assert (made.owner, made.flattrs, made.proved, made.picture) == (
        alice,
        0,
        False,
        "",
    )
    assert (made.category, made.language, len(made.title)) == ("rest", "de_DE", 100)


def test_a_form_is_as_good_as_json(alice: User) -> None:
    answer = Caller(alice).post(
        "/things", "url=https%3A%2F%2Falice.example%2F&hidden=1", Content_Type=FORM
    )

    assert answer.status_code == 201
    assert Thing.objects.get().hidden is True
    assert json.loads(answer.content)["id"] == Thing.objects.get().pk

"""Public pages are read from a replica that follows the database, for whoever is not
signed in; one that is behind or away takes nothing with it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from accounts.models import User
from accounts.oauth import tokens
from buttons.models import Thing
from tests.hostile.processes.parts import Part
from tests.hostile.processes.platform import Platform, eventually, surely
from tests.hostile.processes.standby import Standby, following
from tests.world.people import person, thing_of

pytestmark = pytest.mark.all


@pytest.fixture
def standby(platform: Platform) -> Iterator[Standby]:
    with following(platform) as standby:
        assert standby.is_read_only()
        yield standby


@pytest.fixture
def web(platform: Platform, standby: Standby) -> Iterator[Part]:
    """The web server, which knows of the replica."""
    platform.web.stop()
    web = platform.web.like("web-2", DATABASE_REPLICA_URL=standby.url("app"))
    web.start()
    eventually(
        lambda: web.is_ready() and page(platform, "/healthz")[0] == 200, "no web"
    )
    yield web
    web.end()
    print(web.words()[-4_000:])  # noqa: T201


def page(platform: Platform, path: str, **headers: str) -> tuple[int, str]:
    asked = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=30)
    asked.request("GET", path, headers=headers)
    answer = asked.getresponse()
    return answer.status, answer.read().decode()


def call_it(thing: Thing, title: str) -> None:
    Thing.objects.filter(pk=thing.pk).update(title=title, flattrs=len(title))


def test_public_pages_are_read_from_a_replica(
    platform: Platform, standby: Standby, web: Part
) -> None:
    bob = person("bob")
    song = thing_of(bob, "song")
    call_it(song, "Cheerful")
    public = [
        f"/thing/{song.pk}",
        "/profile/bob",
        "/discover",
        "/profile/bob/things.atom",
    ]
    eventually(lambda: "Cheerful" in page(platform, public[0])[1], "it does not follow")
    standby.pause()
    call_it(song, "Sad")

    for path in public:
        status, text = page(platform, path)
        assert (status, "Cheerful" in text, "Sad" in text) == (200, True, False), path
    count = f"/button/count?url={quote(song.url, safe='')}"
    assert json.loads(page(platform, count)[1]) == {song.url: len("Cheerful")}
    a_program_reads_what_was_written(platform, bob, song)
    whoever_is_signed_in_reads_what_was_written(platform, song)
    what_is_not_there_yet_is_looked_for(platform, bob)

    standby.resume()
    eventually(lambda: "Sad" in page(platform, public[0])[1], "it does not go on")
    public_pages_outlive_the_database(platform, public)
    a_replica_that_is_away_is_none(platform, standby, song)


def a_program_reads_what_was_written(
    platform: Platform, bob: User, song: Thing
) -> None:
    token = tokens.make(bob, "phone", ["thing"])
    told = page(platform, f"/rest/v2/things/{song.pk}", Authorization=f"Bearer {token}")
    assert json.loads(told[1])["title"] == "Sad"


def whoever_is_signed_in_reads_what_was_written(
    platform: Platform, song: Thing
) -> None:
    """A cookie is enough, whosever it is."""
    assert "Sad" in page(platform, f"/thing/{song.pk}", Cookie="s=x")[1]


def what_is_not_there_yet_is_looked_for(platform: Platform, bob: User) -> None:
    new = thing_of(bob, "new")
    assert page(platform, f"/thing/{new.pk}")[0] == 200
    assert page(platform, f"/thing/{new.pk + 1_000}")[0] == 404


def public_pages_outlive_the_database(platform: Platform, public: list[str]) -> None:
    """Nobody can do anything meanwhile, but what is public is there."""
    platform.lose_postgres()
    try:
        for path in public:
            assert page(platform, path)[0] == 200, path
        assert page(platform, "/thing/999999")[0] == 503
    finally:
        platform.postgres_is_back()


def a_replica_that_is_away_is_none(
    platform: Platform, standby: Standby, song: Thing
) -> None:
    standby.stop()
    surely(lambda: call_it(song, "Merry"))
    for _ in range(4):
        began = time.monotonic()
        assert "Merry" in page(platform, f"/thing/{song.pk}")[1]
        assert time.monotonic() - began < 10

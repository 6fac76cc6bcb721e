"""Anna's repository and her host, looked at by the worker: proved, lost, found again."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from accounts.models import Outbox, User
from buttons import tasks
from buttons.models import Outcome, PageCheck, Proof, Thing
from buttons.models.thing import PROVED
from buttons.proofs import looking
from buttons.things import snippets
from buttons.things.page_check_words import CheckWords
from flattr.database import clock
from tests.buttons.proofs.pages import Answer, Host
from tests.buttons.proofs.published import DECLARES, manifest, profile, rss, yml
from tests.buttons.proofs.test_proofs import again, named
from tests.world.browsing import signed_in
from tests.world.people import person


@pytest.fixture
def anna(db: None) -> User:
    return person("anna")


@pytest.fixture
def mallory(db: None) -> User:
    return person("mallory")


def has(host: Host, path: str, text: str, kind: str = "text/plain") -> None:
    host.pages[path] = Answer(text.encode(), kind)


def test_a_repository_is_proved_lost_and_found_again(anna: User, host: Host) -> None:
    file = "/anna/garden/raw/HEAD/.github/FUNDING.yml"
    has(host, file, yml(profile("anna")))
    garden = named(host.shows("/anna/garden", "A readme"))

    assert again(garden).proof_sentence == "Proved by FUNDING.yml of the repository"

    host.pages[file] = Answer(status=503)
    for _ in range(3):
        assert again(garden).proved, "the host is in trouble"
    assert not again(garden).proved

    has(host, file, yml(profile("anna")))
    assert again(garden).proved
    del host.pages[file]
    assert not again(garden).proved
    assert Outbox.objects.filter(template="proof_lost", person=anna).exists()


def test_who_is_weaker_gets_nothing_while_the_stronger_is_silent(
    anna: User, mallory: User, host: Host
) -> None:
    has(host, "/anna/garden/raw/HEAD/FUNDING.yml", yml(profile("anna")))
    own = manifest("mallory", host.url("/anna/garden"))
    has(host, "/anna/garden/raw/HEAD/funding.json", own, "application/json")
    garden = named(host.shows("/anna/garden", "A readme"))
    assert again(garden).owner == anna

    host.pages["/anna/garden/raw/HEAD/.github/FUNDING.yml"] = Answer(status=500)

    for _ in range(3):
        assert again(garden).owner == anna
    assert again(garden).owner == mallory


def test_on_a_host_of_several_a_silent_file_takes_nothing_away(
    anna: User, mallory: User, host: Host
) -> None:
    now = timezone.now()
    for one in (anna, mallory):
        Proof.objects.create(
            host=host.name, person=one, kind="file", found_at=now, seen_at=now
        )
    has(host, "/funding.json", manifest("anna", host.url("/")), "application/json")
    post = named(host.shows("/post", "Hello"))
    assert again(post).owner == anna

    host.pages["/funding.json"] = Answer(status=503)
    assert again(post).proved
    del host.pages["/funding.json"]
    assert not again(post).proved


def test_a_host_says_it_by_its_funding_json_and_by_its_feed(
    anna: User, host: Host
) -> None:
    post = named(host.shows("/post", DECLARES.format("/feed")))
    has(host, "/feed", rss(host.url("/"), profile("anna")), "text/xml; charset=utf-8")
    assert again(post).proof_sentence == "Proved by podcast:funding in its feed"

    has(host, "/funding.json", manifest("anna", host.url("/")), "application/json")
    assert again(post).proof_sentence == "Proved by its funding.json"

    has(host, "/funding.json", "not here", "text/html")
    assert again(post).proof_sentence == "Proved by podcast:funding in its feed"
    host.shows("/post", "No feed")
    assert not again(post).proved


def test_a_look_is_six_requests_at_most(db: None, host: Host) -> None:
    again(named(host.shows("/anna/garden", "A readme")))
    assert len(host.asked) == 5

    host.asked.clear()
    feeds = "".join(DECLARES.format(f"/{number}.xml") for number in range(9))
    again(named(host.shows("/post", feeds)))
    assert len(host.asked) == 5


def test_a_batch_begins_nothing_when_its_time_is_over(
    db: None, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        named(host.url(f"/{number}"))
    monkeypatch.setattr(looking, "check", lambda _look: time.sleep(0.3))
    called: list[int] = []

    def first() -> int:
        called.append(len(called))
        return 0

    assert looking.check_due(0.2, first) == 1
    assert called == [0]


def test_who_asks_for_a_check_reads_where_they_were_found(
    anna: User, host: Host
) -> None:
    client = signed_in(anna)
    has(host, "/anna/garden/raw/HEAD/FUNDING.yml", yml(profile("anna")))
    url = host.shows("/anna/garden", "A readme")

    client.post("/button/check", {"url": url})
    tasks.check_pages()

    text = client.get(f"/button/check?url={url}").content.decode()
    assert "Found you in FUNDING.yml of the repository" in text
    assert Thing.objects.get(url=url).owner == anna


def test_the_files_that_we_give_to_copy_are_proofs(anna: User, host: Host) -> None:
    anna.url = host.url("/")
    funding_yml, funding_json = snippets.for_repositories(anna)
    has(host, "/anna/garden/raw/HEAD/.github/FUNDING.yml", funding_yml.code)
    has(host, "/funding.json", funding_json.code, "application/json")

    garden = again(named(host.shows("/anna/garden", "A readme")))
    post = again(named(host.shows("/post", "Hello")))

    assert garden.proof == "by FUNDING.yml of the repository"
    assert post.proof == "by its funding.json"


def test_every_proof_has_its_words(db: None) -> None:
    for kind, words in Proof.KINDS:
        assert words in PROVED
        found = PageCheck(
            outcome=Outcome.YOURS,
            facts={"kind": kind},
            url="https://a.b/",
            answered_at=clock.now(),
        )
        heading = CheckWords(found).heading
        assert ("button" in heading) is (kind in {"button", "payment"}), heading

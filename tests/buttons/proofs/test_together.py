"""Anna proves one thing, sees what else may be hers, has it all checked by one press, and is
told once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Outbox, User
from buttons import tasks
from buttons.clicks.flattring import flattr_thing
from buttons.models import JointCheck, Look, Proof, Reading, Refused, Thing
from buttons.proofs import belonging, hosts, joint_checks
from buttons.proofs.together import Row, Together, together
from buttons.things import submitting
from buttons.things.submitting import Submission
from flattr.database import clock
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Host
from tests.buttons.proofs.published import manifest, profile
from tests.buttons.proofs.test_proofs import again, button, named
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.people import person, reader_with_budget

pytestmark = pytest.mark.usefixtures("woken")


@pytest.fixture
def anna(db: None) -> User:
    return person("anna")


@pytest.fixture
def mallory(db: None) -> User:
    return person("mallory")


def proved(
    owner: User, url: str, kind: str = "meta", names: tuple[str, ...] = ()
) -> Thing:
    """A page that is proved to be somebody's, and names these addresses."""
    thing = named(url)
    words = dict(Proof.KINDS)[kind]
    Thing.objects.filter(pk=thing.pk).update(
        owner=owner, proved_at=timezone.now(), proof=words
    )
    Look.objects.filter(thing=thing).update(names=list(names))
    return thing


def proved_host(owner: User, name: str) -> None:
    now = timezone.now()
    Proof.objects.create(
        host=name, person=owner, kind="file", found_at=now, seen_at=now
    )


def whys(owner: User) -> dict[str, str]:
    return {one.thing.url: one.why for one in belonging.of(owner)}


def text_of(client: Client, path: str) -> str:
    text = re.sub(r"<[^>]+>", " ", client.get(path).content.decode())
    return re.sub(r"\s+", " ", text)


# --- What may be hers


def test_what_is_on_her_host_and_below_her_account(anna: User) -> None:
    proved_host(anna, "anna.example")
    proved(anna, "https://github.com/anna/garden", "account")
    proved(anna, "https://codeberg.org/anna", "me")
    for url in (
        "https://anna.example/post",
        "https://github.com/anna/shed",
        "https://codeberg.org/anna/well",
        # Not hers:
        "https://anna.example.evil.example/post",
        "https://www.anna.example/post",
        "https://github.com/anna-b/shed",
        "https://github.com/anna",
        "https://codeberg.org/anna-b",
    ):
        named(url)

    assert whys(anna) == {
        "https://anna.example/post": "It is on anna.example, which you have proved.",
        "https://github.com/anna/shed": (
            "It belongs to the account https://github.com/anna, which is yours."
        ),
        "https://codeberg.org/anna/well": (
            "It belongs to the account https://codeberg.org/anna, which is yours."
        ),
    }


def test_a_repository_that_is_hers_makes_no_account_hers(anna: User) -> None:
    proved(anna, "https://github.com/acme/garden", "funding")
    named("https://github.com/acme/shed")

    assert whys(anna) == {}


def test_what_her_pages_name(anna: User, mallory: User) -> None:
    page = "https://anna.example/"
    there = "https://other.example/anna"
    named(f"{there}/")
    named(f"{there}/below")
    named("https://third.example/one")
    proved(anna, page, names=(there,))
    proved(mallory, "https://mallory.example/")
    Reading.objects.create(
        url=page,
        host="anna.example",
        read_at=clock.now(),
        outcome="page",
        found={
            "signals": [
                {"kind": "funding_yml", "address": "http://third.example/one"},
                {"kind": "author", "address": f"{there}/below"},
            ]
        },
    )

    said = f"Your page {page} names it."
    assert whys(anna) == {f"{there}/": said, "https://third.example/one": said}
    assert whys(mallory) == {}

    Reading.objects.update(read_at=clock.now() - timedelta(hours=25))
    assert whys(anna) == {f"{there}/": said}


def test_what_was_registered_in_her_name(anna: User, mallory: User) -> None:
    submitting.register(Submission("https://a.example/", "anna"))

    assert whys(anna) == {"https://a.example/": "It was registered in your name."}
    assert whys(mallory) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"hidden": True},
        {"suspended_at": timezone.now()},
        {"proved_at": timezone.now()},
    ],
)
def test_what_is_not_shown(
    anna: User, mallory: User, change: dict[str, object]
) -> None:
    """Nobody learns of a hidden page by naming it, nor is a proved one offered."""
    proved(anna, "https://anna.example/", names=("https://secret.example/",))
    thing = named("https://secret.example/")
    assert len(whys(anna)) == 1

    Thing.objects.filter(pk=thing.pk).update(owner=mallory, **change)

    assert whys(anna) == {}


def test_what_its_author_refused_is_not_offered(anna: User) -> None:
    proved_host(anna, "anna.example")
    named("https://anna.example/post")
    Refused.objects.create(address="anna.example", proof="by a tag on the page")

    assert whys(anna) == {}


# --- One press


def test_anna_proves_her_host_and_the_rest_follows(
    anna: User,
    settings: Settings,
    woken: list[str],
    django_capture_on_commit_callbacks: object,
) -> None:
    """Her front page names a page elsewhere, which names her back; another one, that
    was registered in her name, does not."""
    alice, client = reader_with_budget("alice"), signed_in(anna)
    with pages.host() as home, pages.host() as social:
        settings.PROOF_HOSTS = [home.name, social.name]
        post = named(home.shows("/post", "Hello"))
        mine = named(social.shows("/anna", f'<a rel="me" href="{profile("anna")}">'))
        silent = named(social.shows("/silent", "Nothing"), "anna")
        for thing in (post, mine, silent):
            flattr_thing(alice, thing)
        later = clock.now() + timedelta(days=1)
        Look.objects.update(due_at=later, looked_at=clock.now())
        home.shows("/", f'<link rel="me" href="{mine.url}">')
        text = anna.public_id.encode()
        home.pages[hosts.FILE] = pages.Answer(text, "text/plain")

        client.post("/things/hosts", {"host": home.name})
        tasks.check_pages()

        page = text_of(client, "/claim")
        told = page.split("What else may be yours")[1]
        assert "Check them all together" in told
        assert f"Your page https://{home.name}/ names it." in told
        assert "It was registered in your name." in told
        assert not {"alice", "reader", "readers"} & set(told.lower().split())
        assert "What else may be yours" in text_of(client, "/things/hosts")
        Outbox.objects.all().delete()

        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            answer = client.post("/claim/together")

        assert woken == ["buttons.check_pages"]
        assert answer.headers["Location"] == "/claim#together"
        assert "0 of 2 looked at." in text_of(client, "/claim")
        assert 'http-equiv="refresh"' in client.get("/claim").content.decode()

        tasks.check_pages()
        tasks.check_pages()

    page = text_of(client, "/claim")
    assert together(anna).is_good
    assert "We have looked at all of them: 1 is yours now." in page
    assert "We read the page, and it names nobody." in page
    assert 'http-equiv="refresh"' not in client.get("/claim").content.decode()
    owned = Thing.objects.filter(owner=anna, proved_at__isnull=False)
    assert set(owned) == {post, mine}
    mail = Outbox.objects.get(person=anna)
    assert mail.template == "joint_checked"
    assert mail.facts == {"proved": 1, "missing": 1}


def test_the_worker_stores_what_a_proved_page_names(anna: User, host: Host) -> None:
    me = f'<a rel="me" href="https://social.example/@anna">{button("anna", host.url("/"))}'
    thing = again(named(host.shows("/", f'{me}<a rel=me href="{profile("anna")}">')))
    thing.look.refresh_from_db()
    assert thing.look.names == ["https://social.example/@anna"]

    host.shows("/", me.replace("user_id=anna", "user_id=nobody"))
    again(thing).look.refresh_from_db()
    assert thing.look.names == [], "it is proved no more"


def test_a_manifest_names_the_repositories_that_it_lists(
    anna: User, host: Host
) -> None:
    garden = "https://github.com/anna/garden"
    has = manifest("anna", host.url("/"), garden).encode()
    host.pages["/funding.json"] = pages.Answer(has, "application/json")
    again(named(host.shows("/", "Hello")))
    named(garden)

    assert whys(anna) == {garden: f"Your page {host.url('/')} names it."}


def test_it_is_limited(anna: User) -> None:
    client = signed_in(anna)
    assert "Nothing else waits" in text_of(
        client, client.post("/claim/together").headers["Location"]
    )

    named("https://a.example/", "anna")
    for _ in range(3):
        client.post("/claim/together")
        assert "just checked" not in text_of(client, "/claim")
    client.post("/claim/together")

    assert "We have just checked all of it." in text_of(client, "/claim")
    assert JointCheck.objects.count() == 1


def test_at_most_a_hundred_are_checked_at_once(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belonging, "MOST", 2)
    for number in range(4):
        named(f"https://a.example/{number}", "anna")

    assert joint_checks.ask(anna) == 2


def test_what_others_register_in_her_name_hides_nothing(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belonging, "MOST", 2)
    for number in range(4):
        named(f"https://junk.example/{number}", "anna")
    proved_host(anna, "anna.example")
    named("https://anna.example/post")

    assert next(iter(whys(anna))) == "https://anna.example/post"


def test_only_who_is_signed_in_may_ask(client: Client, db: None) -> None:
    assert (
        client.post("/claim/together").headers["Location"].startswith("/account/login")
    )
    assert client.get("/claim").status_code == 200


def test_who_waits_too_long_is_told_how_it_is(anna: User) -> None:
    named("https://a.example/", "anna")
    joint_checks.ask(anna)
    assert (joint_checks.any_done(), joint_checks.tell_done()) == (False, 0)

    hour = timedelta(hours=1)
    JointCheck.objects.update(asked_at=clock.now() - hour)

    assert (joint_checks.any_done(), joint_checks.tell_done()) == (True, 1)
    assert joint_checks.tell_done() == 0, "once"
    JointCheck.objects.update(asked_at=clock.now() - joint_checks.KEPT - hour)
    joint_checks.prune()
    assert not JointCheck.objects.exists()


def test_the_page_asks_the_database_little(anna: User) -> None:
    client = signed_in(anna)
    client.get("/claim")
    proved_host(anna, "anna.example")
    for number in range(12):
        named(f"https://anna.example/{number}")
    joint_checks.ask(anna)

    with Questions() as few:
        client.get("/claim")
    assert few.count <= 12


# --- Its words

THING = Thing(pk=1, title="Post", url="https://bob.example/post", host="bob.example")


@pytest.mark.parametrize(
    ("mine", "asked", "waits", "tag", "says", "helps"),
    [
        (None, False, False, "not proved yet", "Why.", False),
        (None, True, True, "being checked", "Why.", False),
        (None, True, False, "not proved yet", "It names nobody.", True),
        (True, True, False, "yours", "Proved by a tag on the page", False),
        (False, True, False, "not proved yet", "It is proved to be somebody", False),
    ],
)
def test_what_a_row_says(
    mine: bool | None, asked: bool, waits: bool, tag: str, says: str, helps: bool
) -> None:
    bob, carol = User(pk=1, username="bob"), User(pk=2, username="carol")
    thing = Thing(pk=1, url=THING.url, host=THING.host)
    thing.look = Look(reason="It names nobody.")
    if mine is not None:
        thing.owner = bob if mine else carol
        thing.proved_at, thing.proof = timezone.now(), "by a tag on the page"

    row = Row(thing, bob, "Why.", asked, waits)

    assert (row.tag, row.needs_help) == (tag, helps)
    assert row.says.startswith(says)
    assert row.address == "bob.example/post"


def test_what_the_check_says() -> None:
    bob = User(pk=1, username="bob")
    plain, asked = Row(THING, bob), Row(THING, bob, asked=True)
    waits = Row(THING, bob, asked=True, waits=True)

    assert (Together([plain]).label, Together([plain]).progress) == ("Check it", "")
    assert Together([plain, plain]).label == "Check them all together"
    assert Together([asked, waits]).progress == "1 of 2 looked at."
    assert not Together([asked, waits]).may_ask
    assert "found you on none" in Together([asked]).progress
    assert not Together([asked]).is_good
    assert Together([asked]).label == "Check them again"
    assert not Together([]).may_ask

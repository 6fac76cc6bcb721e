"""Usernames and public ids are one namespace: an id names its owner or nobody (A8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Audit, Outbox, SharedName, User, people
from accounts.people import finding, names
from accounts.rest import views as people_in_the_api
from buttons.legacy import old_links
from buttons.models import Look, Proof
from buttons.proofs import evidence, hosts, looking, naming, queueing, settling
from buttons.reading.fetching import Page
from buttons.things import submitting
from tests.accounts.signing_in.visiting import sign_up
from tests.buttons.proofs import pages
from tests.collisions import before_there_was_one_namespace, collided
from tests.world.browsing import signed_in
from tests.world.people import person, thing_of

SITE = "http://127.0.0.1:8000"
PAGE = "https://bob.example/post"
LOADER = f'<script async src="{SITE}/js/0.6/load.js"></script>'
WORDS = ["c0th5d", "kit123", "abcdef", "zzzzz9"]


@pytest.fixture
def three_of_before(own_database: str) -> Iterator[list[User]]:
    with before_there_was_one_namespace():
        yield [person(f"person{n}") for n in range(3)]


# --- Nobody new gets what means somebody else


@pytest.mark.django_db
def test_a_stranger_cannot_sign_up_as_somebodys_public_id(
    client: Client, bob: User
) -> None:
    for typed in (bob.public_id, bob.public_id.upper()):
        page = sign_up(client, typed, email="mallory@people.example")

        assert b"This name is or was somebody" in page.content
    assert not User.objects.filter(email="mallory@people.example").exists()


@pytest.mark.django_db
def test_an_id_that_is_somebodys_name_is_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person("kit123")
    drawn = iter(["kit123", "abcdef"])
    monkeypatch.setattr(people, "new_public_id", lambda: next(drawn))

    carol = User(username="carol", email="carol@people.example", public_id="kit123")
    carol.save()

    assert carol.public_id == "abcdef"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["me", "None", "ADMIN", "root", "login", "your-name"])
def test_a_word_with_a_meaning_of_its_own_is_no_username(
    client: Client, name: str
) -> None:
    page = sign_up(client, name, email="mallory@people.example")

    assert b"has a meaning of its own here" in page.content
    assert not User.objects.exists()


@pytest.mark.django_db
def test_whoever_has_such_a_word_already_keeps_it() -> None:
    root = person("root")

    assert User.objects.named("root") == root
    assert submitting.owner_named("root") == root
    page = signed_in(root).post("/settings/profile", {"first_name": "Ruth"})
    assert page.status_code in {200, 302}


def test_no_id_is_such_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("flattrc0th5d")
    monkeypatch.setattr("secrets.choice", lambda _letters: next(letters))

    assert people.new_public_id() == "c0th5d"


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["username", "public_id"])
def test_the_database_lets_no_name_become_anothers_id(bob: User, field: str) -> None:
    carol = person("kit123")
    taken = {"username": bob.public_id, "public_id": "kit123"}
    who = carol if field == "username" else bob

    with pytest.raises(IntegrityError, match="was somebody"), transaction.atomic():
        User.objects.filter(pk=who.pk).update(**{field: taken[field]})
    carol.about = "Anything else of hers can be saved."
    carol.save()


@pytest.mark.django_db
def test_an_id_that_was_somebodys_stays_taken(bob: User) -> None:
    former = bob.public_id
    User.objects.filter(pk=bob.pk).update(public_id="zzzzz9")

    assert names.is_taken(former)
    with pytest.raises(IntegrityError), transaction.atomic():
        person(former)


@hypothesis.settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.function_scoped_fixture,
        hypothesis.HealthCheck.too_slow,
    ],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["username", "public_id"]), st.sampled_from(WORDS)),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_is_asked_for_no_name_is_ever_anothers_id(
    own_database: str, wanted: list[tuple[str, str]]
) -> None:
    with transaction.atomic():
        people = [
            User.objects.create(username=f"person{n}", email=f"{n}@people.example")
            for n in range(3)
        ]
        held: dict[str, int] = {}
        for n, (field, word) in enumerate(wanted):
            who = people[n % 3]
            try:
                with transaction.atomic():
                    User.objects.filter(pk=who.pk).update(**{field: word})
            except IntegrityError:
                assert held[word] != who.pk
            else:
                assert held.setdefault(word, who.pk) == who.pk
        transaction.set_rollback(True)


# --- Where it is so already, the string names nobody at any door


def by_page(html: str) -> User | None:
    page = Page(PAGE, html, cut=False)
    return looking.who_owns((page, evidence.seen(page, {PAGE}))).person


def by_link(query: str) -> User | None:
    return submitting.propose(old_links.read_query(f"{query}&url={PAGE}")).owner


def by_host(word: str) -> User | None:
    """Who gets a host proved whose file and DNS say that word."""
    proved: list[User | None] = []
    for somebody in User.objects.filter(public_id=word):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hosts, "_texts", lambda _host: {f"flattr={word}"})
            patch.setattr(
                settling,
                "settle_host",
                lambda _look, found: proved.append(found.person),
            )
            looking.check(Look(host="bob.example", person=somebody))
    return next(iter(proved), None)


def by_profile(name: str) -> User | None:
    try:
        return finding.creator_named(name)
    except Http404:
        return None


def by_api(name: str) -> User | None:
    try:
        return people_in_the_api.named(name)
    except Http404:
        return None


BY_ID: dict[str, Callable[[str], User | None]] = {
    "tag": lambda s: by_page(f'<meta name="flattr:id" content="{s}">'),
    "fid": lambda s: by_link(f"fid={s}"),
    "fid on the page": lambda s: by_page(
        f'<a href="{SITE}/submit/auto?fid={s}&url={PAGE}">'
    ),
    "frame": lambda s: by_page(f'<iframe src="{SITE}/view/?fid={s}&url={PAGE}">'),
    "host": by_host,
}
BY_EITHER: dict[str, Callable[[str], User | None]] = {
    "user_id": lambda s: by_link(f"user_id={s.upper()}"),
    "uid": lambda s: by_link(f"uid={s}"),
    "button": lambda s: by_page(
        f'<a href="{SITE}/submit/auto?user_id={s}&url={PAGE}">'
    ),
    "payment link": lambda s: by_page(
        f'<link rel=payment href="{SITE}/submit/auto?user_id={s}&url={PAGE}">'
    ),
    "rel=me": lambda s: by_page(f'<a rel=me href="{SITE}/profile/{s}">'),
    "old embed": lambda s: by_page(
        f'<a class=FlattrButton data-flattr-uid={s} href="{PAGE}">{LOADER}'
    ),
}
BY_NAME: dict[str, Callable[[str], User | None]] = {
    "profile": by_profile,
    "API": by_api,
    "catalogue": finding.person_named,
}


@hypothesis.settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.function_scoped_fixture,
        hypothesis.HealthCheck.too_slow,
    ],
)
@given(st.permutations(WORDS), st.permutations(WORDS))
def test_at_every_door_an_id_names_its_owner_or_nobody(
    three_of_before: list[User], usernames: list[str], ids: list[str]
) -> None:
    with transaction.atomic():
        for somebody, username, public_id in zip(
            three_of_before, usernames, ids, strict=False
        ):
            User.objects.filter(pk=somebody.pk).update(public_id=f"x{somebody.pk}")
            User.objects.filter(pk=somebody.pk).update(
                username=username, public_id=public_id
            )
        for word in WORDS:
            named = User.objects.filter(username=word).first()
            numbered = User.objects.filter(public_id=word).first()
            if named and numbered and named != numbered:
                named = numbered = None
            for doors, meant in (
                (BY_ID, numbered),
                (BY_EITHER, numbered or named),
                (BY_NAME, named),
            ):
                for door, leads_to in doors.items():
                    assert leads_to(word) == meant, (door, word)
        transaction.set_rollback(True)


# --- Staff see it, and end it


def test_staff_end_a_collision_by_giving_the_later_one_another_name(
    own_database: str, settings: Settings
) -> None:
    bob, dora = person("bob"), person("dora", is_staff=True)
    mallory = collided(bob)
    with pages.host() as host:
        settings.PROOF_HOSTS = [host.name]
        tag = '<meta name="flattr:id" content="c0th5d">'
        post = submitting.register(submitting.Submission(host.shows("/post", tag)))
        looking.check_due()
        assert not Proof.objects.exists()
        staff = signed_in(dora)
        [shared] = SharedName.objects.all()
        assert (shared.named, shared.numbered, shared.later) == (mallory, bob, mallory)

        index = staff.get("/admin/accounts/sharedname/").content.decode()
        assert "c0th5d" in index
        page = staff.get(f"/admin/accounts/sharedname/{bob.pk}/change/")
        assert b"Give another username" in page.content
        assert b"Give another public id" not in page.content
        staff.post(
            f"/admin/accounts/sharedname/act/rename/?ids={bob.pk}",
            {"text": "mallory2 It is Bob’s id."},
        )

        assert not SharedName.objects.exists()
        assert submitting.owner_named("c0th5d") == bob
        assert User.objects.get(pk=mallory.pk).username == "mallory2"
        assert Audit.objects.get(action="name_changed").actor == dora
        assert Outbox.objects.get(template="name_changed").person == mallory
        queueing.ask_again(post)
        looking.check_due()
        assert Proof.objects.get(thing=post).person == bob


def test_staff_draw_another_id_for_who_came_later(own_database: str) -> None:
    mallory = person("kit123")
    bob, dora = person("bob"), person("dora", is_staff=True)
    with before_there_was_one_namespace():
        User.objects.filter(pk=bob.pk).update(public_id="kit123")
    [shared] = SharedName.objects.all()
    assert shared.later == bob

    with pytest.raises(naming.NotRenamed):
        naming.draw_again(shared, dora, " ")
    naming.draw_again(shared, dora, "Her name was there before.")

    assert not SharedName.objects.exists()
    assert submitting.owner_named("kit123") == mallory
    bob.refresh_from_db()
    assert submitting.owner_named(bob.public_id, by_id=True) == bob
    assert names.is_taken(bob.public_id)


@pytest.mark.parametrize("name", ["admin", "bob", "-x", "x"])
def test_a_new_name_from_staff_is_as_good_as_any(bob: User, name: str) -> None:
    shared = SharedName(name="c0th5d", named=person("mallory"), numbered=bob)

    with pytest.raises(naming.NotRenamed):
        naming.rename(shared, None, f"{name} why")
    with pytest.raises(naming.NotRenamed):
        naming.rename(shared, None, "mallory2")


def test_what_rested_on_a_collision_is_looked_at_anew_and_listed(
    own_database: str,
) -> None:
    bob, dora = person("bob"), person("dora", is_staff=True)
    mallory = collided(bob)
    stolen = thing_of(mallory, "stolen")
    Proof.objects.create(
        thing=stolen,
        person=mallory,
        kind="meta",
        found_at=stolen.created_at,
        seen_at=stolen.created_at,
    )
    Look.objects.create(thing=stolen, due_at=stolen.created_at.replace(year=2999))

    naming.look_anew(SharedName.objects.get())

    assert Look.objects.get(thing=stolen).due_at.year < 2999
    page = signed_in(dora).get(f"/admin/accounts/sharedname/{bob.pk}/change/")
    assert "Stolen" in page.content.decode()

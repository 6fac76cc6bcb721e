"""Names that people show: nothing unseen in them, and where Alice gives money the
username always stands beside them."""

from __future__ import annotations

from datetime import timedelta

import hypothesis
import pytest
from django.core import mail as django_mail
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.mail import outbox
from accounts.models import User
from buttons.clicks import subscribing
from buttons.models import Thing
from flattr import months
from flattr.database import clock
from flattr.web.visible import BLANK, INVISIBLE, visible
from payouts.close import closing, mailing
from tests.accounts.oauth.apps import app_of
from tests.world.browsing import signed_in
from tests.world.people import click, execute, open_budget, person, thing_of, travel

TURNED = "\u202egro.live Sign in at https://evil.example"
SEEN = "gro.live Sign in at https://evil.example"
BESIDE = f"{SEEN} (mallory)"


@pytest.fixture
def mallory(db: None) -> User:
    return person("mallory", first_name=TURNED)


@pytest.fixture
def song(mallory: User) -> Thing:
    return thing_of(mallory, "song")


def test_what_cannot_be_seen_is_not_kept(mallory: User) -> None:
    own = signed_in(mallory)

    own.post(
        "/settings",
        {
            "first_name": "\u200bAn\u2066na\u2069",
            "last_name": "\u3164\tB\u00a0 \ufeff",
            "city": "Mal\u202dmö",
        },
    )

    mallory.refresh_from_db()
    assert (mallory.first_name, mallory.last_name) == ("Anna", "B")
    assert mallory.city == "Malmö"


def test_by_whatever_door_it_comes(mallory: User) -> None:
    User.objects.filter(pk=mallory.pk).update(last_name="\u200f\u061cx\u0007y")
    app = app_of(mallory)
    type(app).objects.filter(pk=app.pk).update(name="Read\u200der\u202e")

    mallory.refresh_from_db()
    app.refresh_from_db()
    assert mallory.name == f"{SEEN} xy"
    assert app.name == "Reader"


def test_a_name_of_nothing_that_is_seen_is_no_name(mallory: User) -> None:
    User.objects.filter(pk=mallory.pk).update(first_name="\u3164\u200b")

    mallory.refresh_from_db()
    assert mallory.name == mallory.name_and_username == "mallory"


@pytest.mark.django_db
def test_names_of_all_the_world_stay_as_they_are() -> None:
    for name in ("Åsa Öberg", "李小龍", "محمد بن سلمان", "नरेन्द्र", "Zoë O’Brien", "🦊"):
        kept = person(f"p{ord(name[0])}", first_name=name)
        kept.refresh_from_db()
        assert kept.name == name


@hypothesis.settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.function_scoped_fixture,
        hypothesis.HealthCheck.too_slow,
    ],
)
@given(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0")
        | st.sampled_from(" \t\n\x85\xa0\u2028\u3000\u200b\u202e\u2800\U000e0001")
    )
)
def test_the_database_and_the_pages_see_the_same(db: None, text: str) -> None:
    [(kept,)] = execute("SELECT flattr_visible(%s)", text)

    assert kept == visible(text)
    assert not INVISIBLE.search(kept)
    assert kept == BLANK.sub(" ", kept).strip()


@pytest.mark.all
def test_every_letter_is_seen_alike(db: None) -> None:
    letters = [chr(n) for n in range(1, 0x110000) if not 0xD800 <= n < 0xE000]
    for start in range(0, len(letters), 50_000):
        part = letters[start : start + 50_000]
        [(kept,)] = execute(
            "SELECT array_agg(flattr_visible('a' || l || 'b') ORDER BY n)"
            " FROM unnest(%s) WITH ORDINALITY AS t (l, n)",
            part,
        )
        assert kept == [visible(f"a{letter}b") for letter in part]


def test_whoever_gives_reads_the_username(alice: User, song: Thing) -> None:
    reader = signed_in(alice)
    link = f"/submit/auto?url={song.url}&user_id=mallory"

    def reads(path: str) -> str:
        page: str = reader.get(path).content.decode()
        assert page.count(SEEN) == page.count(BESIDE) > 0, path
        assert "\u202e" not in page
        return page

    assert f"by <strong><bdi>{BESIDE}</bdi>" in reads(link)
    reads("/discover")
    reads(f"/thing/{song.pk}")
    reads(f"/thing/qr/{song.pk}")
    click(alice, song)
    reads(f"/flattr/done/{song.pk}")
    reads("/month")
    subscribing.subscribe(alice, song)
    reads("/subscriptions")


def test_whoever_promises_reads_it_too(alice: User, mallory: User) -> None:
    waiting = thing_of(mallory, "waiting", proved=False)

    page = signed_in(alice).get(f"/submit/auto?url={waiting.url}").content.decode()

    assert page.count(SEEN) == page.count(BESIDE) > 0


def test_so_does_every_statement(own_database: str) -> None:
    mallory, alice = person("mallory", first_name=TURNED), person("alice")
    open_budget(alice)
    click(alice, thing_of(mallory, "song"))
    over = clock.period()
    travel(months.end(over) + timedelta(hours=3))
    closing.close_month(over)
    reader = signed_in(alice)

    for path in ("", "/check"):
        page = reader.get(f"/statements/{months.show(over)}{path}").content.decode()
        assert page.count(SEEN) == page.count(BESIDE) > 0, path
    mailing.write_mails(over)
    outbox.send_due()
    [statement] = [m for m in django_mail.outbox if m.to == [alice.email]]
    assert BESIDE in statement.body


def test_who_shows_no_name_is_called_by_the_username_alone(
    client: Client, bob: User
) -> None:
    assert bob.name_and_username == "bob"
    User.objects.filter(pk=bob.pk).update(first_name="BOB")
    bob.refresh_from_db()
    assert bob.name_and_username == "BOB"

"""Numbers of the first Flattr lead to the same things, and never to somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from buttons.importing import Registered, register_report
from buttons.legacy.revenue_reports import HEADER, BadReport, read_report
from buttons.models import HIGHEST_OLD_ID, Look, Promise, Thing
from flattr.database import clock
from payouts.close.spreadsheets import slug_of
from tests.buttons.legacy.test_import_report import REPORT, run
from tests.world.people import click, open_budget, person, thing_of

OLD = "https://flattr.com/thing/1214915/KonScience"
BLOG = "http://www.konscience.de/"


@pytest.fixture
def owner(db: None) -> User:
    return person("KonScience")


Row = tuple[int, str, int]


def report(*rows: Row) -> list[str]:
    """Lines of a report: number, page at bob.example and total of each."""
    return [
        f'2013-05;{number};"https://flattr.com/thing/{number}/x";'
        f'"http://bob.example/{page}";"About {page}";1;0,07;{total}'
        for number, page, total in rows
    ]


def bring(owner: User, *rows: Row) -> Registered:
    text = "\n".join([HEADER, *report(*rows), ""])
    return register_report(read_report(text.encode()), owner)


def numbered(number: int) -> Thing:
    return Thing.objects.get(old_id=number)


def page_of(number: int) -> str:
    return numbered(number).url.removeprefix("http://bob.example/")


# --- Where old numbers and links lead


def test_our_own_numbers_begin_behind_those_of_the_first_flattr(bob: User) -> None:
    assert thing_of(bob, "song").pk >= 10_000_001


def test_an_old_link_leads_to_the_same_thing(owner: User, client: Client) -> None:
    run()
    blog = Thing.objects.get(url=BLOG)

    page = client.get("/thing/1214915/KonScience", follow=True)

    assert page.redirect_chain == [(f"/thing/{blog.pk}", 302)]
    assert BLOG in page.content.decode()
    assert client.get("/thing/1214915", follow=True).status_code == 200
    assert str(blog.pk) in client.get("/thing/qr/1214915").content.decode()


@pytest.mark.parametrize("number", [15, 1_214_914, 10**18, 10**30])
def test_a_number_that_no_report_brought_is_nobodys(
    owner: User, client: Client, number: int
) -> None:
    run()

    assert client.get(f"/thing/{number}/Other-Title").status_code == 404
    assert client.get(f"/rest/v2/things/{number}").status_code == 404


def test_an_old_number_is_known_to_old_programs(owner: User, client: Client) -> None:
    run()
    blog, about = numbered(1214915), numbered(1368913)

    one = client.get("/rest/v2/things/1214915").json()
    two = client.get(f"/rest/v2/things/1214915,{about.pk}").json()

    assert (one["id"], one["url"]) == (blog.pk, BLOG)
    assert [thing["id"] for thing in two] == sorted([blog.pk, about.pk])


@pytest.mark.parametrize(
    "asked",
    [
        OLD,
        "http://www.flattr.com/thing/1214915",
        "https%3A%2F%2Fflattr.com%2Fthing%2F1214915%2FKonScience",
        "https://flattr.com/submit/auto?url=https://flattr.com/thing/1214915/x",
    ],
)
def test_a_lookup_of_its_old_page_finds_the_thing(
    owner: User, client: Client, asked: str
) -> None:
    run()

    found = client.get(f"/rest/v2/things/lookup?url={asked}")

    assert found.status_code == 302
    assert found.json()["location"].endswith(f"/things/{numbered(1214915).pk}")


def test_flattring_an_old_page_flattrs_the_thing(
    owner: User, alice: User, client: Client
) -> None:
    run()
    client.force_login(alice)

    page = client.get("/submit/auto", {"url": OLD}).content.decode()

    assert BLOG in page
    assert "KonScience" in page
    assert not Promise.objects.exists()


def test_the_address_in_a_table_ends_as_the_first_flattrs_did() -> None:
    for line in read_report(REPORT.read_bytes()):
        assert line.flattr_url.endswith(f"/{line.id}/{slug_of(line.title)}")


# --- What later reports change


def test_a_thing_moves_with_its_number_and_keeps_what_was_flattred(
    alice: User, bob: User
) -> None:
    bring(bob, (7, "old", 40))
    thing = numbered(7)
    click(alice, thing)

    done = bring(bob, (7, "new", 30))

    moved = numbered(7)
    assert (done.made, done.changed) == (0, 1)
    assert (moved.pk, moved.flattrs) == (thing.pk, 1)
    assert moved.url == "http://bob.example/new"
    assert moved.flattrs_before == 40, "the larger total counts"
    assert not Look.objects.exists(), "the operator's word needs no look"


def test_a_page_that_proved_itself_is_looked_at_again_when_its_thing_moves(
    bob: User,
) -> None:
    bring(bob, (7, "old", 40))
    Thing.objects.update(proof="by the button on the page")

    bring(bob, (7, "new", 40))

    assert Look.objects.get().due_at <= clock.now()


def test_a_number_goes_to_the_thing_that_is_at_its_new_address(
    alice: User, bob: User
) -> None:
    bring(bob, (7, "old", 40))
    former, there = numbered(7), thing_of(bob, "new")
    Thing.objects.filter(pk=there.pk).update(url="http://bob.example/new")
    click(alice, former)

    bring(bob, (7, "new", 30))

    former.refresh_from_db()
    assert numbered(7) == there
    assert numbered(7).flattrs_before == 40
    assert (former.old_id, former.flattrs, former.flattrs_before) == (None, 1, 0)


def test_things_move_one_after_the_other_into_what_becomes_free(bob: User) -> None:
    bring(bob, (1, "a", 1), (2, "b", 1), (3, "c", 1))
    before = {number: numbered(number).pk for number in (1, 2, 3)}

    bring(bob, (1, "b", 1), (2, "c", 1), (3, "d", 1))

    assert {number: numbered(number).pk for number in (1, 2, 3)} == before
    assert [page_of(number) for number in (1, 2, 3)] == ["b", "c", "d"]


def test_a_number_whose_page_got_another_is_told_of(bob: User) -> None:
    bring(bob, (1, "a", 1), (2, "b", 1))

    assert bring(bob, (1, "b", 1)).replaced == [2]


REFUSED: dict[str, Callable[[], Row]] = {
    "somebody else's number": lambda: (7, "carols", 1),
    "somebody else's page": lambda: (8, "carol", 1),
    "a number of ours": lambda: (numbered(7).pk, "x", 1),
    "one that could become ours": lambda: (HIGHEST_OLD_ID + 1, "x", 1),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_somebody_elses_is_refused_with_its_line(
    bob: User, carol: User, case: str
) -> None:
    bring(carol, (7, "carol", 1))

    with pytest.raises(BadReport, match=r"^line 3: "), transaction.atomic():
        bring(bob, (5, "new", 1), REFUSED[case]())

    assert [thing.owner for thing in Thing.objects.all()] == [carol]


def test_the_command_says_whose_number_it_is(owner: User, carol: User) -> None:
    bring(carol, (1364168, "carol", 1))

    with pytest.raises(CommandError, match="line 5: id 1364168 is carol's"):
        run()


def test_neither_an_owner_nor_a_program_claims_a_number(
    bob: User, client: Client
) -> None:
    song = thing_of(bob, "song")
    client.force_login(bob)
    typed = {"title": "Song", "category": "text", "language": "en_GB", "old_id": 7}

    client.post(f"/things/{song.pk}/edit", typed)

    song.refresh_from_db()
    assert (song.category, song.old_id) == ("text", None)


@pytest.mark.parametrize("number", [0, -1, 10_000_001])
def test_the_database_takes_no_number_that_could_be_ours(
    bob: User, number: int
) -> None:
    song = thing_of(bob, "song")

    with pytest.raises(IntegrityError), transaction.atomic():
        Thing.objects.filter(pk=song.pk).update(old_id=number)


REPORTS = st.lists(
    st.dictionaries(
        st.integers(1, 5),
        st.tuples(st.sampled_from("abcdef"), st.integers(1, 50)),
        min_size=1,
    ).filter(lambda lines: len({page for page, _ in lines.values()}) == len(lines)),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(reports=REPORTS)
def test_whatever_reports_come_the_last_one_says_where_numbers_lead(
    bob: User, reports: list[dict[int, tuple[str, int]]]
) -> None:
    reader = User.objects.filter(username="alice").first() or person("alice")
    with transaction.atomic():
        open_budget(reader)
        given_in_all = 0
        for lines in reports:
            bring(bob, *((number, *line) for number, line in lines.items()))
            for number, (page, total) in lines.items():
                assert page_of(number) == page
                assert numbered(number).flattrs_before >= total
            again = bring(bob, *((number, *line) for number, line in lines.items()))
            assert (again.made, again.changed) == (0, 0)
            if not given_in_all:
                click(reader, numbered(next(iter(lines))))
                given_in_all = 1
        assert sum(thing.flattrs for thing in Thing.objects.all()) == given_in_all
        assert not Thing.objects.exclude(owner=bob).exists()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)

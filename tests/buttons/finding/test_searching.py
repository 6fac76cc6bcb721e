"""Searches for creators and things: typos and accents forgiven, and nothing private."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from buttons.models import FoundPerson, FoundThing, Thing
from buttons.things.listing import PAGE_LENGTH
from flattr.database import clock, roles
from tests.questions import Questions
from tests.world.people import execute, person, thing_of

CARD = re.compile(r'<h2><a href="/@([^"]+)"')
TITLE = re.compile(r'<h2><a href="/thing/\d+"><bdi>([^<]+)')


def maker(name: str, **facts: Any) -> User:
    """A creator with a page that is proved to be theirs."""
    made = person(name, **facts)
    thing_of(made, f"page-of-{name}")
    return made


def creators(client: Client, words: str, **more: str) -> list[str]:
    """The usernames of the creators that a search shows, in its order."""
    answer = client.get("/discover/creators", {"q": words, **more})
    return CARD.findall(answer.content.decode())


def things(client: Client, words: str, **more: str) -> list[str]:
    answer = client.get("/discover", {"q": words, **more})
    return TITLE.findall(answer.content.decode())


@pytest.fixture
def anna(db: None) -> User:
    about = "A garden north of Uppsala, week by week"
    return maker("anna", first_name="Anna", last_name="Bergström", about=about)


@pytest.mark.parametrize(
    "words",
    ["Anna Bergström", "bergstrom", "BERGSTRÖM", "berstroem", "bergstroem", "annna",
     "uppsala", "garden", "gaden", "berg", "Bergstro\u0308m", "anna"],
)  # fmt: skip
def test_people_are_found_by_name_and_about(
    client: Client, anna: User, words: str
) -> None:
    maker("haken", first_name="Haken", last_name="Podcast")

    assert creators(client, words) == ["anna"]


@pytest.mark.parametrize(
    "words", ["Ölmühle", "olmuhle", "oelmuehle", "OLMUEHLE", "ölmüle"]
)
def test_accents_are_written_in_many_ways(client: Client, words: str, db: None) -> None:
    maker("mill", first_name="Ölmühle")
    maker("press", first_name="Oelmuehle")
    maker("haken", first_name="Haken", last_name="Podcast")

    assert set(creators(client, words)) == {"mill", "press"}


def test_who_has_the_words_comes_before_who_nearly_has(
    client: Client, db: None
) -> None:
    maker("hakan", first_name="Håkan")
    maker("fan", about="I listen to Haken")
    maker("haken", first_name="Haken", last_name="Podcast")
    maker("haker", first_name="Haker")

    found = creators(client, "haken")

    assert found[:2] == ["haken", "fan"], "a name before what somebody says"
    assert set(found[2:]) == {"hakan", "haker"}
    page = client.get("/discover/creators?q=haken").content.decode()
    assert page.index("Nearly those words") > page.index("/@fan")


def test_things_are_found_in_spite_of_typos_and_accents(
    client: Client, bob: User
) -> None:
    mill = thing_of(bob, "die-alte-muehle")
    Thing.objects.filter(pk=mill.pk).update(title="Die alte Ölmühle", tags=["Café"])
    thing_of(bob, "sea")

    for words in ["ölmühle", "olmuhle", "OELMUEHLE", "alte olmühl", "cafe", "caffe"]:
        assert things(client, words) == ["Die alte Ölmühle"], words
    assert things(client, "olmuhle")
    assert "comes near" in client.get("/discover?q=olmuhel").content.decode()


def test_who_asks_for_exactly_that_gets_nothing_near(client: Client, bob: User) -> None:
    thing_of(bob, "the-old-mill")

    assert things(client, "mil") == ["The old mill"]
    assert things(client, '"old mil"') == []
    assert things(client, "mill -old") == []


def test_a_search_among_things_shows_people_too(client: Client, anna: User) -> None:
    text = client.get("/discover?q=bergstrom").content.decode()

    assert CARD.findall(text) == ["anna"]
    assert "/discover/creators?q=bergstrom" in text
    assert "No thing has all the words of “<bdi>bergstrom</bdi>”." in text


def test_a_search_among_people_shows_things_too(client: Client, anna: User) -> None:
    text = client.get("/discover/creators?q=page").content.decode()

    assert TITLE.findall(text) == ["Page of anna"]
    assert "/discover?q=page" in text


def test_an_address_that_nobody_flattred_can_be_flattred(
    client: Client, db: None
) -> None:
    text = client.get("/discover?q=zebra.example/post").content.decode()

    assert "Nobody has flattred it yet" in text
    assert "/share?url=zebra.example%2Fpost" in text


# --- What is private stays so


def not_a_creator(anna: User) -> None:
    Thing.objects.filter(owner=anna).update(proved_at=None)


def hides_all(anna: User) -> None:
    Thing.objects.filter(owner=anna).update(hidden=True)


def takes_down(anna: User) -> None:
    Thing.objects.filter(owner=anna).update(suspended_at=clock.now())


@pytest.mark.parametrize("hiding", [not_a_creator, hides_all, takes_down])
def test_who_has_nothing_to_show_is_found_by_username_alone(
    client: Client, anna: User, hiding: Any
) -> None:
    """Whoever only reads, or whose pages are not proved, is in no list (A1)."""
    hiding(anna)

    for words in ["bergstrom", "garden", "annna", ""]:
        assert creators(client, words) == []
        assert (
            CARD.findall(client.get("/discover", {"q": words}).content.decode()) == []
        )
    assert creators(client, "Anna") == ["anna"]


@pytest.mark.parametrize(
    "facts", [{"suspended_at": "now"}, {"closing_at": "now"}, {"is_active": False}]
)
def test_who_is_not_here_is_not_found(
    client: Client, anna: User, facts: dict[str, Any]
) -> None:
    User.objects.filter(pk=anna.pk).update(
        **{
            name: clock.now() if value == "now" else value
            for name, value in facts.items()
        }
    )

    for words in ["bergstrom", "garden", "annna", "anna", ""]:
        assert creators(client, words) == []
        assert (
            CARD.findall(client.get("/discover", {"q": words}).content.decode()) == []
        )


def test_who_has_confirmed_no_address_is_not_found(client: Client, anna: User) -> None:
    execute("UPDATE account_emailaddress SET verified = false")

    assert creators(client, "bergstrom") == creators(client, "anna") == []


def test_a_page_said_to_be_somebodys_is_not_shown_as_theirs(
    client: Client, anna: User
) -> None:
    thing_of(anna, "slander", proved=False)

    text = client.get("/discover/creators?q=anna").content.decode()

    assert "1 thing<" in text
    assert text.count('class="strip"') == 1
    assert (
        text.count("<img", text.index('class="strip"'), text.index('class="meta"')) == 1
    )


# --- What is kept to find


def test_what_is_found_changes_with_what_it_is_about(
    client: Client, anna: User
) -> None:
    User.objects.filter(pk=anna.pk).update(last_name="Sjöberg")
    Thing.objects.filter(owner=anna).update(title="Weiße Nächte", language="de_DE")

    assert creators(client, "sjoberg") == ["anna"]
    assert creators(client, "bergstrom") == []
    assert things(client, "weisse nachte") == ["Weiße Nächte"]
    assert FoundThing.objects.get(thing__owner=anna).language == "de_DE"


def test_a_reader_is_kept_nowhere(bob: User) -> None:
    assert not FoundPerson.objects.filter(person=bob).exists()
    thing_of(bob, "song")
    assert FoundPerson.objects.get(person=bob).name == "bob"


def test_nothing_is_kept_of_who_is_erased(own_database: str) -> None:
    anna = maker("anna", about="A garden")
    with roles.as_owner():
        execute(
            "UPDATE person SET about = '', erased_at = now() WHERE id = %s", anna.pk
        )

    assert not FoundPerson.objects.exists()


def test_nothing_is_kept_of_a_thing_that_is_gone(anna: User) -> None:
    Thing.objects.filter(owner=anna).delete()

    assert not FoundThing.objects.exists()


def test_a_click_writes_nothing_of_it(bob: User) -> None:
    thing_of(bob, "song")
    before = execute("SELECT ctid, xmin FROM found_thing")
    Thing.objects.update(flattrs=7)

    assert execute("SELECT ctid, xmin FROM found_thing") == before


# --- Long lists


def test_every_creator_is_on_exactly_one_page(client: Client, db: None) -> None:
    """Also where hourly counts order them, and where a search does (T41)."""
    for number in range(PAGE_LENGTH + 3):
        maker(f"maker{number:02d}", about="songs")

    for address in ["/discover/creators?sort=new", "/discover/creators?q=songs"]:
        first = client.get(address).content.decode()
        after = re.search(
            r'rel="next" href="(\?[^"]+)"|href="(\?[^"]+)"[^>]*rel="next"', first
        )
        after = re.search(r'rel="next" href="([^"]+)"', first)
        assert after
        second = client.get("/discover/creators" + after[1].replace("&amp;", "&"))
        found = CARD.findall(first), CARD.findall(second.content.decode())
        assert len(found[0]) == PAGE_LENGTH
        assert (
            len(set(found[0] + found[1])) == len(found[0] + found[1]) == PAGE_LENGTH + 3
        )


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/discover", 4), ("/discover?sort=new&category=rest", 3),
        ("/discover/creators", 6), ("/discover/creators?q=maker", 10),
        ("/discover?q=page", 10), ("/discover?q=makr", 10),
    ],
)  # fmt: skip
def test_a_list_asks_the_same_whatever_its_length(
    client: Client, address: str, most: int, db: None
) -> None:
    maker("makers", about="makers")

    def questions() -> int:
        with Questions() as asked:
            client.get(address)
        return asked.count

    questions()
    before = questions()
    for number in range(20):
        maker(f"maker{number}", about="makers")

    assert questions() == before <= most

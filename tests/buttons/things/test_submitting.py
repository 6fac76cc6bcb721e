"""Auto-submit links as they stand in old readmes and plugins."""

from __future__ import annotations

import pytest

from accounts.models import User
from buttons.models import Thing
from buttons.things import submitting
from buttons.things.addresses import BadAddress
from buttons.things.submitting import parse, propose, register
from tests.world.people import thing_of

POST = "https://bob.example/post"


def test_everything_that_a_link_says_is_read() -> None:
    said = parse(
        {
            "url": POST,
            "user_id": " bob ",
            "title": " Spring\n notes ",
            "description": "One<br>two",
            "language": "de-DE",
            "tags": "garden, notes , garden,",
            "category": "Text",
            "hidden": "1",
            "popout": "1",
        }
    )

    assert (said.url, said.owner_name) == (POST, "bob")
    assert (said.title, said.description) == ("Spring notes", "One\ntwo")
    assert (said.language, said.category) == ("de_DE", "text")
    assert said.tags == ["garden", "notes"]
    assert said.hidden


def test_what_is_unknown_falls_back() -> None:
    said = parse({"url": POST, "language": "JavaScript", "category": "poems"})

    assert (said.language, said.category) == ("en_GB", "rest")
    assert not said.hidden


def test_long_texts_are_cut_and_not_refused() -> None:
    said = parse({"url": POST, "title": "t" * 500, "description": "d" * 5000})

    assert (len(said.title), len(said.description)) == (100, 1000)


def test_only_the_address_must_be_right() -> None:
    with pytest.raises(BadAddress):
        parse({"title": "No address"})
    with pytest.raises(BadAddress):
        parse({"url": "javascript:alert(1)"})


def test_nothing_is_taken_for_html() -> None:
    """Tags in a link's title and description stay text (T25)."""
    said = parse({"url": POST, "title": "a <b> & \0\u202ec"})

    assert said.title == "a <b> & c"


@pytest.mark.parametrize("name", ["bob", "BOB"])
def test_the_owner_is_named_by_username_or_public_id(bob: User, name: str) -> None:
    assert propose(parse({"url": POST, "user_id": name})).owner == bob
    assert propose(parse({"url": POST, "fid": bob.public_id})).owner == bob
    assert propose(parse({"url": POST, "user_id": "nobody"})).owner is None


def test_asking_stores_nothing(bob: User) -> None:
    """Opening an auto-submit link leaves no row (T48)."""
    proposal = propose(parse({"url": POST, "user_id": "bob"}))

    assert not proposal.is_known
    assert not Thing.objects.exists()


def test_the_first_flattr_makes_the_thing_once(bob: User) -> None:
    said = parse({"url": POST, "user_id": "bob", "tags": "a,b"})

    made = register(said)

    assert register(parse({"url": "HTTPS://BOB.example/post"})) == made
    assert (made.owner, made.proved, made.host) == (bob, False, "bob.example")
    assert (made.title, made.tags) == ("bob.example/post", ["a", "b"])
    assert Thing.objects.count() == 1


def test_proof_beats_what_a_link_says(bob: User, carol: User) -> None:
    """A link that names somebody else does not move a proved page (T18)."""
    song = thing_of(bob, "song")
    stolen = parse({"url": song.url, "user_id": "carol", "title": "Mine"})

    assert propose(stolen).owner == bob
    assert register(stolen).owner == bob

    waiting = thing_of(carol, "waiting", proved=False)
    claimed = parse({"url": waiting.url, "user_id": "bob"})
    assert propose(claimed).owner == bob


def test_a_page_without_a_title_is_called_by_its_address() -> None:
    assert submitting.title_of("https://xn--bcher-kva.example/a/") == "bücher.example/a"

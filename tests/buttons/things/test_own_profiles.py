"""People as things: their profile here is theirs, whoever is named for it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr, Look, Thing
from buttons.things import own_profiles, submitting
from buttons.things.submitting import Submission
from tests.world.people import thing_of


@pytest.fixture
def profile(bob: User) -> str:
    return own_profiles.address_of(bob)


def test_a_profile_pays_whose_it_is_at_once(
    alice: User, bob: User, carol: User, profile: str
) -> None:
    proposal = submitting.propose(Submission(profile, "carol"))
    assert (proposal.owner, proposal.thing.proved) == (bob, True)

    made = submitting.register(Submission(profile, "carol", title="Carol"))

    assert made.owner == bob
    assert made.proof_sentence == "It is the owner’s profile here"
    assert not Look.objects.exists(), "nothing is to be looked for"
    flattr_thing(alice, made)
    assert Flattr.objects.get().creator == bob


@pytest.mark.parametrize("path", ["/profile/nobody", "/@nobody", "/user/nobody"])
def test_nobody_owns_the_profile_of_nobody(
    bob: User, settings: Settings, path: str
) -> None:
    made = submitting.register(Submission(f"{settings.SITE_URL}{path}", "bob"))

    assert (made.owner, made.proved) == (None, False)


@pytest.mark.parametrize(
    "address", ["{}?x=1", "{}#x", "{}x", "{}/things.atom", "https://x.example/@bob"]
)
def test_any_other_page_is_only_named(bob: User, profile: str, address: str) -> None:
    made = submitting.register(Submission(address.format(profile), "bob"))

    assert not made.proved


def test_who_has_left_is_not_paid(bob: User, profile: str) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)

    assert not submitting.register(Submission(profile, "bob")).proved


def test_a_person_is_no_work_of_theirs(
    client: Client, alice: User, bob: User, profile: str
) -> None:
    thing_of(bob, "song")
    me = submitting.register(Submission(profile, "bob", title="Myself"))
    flattr_thing(alice, me)

    text = client.get("/@bob").content.decode()

    assert "1 thing<" in text
    assert "Myself" not in text
    assert '<strong class="num">1</strong> in all' in text
    assert Thing.objects.listed().filter(pk=me.pk).exists()

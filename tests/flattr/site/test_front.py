"""The front page says what is true: real works, sums of closed months, real costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from buttons.catalogue.showcase import Showcase, showcase
from buttons.models import Thing
from buttons.pictures import keeping
from flattr.database import clock, roles
from flattr.site.front import Front
from payouts.numbers.totals import Totals, totals
from tests.questions import Questions
from tests.world.people import execute, person, thing_of

NOTHING = Showcase([], [])
SUMS = Totals(3_161_840, 0, 202511, 202610, 803, 398)


def work(owner: User, slug: str, flattrs: int, **facts: Any) -> Thing:
    """A proved thing with a picture, flattred so often."""
    thing = thing_of(owner, slug)
    keeping.keep(thing, b"RIFF....WEBP")
    Thing.objects.filter(pk=thing.pk).update(flattrs=flattrs, **facts)
    thing.refresh_from_db()
    return thing


@pytest.fixture
def creators(db: None) -> list[User]:
    cache.clear()
    return [person(f"maker{n}") for n in range(9)]


def page(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get("/").content.decode())


# --- Works


def test_slices_are_the_most_flattred_works_of_as_many_creators(
    creators: list[User],
) -> None:
    liked = [work(one, "liked", 50 - n) for n, one in enumerate(creators)]
    second = work(creators[0], "second", 45)
    new = work(creators[1], "new", 5)
    work(creators[2], "newest", 4)

    shown = showcase()

    assert shown.slices == liked[:7]
    assert shown.works[:4] == [new, second, liked[8], liked[7]]
    assert len({thing.owner_id for thing in shown.works}) == len(shown.works) == 6


def test_nothing_is_shown_that_is_no_longer_to_be_seen(creators: list[User]) -> None:
    """What was taken down since it was counted, too."""
    works = [work(one, "post", 10) for one in creators]
    assert len(showcase().slices) == 7
    gone: list[dict[str, Any]] = [
        {"hidden": True},
        {"suspended_at": clock.now()},
        {"sample": "of 2013"},
    ]
    for thing, facts in zip(works, gone, strict=False):
        Thing.objects.filter(pk=thing.pk).update(**facts)
    User.objects.filter(pk=creators[3].pk).update(suspended_at=clock.now())
    keeping.drop(works[4])

    shown = showcase()

    assert set(shown.slices) == set(works[5:])
    assert set(shown.works) == set(works[5:])


def test_two_works_make_no_example(client: Client, creators: list[User]) -> None:
    for one in creators[:2]:
        work(one, "post", 9)

    text = page(client)

    assert showcase().slices == []
    assert 'class="loaf" aria-label="A month in seven equal slices"' in text
    assert text.count('<li class="work">') == 2


def test_a_new_site_has_neither_works_nor_sums(client: Client, db: None) -> None:
    cache.clear()
    text = page(client)

    for said in ("What people flattr", "So far", "All the numbers"):
        assert said not in text
    assert "Start with €5.00 a month" in text
    assert 'href="/account/signup/?next=%2Fbudget"' in text


def test_whoever_is_signed_in_goes_to_their_month(
    client: Client, creators: list[User]
) -> None:
    client.force_login(creators[0])

    text = page(client)

    assert "Start with" not in text
    assert 'href="/month">Go to my month' in text


def test_the_page_is_small_and_asks_little(
    client: Client, creators: list[User]
) -> None:
    for one in creators:
        for slug in ("one", "two", "three"):
            work(one, slug, 10)

    with Questions() as questions:
        first = client.get("/")
    cached = len(re.findall(r"<img ", first.content.decode()))

    assert questions.count <= 5
    assert len(first.content) < 50_000
    assert cached == 7 + 7 + 6 + 6
    assert first.content.decode().count(" width=") >= cached


# --- Words


def loaf(many: int) -> Front:
    owner = User(username="anna", first_name="Anna")
    things = [Thing(title=f"Work {n}", owner=owner) for n in range(many)]
    return Front(Showcase(things, []), None)


@pytest.mark.parametrize(
    ("many", "label", "says"),
    [
        (0, "A month in seven equal slices", "in 7 slices.</strong> Each of these"),
        (4, "An example: €10.00 in 4 equal slices", "creators gets €2.50. One more"),
        (7, "An example: €10.00 in 7 equal slices", "gets €1.42 or €1.43. One more creator makes it 8 slices of €1.25"),
    ],
)  # fmt: skip
def test_the_loaf_is_an_example_that_adds_up(many: int, label: str, says: str) -> None:
    front = loaf(many)

    assert front.loaf_label == label
    assert says in front.loaf_says
    assert front.names == ", ".join(["<bdi>Anna</bdi>"] * many)


def test_sums_are_of_closed_months() -> None:
    front = Front(NOTHING, SUMS)

    assert [(one.figure, one.label) for one in front.so_far] == [
        ("€31,618.40", "given in all closed months"),
        ("803", "readers gave in October"),
        ("398", "creators got a share of it in October"),
        ("€0.00", "kept by us"),
    ]
    assert front.since == "From the closed months, November 2025 to October 2026."
    one = Front(NOTHING, Totals(1, 0, 202610, 202610, 5, 5))
    assert one.since == "From the closed month of October 2026."
    assert (list(Front(NOTHING, None).so_far), Front(NOTHING, None).since) == ([], "")


def test_small_months_are_in_no_sum(own_database: str) -> None:
    """T55: a month that fewer than five stand behind has no figures to add."""
    cache.clear()
    assert totals() is None
    with roles.as_owner():
        for period, readers, given in ((202609, 5, 400), (202610, None, None)):
            execute(
                "INSERT INTO month_figures (period, made_at, readers, creators, given,"
                " fee) VALUES (%s, now(), %s, %s, %s, %s)",
                *(period, readers, readers, given, given and 40),
            )
    cache.clear()

    assert totals() == Totals(400, 40, 202609, 202609, 5, 5)
    with Questions() as questions:
        totals()
        totals()
    assert questions.count == 1


@pytest.mark.parametrize(
    ("percent", "costs"),
    [
        (0, [("Creators get", "€10.00"), ("Flattr keeps", "€0.00")]),
        (10, [("Creators get", "€9.00"), ("Flattr keeps", "€1.00")]),
    ],
)
def test_costs_are_those_that_are_set(
    settings: Any, percent: int, costs: list[tuple[str, str]]
) -> None:
    settings.FEE_PERCENT = percent
    settings.PAY_METHODS = ["card"]
    settings.PAY_COSTS = {"card": (150, 25), "sepa_debit": (0, 35)}
    settings.OPERATOR_LEGAL_NAME = "Flattr Cooperative"
    front = Front(NOTHING, None)
    pays = "Flattr Cooperative pays that, neither you nor the creators."

    assert list(front.costs) == costs
    assert front.payment_cost == (
        f"Taking a payment of €10.00 costs about €0.40. {pays}"
    )
    settings.PAY_METHODS = ["card", "sepa_debit"]
    assert front.payment_cost == (
        f"Taking a payment of €10.00 costs about €0.35 to €0.40, by how you pay. {pays}"
    )


def test_who_runs_it_is_what_the_operator_says(
    client: Client, db: None, settings: Any
) -> None:
    settings.OPERATOR_LEGAL_NAME = "Flattr Cooperative"
    settings.OPERATOR_ADDRESS = "1 Harbour Street\n21119 Malmö"
    settings.ABOUT = "212 members pay for <this>."

    text = page(client)

    assert "run by Flattr Cooperative, 1 Harbour Street, 21119 Malmö." in text
    assert "212 members pay for &lt;this&gt;." in text

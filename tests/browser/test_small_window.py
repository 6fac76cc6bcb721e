"""The confirm page in the window that a button opens: 480 pixels wide and 640 high."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from buttons.models import Thing
from flattr.database import clock
from tests.browser.conftest import SignIn
from tests.world.people import open_budget, person

pytestmark = pytest.mark.all

SMALL = {"width": 480, "height": 640}
TITLE = (
    "What the allotment gardens of the northern districts owe to a wet and late spring"
)
ADDRESS = "https://long.example/" + "/".join(["a-path-of-many-parts"] * 9)
LOWEST = 400

SmallPage = Callable[..., Page]


@pytest.fixture
def bob(server: str) -> User:
    return person(
        "bob", first_name="Maximilian-Alexander", last_name="von Hohenlohe-Waldenburg"
    )


@pytest.fixture
def alices(server: str, sign_in: SignIn) -> Page:
    """Alice gives 10.00 a month; her page is a window as the button opens it."""
    open_budget(person("alice"))
    return sign_in("alice@people.example", "correct horse", viewport=SMALL)


def made_by(owner: User | None) -> Thing:
    now = clock.now()
    return Thing.objects.create(
        url=ADDRESS,
        host="long.example",
        title=TITLE,
        owner=owner,
        proved_at=now if owner else None,
        proof="by its tag flattr:id" if owner else "",
        created_at=now,
    )


def question(page: Page, thing: Thing, owner: str) -> None:
    page.goto(f"/submit/auto?{urlencode({'url': thing.url, 'user_id': owner})}")


def bottom(page: Page, name: str) -> float:
    box = page.get_by_role("button", name=name).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("proved", [True, False], ids=["proved", "not proved"])
def test_the_button_is_seen_at_once_and_the_whole_address_below_it(
    alices: Page, bob: User, proved: bool
) -> None:
    """However long title, name and address are."""
    thing = made_by(bob if proved else None)

    question(alices, thing, "bob" if proved else "nobody-by-that-name")

    assert bottom(alices, "Flattr this") <= LOWEST
    expect(alices.locator("header.top")).to_have_count(0)
    line = alices.locator(".address").first.bounding_box()
    assert line is not None
    assert line["height"] < 30
    whole = alices.locator(".address")
    expect(whole).to_be_hidden()
    alices.get_by_text("What exactly is this?").click()
    expect(whole).to_have_text(ADDRESS)
    shown = whole.bounding_box()
    assert shown is not None
    assert shown["y"] > bottom(alices, "Flattr this")
    assert whole.evaluate("it => it.scrollWidth <= it.clientWidth")


def test_on_the_narrowest_phone_the_button_is_seen_too(alices: Page, bob: User) -> None:
    thing = made_by(bob)
    alices.set_viewport_size({"width": 320, "height": 568})

    question(alices, thing, "bob")

    assert bottom(alices, "Flattr this") <= LOWEST

"""Alice gives Bob five from his profile, takes it back, gives again and reads it on her
statement; Zoe has nothing in her account, and pays in the same step."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import month
from payouts.close import closing
from payouts.gifts import handing_over
from payouts.models import Gift
from tests.browser.conftest import SignIn
from tests.world.people import click, person, reader_with_budget, thing_of, travel
from tests.world.stripes import Simulator

# Nobody reads a page in less: the form would be refused.
READING_MILLISECONDS = 600


@pytest.fixture
def server_environment(stripe: Simulator) -> dict[str, str]:
    """The simulator's address is in the environment."""
    return {}


def give(page: Page, amount: str) -> None:
    page.get_by_label(amount, exact=True).check()
    page.wait_for_timeout(READING_MILLISECONDS)
    page.get_by_role("button", name="Give it").click()
    page.wait_for_url(lambda url: "/give/" not in url)


def loud(page: Page) -> list[str]:
    shown = page.locator("main .button:not(.quiet):visible")
    return [text.strip() for text in shown.all_inner_texts()]


def test_alice_gives_takes_back_and_gives_again(
    server: str, sign_in: SignIn, settings: Settings
) -> None:
    settings.SITE_URL = server
    alice = reader_with_budget("alice", amount=1_000, paid=3_000)
    bob = person("bob", first_name="Bob")
    click(alice, thing_of(bob, "song"))
    page = sign_in("alice", "correct horse")

    page.goto("/@bob")
    assert loud(page) == ["Flattr Bob"], "giving once is not louder than the flattr"
    page.get_by_role("link", name="Give once").click()
    expect(page.locator("h1")).to_have_text("Give once to Bob")
    expect(
        page.get_by_text("All €5.00 arrive. It is paid from your account.")
    ).to_be_visible()
    expect(page.get_by_text("All €10.00 arrive.")).to_be_hidden()
    assert loud(page) == ["Give it"]
    give(page, "€5.00")
    expect(page.locator("h1")).to_have_text("€5.00 goes to Bob")
    page.get_by_role("button", name=re.compile("^Take it back until ")).click()
    expect(page.locator("h1")).to_have_text("€5.00 for Bob: not given")

    page.get_by_role("link", name="Give once more").click()
    give(page, "€2.00")
    page.get_by_role("link", name="Your gifts").click()
    expect(page.locator("main")).to_contain_text("you took it back")
    expect(page.locator("main")).to_contain_text("on its way")
    travel(clock.now() + timedelta(hours=1, minutes=1))
    handing_over.hand_over()
    page.goto("/month")
    expect(page.locator("#once")).to_be_visible()
    over = clock.period()
    travel(months.end(over) + timedelta(minutes=5))
    closing.close_month(over)
    page.goto("/statements")
    page.get_by_role("link", name=month(over), exact=True).click()
    expect(page.locator("main")).to_contain_text("Beside it you gave €2.00 once.")
    expect(page.locator("tfoot")).to_contain_text("€12.00")


@pytest.mark.all
def test_zoe_pays_in_the_same_step(
    server: str, sign_in: SignIn, settings: Settings
) -> None:
    settings.SITE_URL = server
    zoe, bob = person("zoe"), person("bob")
    song = thing_of(bob, "song")
    page = sign_in("zoe", "correct horse")

    page.goto(f"/thing/{song.pk}")
    page.get_by_role("link", name="Give once").click()
    expect(
        page.get_by_text(re.compile("You pay €5.00 on Stripe’s page"))
    ).to_be_visible()
    page.get_by_label("€5.00", exact=True).check()
    page.wait_for_timeout(READING_MILLISECONDS)
    page.get_by_role("button", name="Give it").click()
    page.fill("[name=number]", "4242424242424242")
    page.get_by_role("button", name=re.compile("^Pay")).click()

    expect(page.locator("h1")).to_have_text("€5.00 goes to bob")
    assert loud(page) == ["Back to “Song”"]
    gift = Gift.objects.get(reader=zoe)
    assert (gift.creator, gift.thing, gift.amount) == (bob, song, 500)

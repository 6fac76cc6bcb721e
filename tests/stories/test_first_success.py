"""A creator's first success, in a real browser.

Mira opens an account, makes a button, and asks whether we see it: not yet. She pastes it
on her page and asks again: it is found, and hers. Rita clicks it, and Mira's list has
one more tick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache.backends.redis import RedisCache
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from buttons import tasks
from buttons.models import Flattr, Thing
from flattr import settings as real
from tests.browser.conftest import SignIn
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Host
from tests.stories.test_at_the_door import link_in_mail
from tests.world.people import open_budget, person

PAGE = "<title>Heron on the weir</title><p>It stood there as if it were paid to."
PASSWORD = "a heron on the weir"


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    """Mira's own blog, of which the platform knows nothing."""
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    with pages.host() as made:
        settings.PROOF_HOSTS = [made.name]
        yield made


@pytest.fixture
def server_environment(host: Host) -> dict[str, str]:
    # What an earlier story counted (a mail every three minutes) is not this one's.
    RedisCache(str(real.CACHES["default"]["LOCATION"]), {}).clear()
    return {
        "FLATTR_PROOF_HOSTS": host.name,
        # As `up` serves it: mails are files that the mailbox page shows.
        "DJANGO_SETTINGS_MODULE": "flattr.settings",
    }


def test_from_an_empty_account_to_the_first_flattr(
    server: str, host: Host, browser: Browser, sign_in: SignIn, settings: Settings
) -> None:
    settings.SITE_URL, settings.SITE_HOST = server, server.removeprefix("http://")
    heron = host.shows("/heron", PAGE)
    mira = browser.new_context(base_url=server).new_page()

    sign_up(mira)
    code = make_the_button(mira, heron)
    assert look(mira, "Check my page now") == (
        "We read the page, and found no button of yours yet."
    )
    expect(mira.locator("#check .now-box code")).to_contain_text("user_id=mira")
    assert not Thing.objects.exists()
    host.shows("/heron", f"{PAGE}<p>{code}")
    assert look(mira, "Check it again").startswith("Found your button on localhost:")
    expect(mira.locator("#check")).to_contain_text("It is yours.")
    assert ticks(mira) == ["Button made", "Button found on your page"]

    open_budget(person("rita"), 500)
    rita = sign_in("rita", "correct horse")
    rita.goto(heron)
    rita.get_by_role("link", name="Flattr this").click()
    rita.wait_for_timeout(1_000)
    rita.get_by_role("button", name=re.compile("^Flattr")).click()
    expect(rita.locator("h1")).to_contain_text("mira is in your")

    assert Flattr.objects.get().creator.username == "mira"
    assert ticks(mira)[2] == "First flattr"
    expect(mira.locator(".checks .next")).to_contain_text("Add your bank account")


def sign_up(page: Page) -> None:
    """Open an account on the way to making a button, which is where it leads."""
    page.goto("/button")
    page.locator("main").get_by_role("link", name="Sign up").click()
    page.fill("[name=email]", "mira@people.example")
    page.fill("[name=username]", "mira")
    page.fill("[name=password1]", PASSWORD)
    page.locator("main form button").last.click()
    page.goto(link_in_mail(page, "Confirm your e-mail"))
    page.locator("main form button").last.click()
    expect(page).to_have_url(re.compile("/button$"))


def make_the_button(page: Page, address: str) -> str:
    page.fill("[name=url]", address)
    page.fill("[name=title]", "Heron on the weir")
    page.get_by_role("button", name="Make the code").click()
    return page.locator("textarea.code").first.input_value()


def look(page: Page, button: str) -> str:
    """Have the page checked, as a worker does; what is said of it, which appears
    without reloading."""
    page.get_by_role("button", name=button).click()
    expect(page.locator("#check .now-box")).to_contain_text("We are looking at")
    tasks.check_pages()
    expect(page.locator("[data-refreshes]")).to_have_count(0)
    return page.locator("#check .now-box strong").inner_text()


def ticks(page: Page) -> list[str]:
    page.goto("/home")
    done = page.locator(".checks .done > span").all_inner_texts()
    return [re.sub(r"^Done:\s*", "", text).strip() for text in done]

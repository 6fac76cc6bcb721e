"""How somebody is found: Carol's page shows her button and its picture, the worker sees
both, and Mila, who cannot spell her name, finds her, flattrs and passes it on."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from buttons.pictures import picture_making
from tests.browser.conftest import OpenPage, SignIn, open_page
from tests.buttons.conftest import host
from tests.buttons.pictures.files import photograph
from tests.buttons.proofs.pages import Answer, Host
from tests.world.people import open_budget, person

__all__ = ["host", "open_page"]

WORK = 'img[src^="/picture/"]'


@pytest.fixture
def server_environment(host: Host) -> dict[str, str]:
    return {"FLATTR_PROOF_HOSTS": host.name}


@pytest.mark.all
def test_mila_finds_carol_and_passes_her_on(
    server: str, host: Host, sign_in: SignIn, open_page: OpenPage, settings: Settings
) -> None:
    settings.SITE_URL, settings.SITE_HOST = server, server.removeprefix("http://")
    open_budget(person("mila"), 1_000)
    person("carol", first_name="Carol", last_name="Sjöberg", about="Maps of puddles.")
    carol, mila = (sign_in(name, "correct horse") for name in ("carol", "mila"))

    flattr(mila, publish(carol, host))
    call_command("tick")
    picture_making.make_due()
    mila.reload()
    expect(mila.locator("main")).to_contain_text("puddle")

    mila.goto("/discover?q=carroll+sjoberg")
    found = mila.locator(".person", has_text="Carol Sjöberg")
    expect(found.locator(WORK).first).to_be_visible()
    found.get_by_role("link", name="Carol Sjöberg").click()
    expect(mila.locator("h1")).to_have_text("Carol Sjöberg")
    expect(mila.locator(f".work {WORK}")).to_be_visible()

    passed_on = f"{server}/@carol"
    expect(mila.locator("main")).to_contain_text(passed_on.removeprefix("http://"))
    friend = open_page()
    friend.goto("/@CAROL")
    assert friend.locator("link[rel=canonical]").get_attribute("href") == passed_on
    card = friend.locator('meta[property="og:image"]').get_attribute("content")
    drawn = friend.request.get(card or "")
    assert (drawn.status, drawn.headers["content-type"]) == (200, "image/png")


def publish(carol: Page, host: Host) -> str:
    """A page with a picture and the code that the platform makes for it; its address."""
    host.pages["/p.jpg"] = Answer(photograph(), "image/jpeg")
    url = host.shows("/puddle", "")
    carol.goto(f"/button?url={url}&title=A%20puddle%20in%20May")
    code = carol.locator("textarea.code").first.input_value()
    head = '<title>A puddle in May</title><meta property="og:image" content="/p.jpg">'
    return host.shows("/puddle", f"{head}<p>{code}")


def flattr(mila: Page, url: str) -> None:
    """By the button on the page, as readers do."""
    mila.goto(url)
    mila.get_by_role("link", name="Flattr").first.click()
    mila.wait_for_timeout(1_000)
    mila.get_by_role("button", name="Flattr this").click()
    expect(mila.locator("h1")).to_contain_text("Promised")

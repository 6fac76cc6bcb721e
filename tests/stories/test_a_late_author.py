"""An author hears of it late, in a real browser.

Mila flattrs a poem whose author has never been here. A day later Rhea signs in, pastes
the snippet on her page and has it looked at: the flattr of the day before becomes real,
and at the close she earns.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from flattr import months
from flattr.database import clock
from payouts.ledger import checks
from tests.browser.conftest import SignIn
from tests.buttons.conftest import host
from tests.buttons.proofs.pages import Host
from tests.world.people import open_budget, person, travel

__all__ = ["host"]

POEM = "<title>Rain on the allotments</title><p>It rained until it was Thursday."


@pytest.fixture
def server_environment(host: Host) -> dict[str, str]:
    return {"FLATTR_PROOF_HOSTS": host.name}


def test_a_promise_becomes_money_when_its_author_comes(
    server: str, host: Host, sign_in: SignIn, settings: Settings
) -> None:
    settings.SITE_URL, settings.SITE_HOST = server, server.removeprefix("http://")
    poem = host.shows("/rain", POEM)
    open_budget(person("mila"), 1_000)
    person("rhea")
    mila = sign_in("mila", "correct horse")
    rhea = sign_in("rhea", "correct horse")

    promise(mila, poem)
    travel(clock.now() + timedelta(days=1))
    paste_the_snippet(rhea, poem, host)
    call_command("tick")

    mila.goto("/month")
    expect(mila.locator("main .rows")).to_contain_text("rhea")
    expect(mila.locator("main")).not_to_contain_text("Waiting for the author")
    expect(mila.locator("h1")).to_contain_text("€10.00")
    over = clock.period()
    travel(months.end(over) + timedelta(minutes=2))
    call_command("tick")
    rhea.goto(f"/revenue/{months.show(over)}")
    expect(rhea.locator("h1")).to_contain_text("€10.00")
    assert all(not broken for broken in checks.check().values())


def promise(reader: Page, url: str) -> None:
    """Flattr a page that nobody has shown to be theirs: it waits, and moves nothing."""
    reader.goto(f"/submit/auto?url={url}&title=Rain%20on%20the%20allotments")
    expect(reader.locator("main")).to_contain_text("Not proved yet")
    reader.wait_for_timeout(1_000)
    reader.get_by_role("button", name="Flattr this").click()
    expect(reader.locator("h1")).to_contain_text("Promised")
    reader.goto("/month")
    expect(reader.locator("main")).to_contain_text("Waiting for the author")


def paste_the_snippet(author: Page, url: str, host: Host) -> None:
    """Take the code that the platform makes, put it on the page, and have it seen."""
    author.goto(f"/button?url={url}&title=Rain%20on%20the%20allotments")
    code = author.locator("textarea.code").first.input_value()
    host.shows("/rain", f"{POEM}<p>{code}")
    author.goto(f"/claim?url={url}")
    author.get_by_role("button", name="Check my page now").click()
    expect(author.locator("main")).to_be_visible()

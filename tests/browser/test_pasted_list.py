"""Mila pastes whom she flattred in the last year, all at once, in a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from accounts.models import User
from buttons.anywhere import reading_due
from buttons.models import Flattr, Pasted, Reading, Thing
from flattr.database import clock
from tests.browser.conftest import OpenPage


@pytest.mark.all
def test_a_list_is_read_flattred_and_one_taken_back(
    demo: str, open_page: OpenPage, settings: Settings
) -> None:
    settings.SITE_URL, settings.SITE_HOST = demo, demo.removeprefix("http://")
    mila = User.objects.get(username="mila")
    page = open_page(mila)
    outline = page.request.get("/flattred.opml").body()
    page.goto("/anywhere")
    file = {"name": "flattred.opml", "mimeType": "text/x-opml", "buffer": outline}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Look at it").click()
    number = page.locator(".pasted > li").count()
    assert number > 5
    box = page.locator("#check")
    expect(box).to_contain_text(f"0 of {number} looked at.")
    expect(box.locator("progress")).to_have_attribute("value", "0")

    waiting = Reading.objects.filter(due_at__isnull=False)
    waiting.exclude(pk=Reading.objects.latest("pk").pk).update(
        due_at=clock.now().replace(year=2999)
    )
    reading_due.read_due()
    expect(box).to_contain_text(f"1 of {number} looked at.")
    expect(page.locator("[name=chosen]")).to_have_count(0)
    mine = Reading.objects.filter(addresses__pasted=Pasted.objects.latest("pk"))
    mine.filter(due_at__isnull=False).update(due_at=clock.now())
    # Where the network is slow one batch is not all of it.
    while reading_due.read_due():
        pass

    # The page shows it by itself.
    expect(box).to_contain_text(f"We have looked at all {number}.")
    expect(box).to_contain_text(f"For {number} there is somebody here who gets it.")
    before = set(given(mila))
    page.get_by_role("link", name="Choose all").click()
    page.wait_for_timeout(1_000)
    page.get_by_role("button", name="Flattr the chosen ones once").click()
    expect(page.get_by_role("status").first).to_contain_text(
        re.compile(r"You flattred \d+ pages")
    )
    new = set(given(mila)) - before
    assert len(new) > 5
    expect(page.get_by_text("flattred", exact=True)).to_have_count(number)

    row = page.locator(".pasted > li").first
    row.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Flattr once")).to_be_visible()
    assert len(set(given(mila)) - before) == len(new) - 1
    page.get_by_role("button", name="Take all back").click()
    expect(page.get_by_role("status").first).to_contain_text("You have taken back")
    assert set(given(mila)) <= before


def given(reader: User) -> list[int]:
    """The things that a reader has flattred in this month."""
    flattrs = Flattr.objects.filter(reader=reader, period=clock.period())
    things = Thing.objects.filter(pk__in=flattrs.values("thing"))
    return list(things.values_list("pk", flat=True))

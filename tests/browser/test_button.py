"""The button on somebody else's site, clicked in a real browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.cache.backends.redis import RedisCache
from playwright.sync_api import Error, Page, Route, expect
from pytest_django import Settings

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr, Promise, Thing
from flattr import settings as real
from flattr.database import clock
from local import blog as demo_blog
from local.posts import POSTS
from tests.browser.conftest import OpenPage
from tests.serving import free_port
from tests.world.people import open_budget, person

SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push(entry.value);
    }).observe({ type: "layout-shift", buffered: true });
    window.refused = [];
    addEventListener("securitypolicyviolation", (event) => refused.push(event.blockedURI));
"""


# How many milliseconds a button rests when the window has been given the focus.
RESTED = """
    button => new Promise((done) => {
        const began = performance.now();
        new MutationObserver(() => {
            if (!button.hasAttribute("aria-disabled")) done(performance.now() - began);
        }).observe(button, { attributes: true });
        dispatchEvent(new Event("focus"));
    })
"""


@pytest.fixture
def blog_address(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"http://localhost:{free_port()}"
    settings.DEMO_BLOG_URL = address
    monkeypatch.setenv("FLATTR_DEMO_BLOG_URL", address)
    return address


@pytest.fixture
def server_environment(blog_address: str) -> dict[str, str]:
    # What an earlier test counted (a mail every three minutes) is not this one's.
    RedisCache(str(real.CACHES["default"]["LOCATION"]), {}).clear()
    # As `up` serves it: mails are files that the mailbox page shows.
    return {"DJANGO_SETTINGS_MODULE": "flattr.settings"}


@pytest.fixture
def blog(server: str, blog_address: str) -> Iterator[str]:
    """The neighbours' blog with buttons of the server's; each post is proved."""
    for name in dict.fromkeys(post.owner for post in POSTS):
        owner = person(name)
        for post in POSTS:
            if post.owner == name:
                address = f"{blog_address}/{post.slug}"
                Thing.objects.create(
                    url=address,
                    host=address.split("/")[2],
                    title=post.title,
                    owner=owner,
                    proved_at=clock.now(),
                    proof="by the operator",
                    created_at=clock.now(),
                )
    site = demo_blog.serve(int(blog_address.rsplit(":", 1)[1]), server)
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    yield blog_address
    site.shutdown()
    thread.join()
    site.server_close()


@pytest.fixture
def reader(server: str) -> User:
    """Rita has an open budget of 10.00."""
    rita = person("rita")
    open_budget(rita)
    return rita


def button(page: Page) -> Any:
    return page.locator(".thanks a").first


def read(page: Page, address: str) -> None:
    """Open a post and read down to its button, which asks for the count only then."""
    page.goto(address)
    button(page).scroll_into_view_if_needed()


def click_in_window(page: Page) -> Page:
    with page.expect_popup() as opened:
        button(page).click()
    window = opened.value
    window.wait_for_load_state()
    return window


def confirm(page: Page) -> None:
    ready = page.get_by_role("button", name="Flattr this", disabled=False)
    expect(ready).not_to_have_attribute("aria-disabled", "true")
    ready.click()
    expect(page.locator("h1")).to_contain_text("is in your")


def test_in_a_small_window(blog: str, reader: User, open_page: OpenPage) -> None:
    """Confirmed, counted on the blog when the reader is back, and undone."""
    page = open_page(reader)
    read(page, f"{blog}/spring")
    expect(button(page).locator("b")).to_have_text("0")

    window = click_in_window(page)
    expect(window).to_have_title("Flattr “Spring notes”? · Flattr")
    expect(window.locator("main")).to_contain_text("by anna")
    expect(window.locator("main")).to_contain_text(f"{blog}/spring")
    expect(window.locator("main")).to_contain_text("Your first this month")
    confirm(window)
    assert Flattr.objects.get().thing.title == "Spring notes"
    # The blog lies behind the window: nothing opens it a second time in there.
    expect(window.get_by_role("button", name="Close this window")).to_be_visible()
    expect(window.get_by_role("link", name="Back to “Spring notes”")).to_be_hidden()

    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(button(page).locator("b")).to_have_text("1")

    window.get_by_role("button", name="Undo").click()
    expect(window.locator("h1")).to_contain_text("Not flattred")
    assert not Flattr.objects.exists()

    # A window that closes while it is clicked is an error to Playwright.
    with window.expect_event("close"), suppress(Error):
        window.get_by_role("button", name="Close this window").click()


@pytest.mark.all
def test_in_a_tab_there_is_a_way_back_to_the_page(
    blog: str, reader: User, open_page: OpenPage
) -> None:
    page = open_page(reader)
    page.add_init_script("window.open = () => null")
    page.goto(f"{blog}/spring")
    button(page).click()
    confirm(page)

    page.get_by_role("link", name="Back to “Spring notes”").click()

    page.wait_for_url(f"{blog}/spring")


@pytest.mark.all
def test_where_windows_are_blocked_the_link_is_followed(
    blog: str, reader: User, open_page: OpenPage
) -> None:
    page = open_page(reader)
    page.add_init_script("window.open = () => null")
    read(page, f"{blog}/spring")
    expect(button(page).locator("b")).to_have_text("0")

    button(page).click()
    page.wait_for_url("**/submit/auto?*")
    confirm(page)

    assert Flattr.objects.count() == 1


@pytest.mark.all
def test_by_a_bookmark_on_any_page(
    blog: str, reader: User, open_page: OpenPage
) -> None:
    """The bookmark from our page, pressed on somebody else's that has no button."""
    page = open_page(reader)
    page.goto("/anywhere")
    bookmark = page.get_by_role("link", name="Flattr this page").get_attribute("href")
    page.goto(f"{blog}/")
    assert bookmark
    assert bookmark.startswith("javascript:")

    with page.expect_popup() as opened:
        # As browsers run bookmarks: whatever the page's own policy forbids.
        page.evaluate(bookmark.removeprefix("javascript:"))
    window = opened.value
    window.wait_for_load_state()

    expect(window.locator("main")).to_contain_text("We do not know whose page this is.")
    expect(window.locator("main")).to_contain_text(f"{blog}/")
    confirm_promise = window.get_by_role("button", name="Flattr this")
    expect(confirm_promise).not_to_have_attribute("aria-disabled", "true")
    confirm_promise.click()
    expect(window.locator("h1")).to_contain_text("romised")
    assert Promise.objects.get().thing.url == f"{blog}/"
    assert page.url == f"{blog}/"


@pytest.mark.all
def test_without_script(blog: str, reader: User, open_page: OpenPage) -> None:
    """Button, plain link and badge are links like any other."""
    page = open_page(reader, java_script_enabled=False)
    for slug in ["spring", "night-8", "moths-40"]:
        page.goto(f"{blog}/{slug}")

        button(page).click()
        page.wait_for_url("**/submit/auto?*")
        time.sleep(0.5)
        page.get_by_role("button", name="Flattr this").click()

        expect(page.locator("h1")).to_contain_text("is in your")
        expect(page.get_by_role("button", name="Close this window")).to_be_hidden()
    assert Flattr.objects.count() == 3


@pytest.mark.all
def test_signed_out_a_reader_signs_in_and_comes_back(
    blog: str, reader: User, open_page: OpenPage, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    reader.set_password("correct horse")
    reader.save()
    page = open_page()
    page.goto(f"{blog}/summer")
    window = click_in_window(page)

    window.get_by_role("link", name="Sign in").last.click()
    window.fill("[name=login]", "rita")
    window.fill("[name=password]", "correct horse")
    window.press("[name=password]", "Enter")

    window.wait_for_url("**/flattr/resume?*")
    confirm(window)
    assert Flattr.objects.get().thing.title == "Summer notes"


@pytest.mark.all
def test_who_cannot_flattr_is_told_why(
    blog: str, reader: User, open_page: OpenPage
) -> None:
    anna, poor = User.objects.get(username="anna"), person("poor")
    post = Thing.objects.get(url=f"{blog}/spring")
    flattr_thing(reader, post)

    for person_asking, words in [
        (anna, "This is your own thing"),
        (poor, "First decide what you give a month"),
        (reader, "You have flattred this"),
    ]:
        page = open_page(person_asking)
        page.goto(f"{blog}/spring")
        window = click_in_window(page)
        expect(window.locator("main")).to_contain_text(words)
        expect(window.get_by_role("button", name="Flattr this")).to_have_count(0)
    assert Flattr.objects.count() == 1


@pytest.mark.all
def test_two_tabs_are_one_flattr(blog: str, reader: User, open_page: OpenPage) -> None:
    """Confirming in two tabs records one flattr (C1)."""
    first = open_page(reader)
    first.goto(f"{blog}/spring")
    tabs = [click_in_window(first), click_in_window(first)]
    confirm(tabs[0])

    late = tabs[1].get_by_role("button", name="Flattr this")
    expect(late).not_to_have_attribute("aria-disabled", "true")
    late.click()

    expect(tabs[1].get_by_role("alert")).to_contain_text("flattred this thing")
    assert Flattr.objects.count() == 1


@pytest.mark.all
def test_the_button_rests_before_it_takes_a_click(
    blog: str, reader: User, open_page: OpenPage
) -> None:
    """For its first moment the confirm button takes no click (T23)."""
    page = open_page(reader)
    page.goto(f"/submit/auto?user_id=anna&url={blog}/spring")
    ready = page.get_by_role("button", name="Flattr this")
    # Without the focus the moment lasts as long as the test needs it.
    page.evaluate("dispatchEvent(new Event('blur'))")

    expect(ready).to_have_attribute("aria-disabled", "true")
    ready.click(force=True)
    page.wait_for_timeout(200)
    assert "/submit/auto" in page.url

    assert ready.evaluate(RESTED) >= 599
    expect(ready).not_to_have_attribute("aria-disabled", "true")
    ready.evaluate("button => button.click()")
    page.wait_for_timeout(200)
    assert "/submit/auto" in page.url
    assert not Flattr.objects.exists()

    ready.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("is in your")


@pytest.mark.all
def test_the_count_knows_nobody_and_moves_nothing(
    blog: str, server: str, reader: User, open_page: OpenPage
) -> None:
    flattr_thing(reader, Thing.objects.get(url=f"{blog}/low-water"))
    page = open_page(reader, viewport={"width": 900, "height": 2_500})
    asked: list[tuple[str, dict[str, str]]] = []
    page.on(
        "request", lambda request: asked.append((request.url, request.all_headers()))
    )

    def late(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    page.add_init_script(SHIFTS)
    page.route("**/button.js", late)
    page.route("**/button/count?*", late)
    page.goto(blog)

    counts = page.locator("a.FlattrButton b")
    expect(counts).to_have_text(["1", "0", "0", "0", "0", "0"])
    page.wait_for_timeout(300)
    ours = [(url, headers) for url, headers in asked if url.startswith(server)]
    assert len(ours) == 2
    assert not any("cookie" in headers for _url, headers in ours)
    assert all(headers.get("referer", f"{blog}/") == f"{blog}/" for _, headers in ours)
    assert page.evaluate("refused") == []
    assert page.evaluate("shifts") == []


@pytest.mark.all
def test_buttons_below_the_window_ask_only_when_they_come_near(
    blog: str, server: str, reader: User, open_page: OpenPage
) -> None:
    page = open_page(viewport={"width": 400, "height": 300})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{blog}/spring")
    page.wait_for_timeout(500)
    assert not any("/button/count" in url for url in asked)

    button(page).scroll_into_view_if_needed()

    expect(button(page).locator("b")).to_have_text("0")
    assert sum("/button/count" in url for url in asked) == 1

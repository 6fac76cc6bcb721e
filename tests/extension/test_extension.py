"""The button in the browser: pressed on other people's pages, in a real Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.cache.backends.redis import RedisCache
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from buttons.models import Flattr, Promise, Thing
from flattr import settings as real
from flattr.database import clock
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Host
from tests.extension.conftest import PATIENCE_TENTHS, UNPACKED, Extended, Open
from tests.hostility import needs_program
from tests.serving import free_port
from tests.world.browsing import signed_in
from tests.world.people import open_budget, person

pytestmark = pytest.mark.all


@pytest.fixture
def site() -> Iterator[Host]:
    """Somebody's pages."""
    with pages.host() as made:
        yield made


@pytest.fixture
def server_environment(
    site: Host, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """A page on an odd port of this machine is read as the demo's blog is."""
    settings.DEMO_BLOG_URL = site.url("")
    monkeypatch.setenv("FLATTR_DEMO_BLOG_URL", site.url(""))
    # Another test's hosts are not this one's.
    RedisCache(str(real.CACHES["default"]["LOCATION"]), {}).clear()
    return {"DJANGO_SETTINGS_MODULE": "flattr.settings"}


@pytest.fixture
def anna(server: str) -> User:
    return person("anna")


@pytest.fixture
def rita(server: str) -> User:
    """A reader with an open budget of 10.00."""
    rita = person("rita")
    open_budget(rita)
    return rita


def thing_on(site: Host, path: str, owner: User) -> Thing:
    return Thing.objects.create(
        url=site.url(path),
        host=site.name,
        title="Spring",
        owner=owner,
        created_at=clock.now(),
        proved_at=clock.now(),
        proof="by the operator",
    )


def head(title: str, more: str = "") -> str:
    return f"<!doctype html><title>{title}</title>{more}<h1>{title}</h1>"


@pytest.fixture
def her_browser(with_extension: Open, server: str, rita: User) -> Extended:
    """Rita's, signed in, with the platform's address in the options."""
    browser = with_extension()
    session = signed_in(rita).cookies["s"].value
    browser.context.add_cookies([{"name": "s", "value": session, "url": server}])
    browser.knows(site=server)
    return browser


def read(browser: Extended, address: str) -> Page:
    page = browser.context.new_page()
    page.goto(address)
    return page


def confirm(page: Page) -> None:
    ready = page.get_by_role("button", name="Flattr this", disabled=False)
    expect(ready).not_to_have_attribute("aria-disabled", "true")
    ready.click()
    expect(page.locator("h1")).to_contain_text("is in your")


def eventually(found: Callable[[], str], wanted: str, page: Page) -> None:
    for _ in range(PATIENCE_TENTHS):
        if found() == wanted:
            return
        page.wait_for_timeout(100)
    assert found() == wanted


def test_a_press_flattrs_a_page_without_a_button(
    her_browser: Extended, server: str, site: Host, anna: User, rita: User
) -> None:
    """With a token the icon says what is hers; the page is asked about by its own
    address, without what follows it."""
    thing = thing_on(site, "/spring", anna)
    canonical = f'<link rel="canonical" href="{site.url("/spring")}">'
    came = site.shows("/spring?from=mail", head("Spring notes", canonical))
    out = StringIO()
    call_command("create_token", "rita", "--scopes", "flattr", stdout=out)
    her_browser.knows(token=out.getvalue().split()[-1])
    page = read(her_browser, f"{came}#end")

    window = her_browser.press(page)

    expect(window).to_have_title("Flattr “Spring”? · Flattr")
    expect(window.locator("main")).to_contain_text("by anna")
    eventually(her_browser.badges, "", page)
    window.bring_to_front()
    confirm(window)
    assert Flattr.objects.get().thing == thing
    window.close()
    eventually(her_browser.badges, "✓", page)

    page.goto(site.shows("/elsewhere", head("Elsewhere")))
    assert her_browser.badges() == ""


def test_without_a_token_the_icon_says_the_public_count(
    her_browser: Extended, site: Host, anna: User
) -> None:
    thing = thing_on(site, "/spring", anna)
    Thing.objects.filter(pk=thing.pk).update(flattrs=1_234)
    page = read(her_browser, site.shows("/spring", head("Spring notes")))

    her_browser.press(page)

    eventually(her_browser.badges, "1k", page)


def test_the_pages_own_button_is_what_a_press_follows(
    her_browser: Extended, server: str, site: Host, anna: User
) -> None:
    """But not one that is about another page, as on a list of posts."""
    button = f"{server}/submit/auto?user_id=anna&url={site.url('/own')}&title=Own"
    other = f"{server}/submit/auto?user_id=anna&url={site.url('/other')}&title=Other"
    links = "".join(
        f'<a class="FlattrButton" href="{one.replace("&", "&amp;")}">Flattr</a>'
        for one in (other, button)
    )
    page, index = head("A page", links), head("A list", links)

    window = her_browser.press(read(her_browser, site.shows("/own", page)))
    expect(window.locator("main")).to_contain_text("Own")
    expect(window.locator("main")).to_contain_text("anna")
    assert window.url == button

    window = her_browser.press(read(her_browser, site.shows("/list", index)))
    assert quote(site.url("/list"), safe="") in window.url


def test_the_head_names_the_author(
    her_browser: Extended, site: Host, anna: User
) -> None:
    """By an id; and a flattr for a page that nobody proved yet waits."""
    html = head("Named", f'<meta name="flattr:id" content="{anna.public_id}">')

    window = her_browser.press(read(her_browser, site.shows("/named", html)))

    expect(window.locator("main")).to_contain_text("anna")
    confirm_promise(window)
    assert Promise.objects.get().thing.url == site.url("/named")


def confirm_promise(page: Page) -> None:
    ready = page.locator("form button[type=submit], form button:not([type])").first
    expect(ready).not_to_have_attribute("aria-disabled", "true")
    ready.click()
    expect(page).to_have_url(re.compile("/flattr/done/"))


def test_a_page_cannot_name_another_hosts_address(
    her_browser: Extended, site: Host, anna: User
) -> None:
    html = head("False", '<link rel="canonical" href="https://bank.example/">')

    window = her_browser.press(read(her_browser, site.shows("/false", html)))

    assert "bank.example" not in window.url


def test_the_browsers_own_pages_lead_to_the_form(
    her_browser: Extended, server: str
) -> None:
    page = read(her_browser, "chrome://version")

    window = her_browser.press(page)

    assert window.url == f"{server}/anywhere"


def test_the_options_check_what_is_typed(
    with_extension: Open, server: str, rita: User
) -> None:
    browser = with_extension()
    page = browser.options()
    for typed, says in (
        ("", "That is no address of a platform."),
        ("http://flattr.example", "That is no address of a platform."),
        (f"http://localhost:{free_port()}", "did not answer as a platform does"),
    ):
        page.get_by_label("Your platform").fill(typed)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#site-error")).to_contain_text(says)
        expect(page.get_by_label("Your platform")).to_be_focused()
        assert page.get_by_label("Your platform").input_value() == typed

    page.get_by_label("Your platform").fill(f"{server}/month")
    page.get_by_label("Your token").fill("wrong")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#token-error")).to_contain_text("does not take this token")
    assert page.get_by_role("link", name="Make a token").get_attribute("href") == (
        f"{server}/settings/apps"
    )

    page.get_by_label("Your token").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#saved")).to_have_text("Saved.")
    page.reload()
    expect(page.get_by_label("Your platform")).to_have_value(server)


def test_the_icon_lights_where_an_author_is_and_tells_nobody(
    with_extension: Open, server: str, site: Host, anna: User
) -> None:
    """With the permission granted, one file is fetched; no address is sent."""
    thing_on(site, "/spring", anna)
    home = site.shows("/", head("Home"))
    browser = with_extension(granted=("tabs",))
    browser.knows(site=server, lights=True)
    asked: list[str] = []
    browser.context.on("request", lambda request: asked.append(request.url))

    page = read(browser, home)
    eventually(browser.badges, "•", page)
    page.goto(home.replace("localhost", "127.0.0.1"))
    page.wait_for_timeout(500)
    assert browser.badges() == ""

    at_ours = [url for url in asked if url.startswith(server)]
    assert set(at_ours) <= {f"{server}/known-hosts.json"}


@pytest.mark.integrations
def test_mozillas_linter_finds_nothing_wrong(pytestconfig: pytest.Config) -> None:
    needs_program(pytestconfig, "web-ext", "npm, then npm install --global web-ext")

    done = subprocess.run(
        ["web-ext", "lint", "--source-dir", str(UNPACKED), "--output", "json"],  # noqa: S607 (from the PATH, as it was looked for)
        capture_output=True,
        text=True,
        check=False,
    )

    assert '"errors":[]' in done.stdout.replace(" ", ""), done.stdout


def test_it_is_packed_by_one_command_always_the_same(tmp_path: Path) -> None:
    packed = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        done = subprocess.run(
            [sys.executable, str(UNPACKED / "pack.py"), str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=True,
        )
        packed.append(Path(done.stdout.strip()))

    names = set(zipfile.ZipFile(packed[0]).namelist())
    assert packed[0].read_bytes() == packed[1].read_bytes()
    assert {"manifest.json", "background.js", "_locales/en/messages.json"} <= names
    assert not {"pack.py", "README.md"} & names

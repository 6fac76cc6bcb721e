"""Forty feeds at once, in a real browser.

Mila pastes the OPML of her reader of feeds. She sees who would get it before she gives
anything: nobody is here yet, so forty promises wait. Then three of the authors come and
show that their blogs are theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from buttons.anywhere import reading_queue
from buttons.checks import page_checks
from buttons.models import Flattr, Promise, Reading, Thing
from buttons.things.submitting import Submission
from payouts.ledger import checks
from tests.browser.conftest import SignIn
from tests.buttons.anywhere.lists import opml, rss
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Answer, Host
from tests.world.people import open_budget, person

HOSTS, BLOGS = 4, 10


@pytest.fixture
def hosts(settings: Settings) -> Iterator[list[Host]]:
    """Sites of forty people, of which the platform knows nothing."""
    with ExitStack() as stack:
        made = [stack.enter_context(pages.host()) for _ in range(HOSTS)]
        settings.PROOF_HOSTS = [host.name for host in made]
        yield made


@pytest.fixture
def server_environment(hosts: list[Host]) -> dict[str, str]:
    return {"FLATTR_PROOF_HOSTS": ",".join(host.name for host in hosts)}


@pytest.mark.all
def test_forty_promises_of_which_three_are_claimed(
    server: str, hosts: list[Host], sign_in: SignIn, settings: Settings
) -> None:
    settings.SITE_URL, settings.SITE_HOST = server, server.removeprefix("http://")
    open_budget(person("mila"), 900)
    mila = sign_in("mila", "correct horse")
    feeds = [put_up(host, number) for host in hosts for number in range(BLOGS)]

    there = paste_the_file(mila, opml(feeds, "My reader"))
    expect(mila.locator("#check")).to_contain_text("0 of 40 looked at.")
    while reading_queue.any_due():
        call_command("tick")
    expect(mila.locator("#check")).to_contain_text("We have looked at all 40.")
    expect(mila.locator("#check")).to_contain_text("For 40 there is nobody yet.")
    expect(mila.locator("main")).to_contain_text("the author in its feed: Writer 3")
    assert not Thing.objects.exists()
    flattr_all(mila)

    expect(mila.locator("main")).to_contain_text("You promised 40 pages a flattr each")
    assert Promise.objects.count() == 40
    authors = ["rhea", "sven", "tilda"]
    for name, host in zip(authors, hosts, strict=False):
        claim(person(name), host)
    call_command("tick")

    assert Promise.objects.count() == 37
    creators = Flattr.objects.values_list("creator__username", flat=True)
    assert sorted(creators) == authors
    mila.goto(there)
    expect(mila.locator("main")).to_contain_text("For 3 there is somebody here")
    expect(mila.locator("main")).to_contain_text("For 37 there is nobody yet.")
    mila.goto("/month")
    expect(mila.locator("main .rows").first).to_contain_text("rhea")
    expect(mila.locator("main")).to_contain_text("€3.00")
    assert Reading.objects.count() == 40
    assert all(not broken for broken in checks.check().values())


def put_up(host: Host, number: int) -> tuple[str, str]:
    """A blog with a page and a feed; what the feed is called, and where it is."""
    home = host.shows(f"/{number}/", f"<title>Blog {number}</title><p>Hello.")
    author = f"<managingEditor>w@w.example (Writer {number})</managingEditor>"
    feed = rss(f"Blog {number}", home, author).encode()
    host.pages[f"/{number}/feed"] = Answer(feed, "application/rss+xml")
    return f"Blog {number}", host.url(f"/{number}/feed")


def paste_the_file(reader: Page, text: str) -> str:
    reader.goto("/anywhere")
    body = {"name": "feeds.opml", "mimeType": "text/x-opml", "buffer": text.encode()}
    reader.locator("input[type=file]").set_input_files(body)  # type: ignore[arg-type]
    reader.get_by_role("button", name="Look at it").click()
    expect(reader.locator("h1")).to_contain_text("My reader")
    return reader.url


def flattr_all(reader: Page) -> None:
    expect(reader.locator("[name=chosen]:checked")).to_have_count(40)
    reader.wait_for_timeout(1_000)
    reader.get_by_role("button", name="Flattr the chosen ones once").click()


def claim(author: User, host: Host) -> None:
    """Put a tag on the blog, and have it checked."""
    tag = f'<meta name="flattr:id" content="{author.public_id}">'
    home = host.shows("/0/", f"<title>Blog 0</title>{tag}")
    page_checks.ask(author, Submission(home, author.username))

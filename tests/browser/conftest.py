"""A real Chromium in front of the real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page

from flattr.local import browser as chromium

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Playwright's event loop runs in the thread of the test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    program = chromium.find()
    if program is None:
        pytest.fail("There is no Chromium; `python3 run.py test` installs one as root.")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": program, "args": [*FLAGS, *as_root]}


@pytest.fixture
def demo(server: str) -> str:
    """The server's address, with the demo's people and three closed months."""
    call_command("seed_demo", verbosity=0)
    return server


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(server: str, browser: Browser) -> Iterator[SignIn]:
    """Open a page of one's own, signed in by the form; options are the context's."""
    opened: list[BrowserContext] = []

    def open_page(login: str, password: str, **options: Any) -> Page:
        context = browser.new_context(base_url=server, **options)
        opened.append(context)
        page = context.new_page()
        page.goto("/account/login/")
        page.fill("[name=login]", login)
        page.fill("[name=password]", password)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    yield open_page
    for context in opened:
        context.close()

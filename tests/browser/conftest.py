"""A real Chromium in front of the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User
from tests.world.browsing import signed_in

SignIn = Callable[..., Page]
OpenPage = Callable[..., Page]


@pytest.fixture
def demo(demo_clone: str, server: str) -> str:
    """The server's address, with the demo's people and three closed months."""
    return server


@pytest.fixture
def open_page(server: str, browser: Browser) -> Iterator[OpenPage]:
    """A page of somebody's own browser, signed in when a person is given."""
    opened: list[BrowserContext] = []

    def open_for(user: User | None = None, **options: Any) -> Page:
        context = browser.new_context(base_url=server, **options)
        opened.append(context)
        if user:
            session = signed_in(user).cookies["s"].value
            context.add_cookies([{"name": "s", "value": session, "url": server}])
        return context.new_page()

    yield open_for
    for context in opened:
        context.close()


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
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    yield open_page
    for context in opened:
        context.close()

"""A real Chromium in front of the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page


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
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    yield open_page
    for context in opened:
        context.close()

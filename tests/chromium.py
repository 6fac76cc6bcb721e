"""The browser of pytest-playwright's fixtures: a Chromium that is on the machine."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from local.running import browser

# What a page has to show is waited for as long as Playwright waits for all else: a
# machine with other work takes ten times what one without takes.
expect.set_options(timeout=30_000)

# It speaks to nobody but us, and needs no graphics.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """How the browser is started; without one the test is skipped, on CI it fails."""
    program = browser.find()
    if program is None:
        missing = "There is no Chromium on this machine."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    # Playwright's own loop runs in this thread and waits while tests ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [*FLAGS, *as_root],
    }

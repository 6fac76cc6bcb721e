"""A Chromium with the extension in it, unpacked, as people who build it load it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Playwright,
    Worker,
)

UNPACKED = settings.BASE_DIR / "extension"
PATIENCE_TENTHS = 600
LISTENING = re.compile(r"ws://\S+")


@dataclass(frozen=True, slots=True)
class Extended:
    """A person's own browser. Keys that Playwright sends do not reach an extension, so a
    press is asked of the browser itself."""

    browser: Browser
    context: BrowserContext

    @property
    def worker(self) -> Worker:
        return (
            self.context.service_workers[0]
            if self.context.service_workers
            else self.context.wait_for_event("serviceworker")
        )

    @property
    def id(self) -> str:
        return self.worker.url.split("/")[2]

    def knows(self, **values: Any) -> None:
        """Set what the options page stores."""
        self.worker.evaluate("values => chrome.storage.local.set(values)", values)

    def options(self) -> Page:
        """The options, which open by themselves where nothing is set yet."""
        waiting = self.context.pages[0]
        for _ in range(PATIENCE_TENTHS):
            for page in self.context.pages:
                if page.url.endswith("/options.html"):
                    page.wait_for_load_state()
                    return page
            waiting.wait_for_timeout(100)
        raise AssertionError("The options did not open.")

    def press(self, page: Page) -> Page:
        """Press the button while `page` is in front; the window that it opens."""
        page.bring_to_front()
        session = self.browser.new_browser_cdp_session()
        tab = self._tab(session, page)
        with self.context.expect_page() as opened:
            session.send("Extensions.triggerAction", {"id": self.id, "targetId": tab})
        opened.value.wait_for_load_state()
        return opened.value

    def _tab(self, session: CDPSession, page: Page) -> str:
        """The browser may come to know a title later than the page."""
        for _ in range(PATIENCE_TENTHS):
            tabs = session.send("Target.getTargets", {"filter": [{"type": "tab"}]})
            for one in tabs["targetInfos"]:
                if one["url"] == page.url and one["title"] == page.title():
                    found: str = one["targetId"]
                    return found
            page.wait_for_timeout(100)
        raise AssertionError("The browser has no such tab.")

    def badges(self) -> str:
        """What stands on the icon of all tabs, one after the other."""
        texts: list[str] = self.worker.evaluate(
            "async () => Promise.all((await chrome.tabs.query({})).map("
            "({ id }) => chrome.action.getBadgeText({ tabId: id })))"
        )
        return "".join(texts)


Open = Callable[..., Extended]


@pytest.fixture
def with_extension(
    playwright: Playwright,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
) -> Iterator[Open]:
    """Start a browser with it. `granted` are permissions that people are asked for by
    the browser itself, in a window that no test can press."""
    running: list[subprocess.Popen[str]] = []

    def start(granted: tuple[str, ...] = ()) -> Extended:
        folder = tmp_path / f"extension-{len(running)}"
        shutil.copytree(UNPACKED, folder)
        if granted:
            manifest = json.loads((folder / "manifest.json").read_text())
            manifest["permissions"] += granted
            (folder / "manifest.json").write_text(json.dumps(manifest))
        process = subprocess.Popen(
            [
                browser_type_launch_args["executable_path"],
                *browser_type_launch_args["args"],
                "--headless=new",
                "--remote-debugging-port=0",
                f"--user-data-dir={tmp_path / f'profile-{len(running)}'}",
                f"--disable-extensions-except={folder}",
                f"--load-extension={folder}",
                "--enable-unsafe-extension-debugging",
                "about:blank",
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stderr is not None
        said = (LISTENING.search(line) for line in process.stderr)
        address = next(found[0] for found in said if found)
        browser = playwright.chromium.connect_over_cdp(address)
        return Extended(browser, browser.contexts[0])

    yield start
    for process in running:
        process.terminate()
        process.wait(20)

"""Every page, as people see it: accessible, inside its window, and true to its policy.

Screenshots go to the directory that PICTURES names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from local.cast import PASSWORD
from tests.browser.conftest import SignIn
from tests.world import demo as world
from tests.world.pages import PAGES

LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 375, "height": 800}, "color_scheme": "dark"},
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
VIOLATIONS = """
    window.refused = [];
    addEventListener("securitypolicyviolation", (event) => {
        refused.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
"""


@pytest.mark.parametrize("look", LOOKS, ids=["light, wide", "dark, narrow"])
@pytest.mark.parametrize(
    ("who", "paths"),
    PAGES.items(),
    ids=["anybody", "reader", "creator", "staff"],
)
def test_a_page_is_for_everybody(
    who: str,
    paths: list[str],
    look: dict[str, Any],
    demo: str,
    browser: Browser,
    sign_in: SignIn,
) -> None:
    """T25 and the house's own rule: axe finds nothing, the policy refuses nothing, and
    nothing sticks out sideways, at 320 px neither."""
    if who:
        page = sign_in(f"{who}@demo.example", PASSWORD, **look)
    else:
        page = browser.new_context(base_url=demo, **look).new_page()
    page.add_init_script(VIOLATIONS)

    places = world.places()
    wrong = [
        told for path in paths for told in look_at(page, path.format(**places), look)
    ]

    assert "\n".join(wrong) == ""


def look_at(page: Page, path: str, look: dict[str, Any]) -> list[str]:
    """What is wrong with a page, in a line each."""
    answer = page.goto(path)
    assert answer is not None
    wrong = [f"{path}: {answer.status}"] if answer.status >= 500 else []
    if answer.status == 404 and path != "/nothing-here":
        wrong.append(f"{path}: 404")
    wrong += [f"{path}: refused {told}" for told in page.evaluate("refused")]
    keep_picture(page, path, look)
    found = Axe().run(page, options=RULES)
    for broken in found.response["violations"]:
        places = "; ".join(node["html"][:120] for node in broken["nodes"][:3])
        wrong.append(f"{path}: {broken['id']}: {places}")
    width = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if over > 0 and not path.startswith("/admin"):
        wrong.append(f"{path}: {over} px too wide at 320 px")
    assert width is not None
    page.set_viewport_size(width)
    return wrong


def keep_picture(page: Page, path: str, look: dict[str, Any]) -> None:
    folder = os.environ.get("PICTURES")
    if folder:
        name = (
            path.strip("/").split("&")[0].replace("/", "_").replace("?", "_") or "home"
        )
        file = (
            Path(folder)
            / f"{name}-{look['color_scheme']}-{look['viewport']['width']}.png"
        )
        page.screenshot(path=file, full_page=True)

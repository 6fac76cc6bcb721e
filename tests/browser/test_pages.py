"""Pages as people see them: accessible, inside their window, and true to their policy.

Every run looks at twelve of them, on a phone in the dark; `--all` at every page, wide
and bright too. What needs no browser is in `tests/house/test_every_page.py`.

Screenshots go to the directory that PICTURES names. With STATEMENT=1 what was found is
written down for the page about accessibility; else it has to be what stands there.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from accounts.models import User
from flattr.site.accessibility import FILE
from tests.browser.conftest import OpenPage
from tests.house.test_every_page import WRONG
from tests.world.demo import places
from tests.world.pages import PAGES, TWELVE

Look = dict[str, Any]
WIDE: Look = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
NARROW: Look = {"viewport": {"width": 375, "height": 800}, "color_scheme": "dark"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
VIOLATIONS = """
    window.refused = [];
    addEventListener("securitypolicyviolation", (event) => {
        refused.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
"""


def test_twelve_pages_are_for_everybody(demo: str, open_page: OpenPage) -> None:
    """T25 and the house's own rule: axe finds nothing, the policy refuses nothing, and
    nothing sticks out sideways, at 320 px neither."""
    known, wrong = places(), []
    for who, paths in TWELVE.items():
        page = open_page(User.objects.get(username=who) if who else None, **NARROW)
        page.add_init_script(VIOLATIONS)
        for path in paths:
            wrong += look_at(page, path.format(**known), NARROW)

    assert "\n".join(wrong) == ""
    assert sum(map(len, TWELVE.values())) == 12
    assert all(set(paths) <= set(PAGES[who]) for who, paths in TWELVE.items())


@pytest.mark.all
@pytest.mark.parametrize("look", [WIDE, NARROW], ids=["light, wide", "dark, narrow"])
def test_every_page_is_for_everybody(
    look: Look, demo: str, open_page: OpenPage
) -> None:
    """The same of all others."""
    known, wrong = places(), []
    for who, paths in PAGES.items():
        page = open_page(User.objects.get(username=who) if who else None, **look)
        page.add_init_script(VIOLATIONS)
        for path in paths:
            wrong += look_at(page, path.format(**known), look)

    assert "\n".join(wrong) == ""
    said = statement(look)
    if os.environ.get("STATEMENT"):
        write_down(look, said)
    stands = written_down(look)
    assert {**said, "on": stands["on"], "pages": stands["pages"]} == stands
    assert 0.9 < stands["pages"] / said["pages"] < 1.1, "STATEMENT=1 writes it anew"


def statement(look: Look) -> dict[str, Any]:
    """What a look at all pages found, if it found nothing."""
    return {
        "on": date.today().isoformat(),  # noqa: DTZ011 (the machine's day)
        "engine": f"axe-core {axe_version()}",
        "scheme": look["color_scheme"],
        "width": look["viewport"]["width"],
        "pages": sum(map(len, PAGES.values())),
        "violations": 0,
    }


def axe_version() -> str:
    found = re.search(r"axe v([\d.]+)", Axe().axe_script)
    assert found
    return found[1]


def written_down(look: Look) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FILE.read_text())
    return dict(told.get(name_of(look), {}))


def write_down(look: Look, said: dict[str, Any]) -> None:
    told = json.loads(FILE.read_text()) | {name_of(look): said}
    FILE.write_text(json.dumps(told, indent=2, sort_keys=True) + "\n")


def name_of(look: Look) -> str:
    return f"{look['color_scheme']}-{look['viewport']['width']}"


def look_at(page: Page, path: str, look: Look) -> list[str]:
    """What is wrong with a page, in a line each."""
    answer = page.goto(path)
    assert answer is not None
    wrong = [f"{path}: {answer.status}"] if answer.status >= 500 else []
    if answer.status == 404 and WRONG.get(path) != 404:
        wrong.append(f"{path}: 404")
    wrong += [f"{path}: refused {told}" for told in page.evaluate("refused")]
    keep_picture(page, path, look)
    found = Axe().run(page, options=RULES)
    for broken in found.response["violations"]:
        nodes = "; ".join(node["html"][:120] for node in broken["nodes"][:3])
        wrong.append(f"{path}: {broken['id']}: {nodes}")
    width = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if over > 0 and not path.startswith("/admin"):
        wrong.append(f"{path}: {over} px too wide at 320 px")
    assert width is not None
    page.set_viewport_size(width)
    return wrong


def keep_picture(page: Page, path: str, look: Look) -> None:
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

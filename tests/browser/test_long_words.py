"""Pages whose words are a third longer than ours, on the narrowest phone."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests import pseudo
from tests.browser.conftest import OpenPage
from tests.world.demo import places
from tests.world.pages import PAGES

pytestmark = pytest.mark.all

PHONE = {"viewport": {"width": 320, "height": 800}}
# How far the page goes beyond its window, and each text that goes beyond what holds it
# and is cut off there. What scrolls by itself may, what only screen
# readers see, and what the button's window says in full under its fold.
TOO_WIDE = """
    () => {
        const over = document.documentElement.scrollWidth - innerWidth;
        const wrong = over > 0 ? [`${over} px too wide`] : [];
        for (const one of document.querySelectorAll("main *, nav *, footer *")) {
            const style = getComputedStyle(one);
            const cut = style.overflowX === "hidden" || style.overflowX === "clip";
            const seen = one.offsetWidth > 1 && style.clipPath === "none";
            if (cut && seen && !one.matches(".ask .what *") && one.scrollWidth > one.clientWidth + 1)
                wrong.push(`cut off: ${one.textContent.trim().slice(0, 60)}`);
        }
        return wrong;
    }
"""


@pytest.fixture
def server_environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.pseudo_settings"}


@pytest.mark.parametrize("who", ["", "mila", "anna"], ids=["anybody", "mila", "anna"])
def test_nothing_is_cut_off(who: str, demo: str, open_page: OpenPage) -> None:
    page = open_page(User.objects.get(username=who) if who else None, **PHONE)
    known, wrong = places(), []
    for path in PAGES[who]:
        page.goto(path.format(**known))
        wrong += [f"{path}: {problem}" for problem in page.evaluate(TOO_WIDE)]

    assert "\n".join(wrong) == ""
    assert pseudo.accented("Privacy") in page.inner_text("footer")

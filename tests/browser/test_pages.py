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

from accounts.models import User
from buttons.models import Thing
from local.cast import PASSWORD
from payouts.models import Close, Payment, Payout
from tests.browser.conftest import SignIn

ANYBODY = [
    "/", "/how-it-works", "/fees", "/terms", "/privacy", "/contact", "/account/login/",
    "/account/signup/", "/account/password/reset/", "/discover", "/discover?q=notes",
    "/thing/{thing}", "/profile/anna", "/closes", "/closes/{closed}", "/nothing-here",
    "/submit/auto?user_id=anna&url=https%3A%2F%2Fnew.example%2Fpost&title=A%20new%20post",
    "/account/password/reset/done/", "/account/login/code/", "/account/confirm-email/", "/account/inactive/",
    "/account/confirm-email/too-old/", "/account/password/reset/key/1-too-old/",
    "/local/mailbox/", "/report/thing/{thing}", "/report/person/anna", "/report/thanks",
    "/anywhere", "/share?text=nothing", "/claim", "/claim?url=new.example%2Fpost",
    "/thing/qr/{thing}", "/view/?uid=anna&url=https%3A%2F%2Fanna.example%2F", "/view/",
    "/profile/mila", "/developers/api/",
]  # fmt: skip
READER = [
    "/claim?url=new.example%2Fpost",
    "/month", "/budget", "/pay", "/pay?budget=15", "/pay/{payment}", "/pay/{payment}/receipt",
    "/statements", "/statements/{closed}",
    "/statements/{closed}/check", "/settings", "/account/email/",
    "/account/password/change/", "/account/2fa/", "/account/2fa/totp/activate/",
    "/settings/mails", "/settings/security", "/settings/export", "/settings/close",
    "/settings/apps", "/apps", "/apps/new", "/oauth/authorize?client_id=nobody",
    "/account/reauthenticate/", "/account/logout/",
    "/submit/auto?user_id=haken&url=https%3A%2F%2Fhaken.example%2F213&title=Episode%20213",
    "/login?idCallback=https%3A%2F%2Fblog.example%2Fwp-admin%2F", "/login?idCallback=x:y",
]  # fmt: skip
CREATOR = [
    "/button", "/button?url=https%3A%2F%2Fanna.example%2Fpost&title=My%20post", "/things", "/things/hosts", "/subscriptions",
    "/revenue", "/revenue/{closed}", "/payouts", "/payouts/destination", "/month",
]  # fmt: skip
STAFF = [
    "/admin/", "/admin/payouts/payout/", "/admin/payouts/payout/{payout}/change/",
    "/admin/payouts/close/", "/admin/ledger/entry/", "/admin/ledger/transaction/",
    "/admin/payouts/payment/", "/admin/payouts/payment/{payment}/change/",
    "/admin/payouts/payment/costs/", "/admin/payouts/renewal/", "/admin/payouts/payer/",
    "/admin/accounts/user/", "/admin/accounts/audit/", "/admin/buttons/thing/",
    "/admin/payouts/refund/", "/admin/payouts/refund/of/{payment}/",
    "/admin/payouts/dispute/", "/admin/buttons/report/",
    "/admin/payouts/creator/", "/admin/payouts/payout/act/hold/?ids={payout}",
]  # fmt: skip

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


@pytest.fixture
def places(demo: str) -> dict[str, str]:
    closed = Close.objects.latest("period").period
    User.objects.filter(username="mila").update(shows_flattrs=True)
    return {
        "thing": str(Thing.objects.filter(owner__username="anna").earliest("id").pk),
        "closed": f"{closed // 100}-{closed % 100:02d}",
        "payout": str(Payout.objects.earliest("id").pk),
        "payment": str(
            Payment.objects.filter(reader__username="mila").earliest("id").pk
        ),
    }


@pytest.mark.parametrize("look", LOOKS, ids=["light, wide", "dark, narrow"])
@pytest.mark.parametrize(
    ("who", "paths"),
    [("", ANYBODY), ("mila", READER), ("anna", CREATOR), ("ada", STAFF)],
    ids=["anybody", "reader", "creator", "staff"],
)
def test_a_page_is_for_everybody(
    who: str,
    paths: list[str],
    look: dict[str, Any],
    places: dict[str, str],
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

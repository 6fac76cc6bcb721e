"""Which page a browser gets for an address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl

from local.stripe.incoming import charge_details
from local.stripe.pages import checkout_page, dashboard, layout, onboarding_page
from local.stripe.pages.layout import Page
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World

Shown = Callable[..., Page]

PAGES: dict[tuple[str, str], Shown] = {
    ("GET", "/"): dashboard.show,
    ("POST", "/do/*"): dashboard.act,
    ("GET", "/c/pay/*"): checkout_page.show,
    ("POST", "/c/pay/*"): checkout_page.pay,
    ("GET", "/c/pay/*/return"): checkout_page.come_back,
    # The form again after a refusal at the bank posts to the address that shows it.
    ("POST", "/c/pay/*/return"): checkout_page.pay,
    ("GET", "/authenticate/*"): checkout_page.ask,
    ("POST", "/authenticate/*"): checkout_page.answer,
    ("GET", "/setup/*/*"): onboarding_page.show,
    ("POST", "/setup/*/*"): onboarding_page.answer,
    ("GET", "/express/*"): onboarding_page.dashboard,
    ("POST", "/express/*"): onboarding_page.change,
}

NOTHING = layout.page("Nothing here", "<h1>There is nothing here</h1>", status=404)


def answer(world: World, method: str, path: str, body: str = "") -> Page:
    if path == "/style.css":
        return Page(layout.STYLE.read_text(), media_type="text/css")
    if path.startswith("/receipts/"):
        return receipt(world, path.removeprefix("/receipts/"))
    steps = path.strip("/").split("/")
    for (known, pattern), shown in PAGES.items():
        wanted = pattern.strip("/").split("/")
        if known != method or len(wanted) != len(steps):
            continue
        pairs = list(zip(wanted, steps, strict=True))
        if all(want in {"*", step} for want, step in pairs):
            ids = [step for want, step in pairs if want == "*"]
            given = [dict(parse_qsl(body))] if method == "POST" else []
            return _shown(partial(shown, world, *ids, *given))
    return NOTHING


def _shown(page: Callable[[], Page]) -> Page:
    """What cannot be done is said in words."""
    try:
        return page()
    except Refused as refusal:
        return layout.page(
            "Not possible",
            f"<h1>Not possible</h1>{layout.alert(str(refusal))}",
            status=refusal.status,
        )


def receipt(world: World, charge_id: str) -> Page:
    charge: Resource | None = world.store.find(charge_id)
    if charge is None or not charge.get("payment_intent"):
        return NOTHING
    paid = layout.amount(charge["amount"], charge["currency"])
    return layout.notice(
        "Receipt",
        f"{paid}, paid to Flattr on {layout.day(charge['created'])} UTC by "
        f"{charge_details.words_for(charge)}.",
    )

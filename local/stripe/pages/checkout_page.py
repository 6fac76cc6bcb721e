"""The Checkout page, and the bank's page that some cards lead to."""

from __future__ import annotations

from html import escape

from local.stripe.incoming import checkout
from local.stripe.instruments import cards
from local.stripe.pages import deeds, layout, paying
from local.stripe.pages.layout import Page
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World


def show(world: World, session_id: str, words: str = "") -> Page:
    """The form, or where to go when there is nothing to pay here any more."""
    session = world.get("checkout.session", session_id)
    if session["status"] == "complete":
        way = (filled(session), "Back to the site")
        return layout.notice(
            "This is done", "There is nothing more to do here.", link=way
        )
    if session["status"] == "expired":
        link = (
            (session["cancel_url"], "Back to the site")
            if session["cancel_url"]
            else None
        )
        return layout.notice(
            "This page has expired", "Start again on the site.", link=link
        )
    return layout.page(
        title_of(session),
        f"{head(world, session)}\n{layout.alert(words)}\n{form(session)}",
        leads_to=[session["success_url"]],
    )


def title_of(session: Resource) -> str:
    return "Save a card" if session["mode"] == "setup" else "Pay"


def head(world: World, session: Resource) -> str:
    if session["mode"] == "setup":
        return '<h1>Save a card</h1>\n<p class="soft">Nothing is charged now.</p>'
    lines = "".join(
        f"<p>{escape(item['description'] or 'One thing')}</p>"
        for item in checkout.items_of(world, session)["data"]
    )
    total = layout.amount(session["amount_total"], session["currency"])
    return f"<h1>Pay Flattr</h1>\n{lines}\n<p class='sum'>{total}</p>"


def form(session: Resource) -> str:
    choices = "\n".join(
        f'<label class="choice"><input type="radio" name="card" value="{card.number}"'
        f"{' checked' if place == 0 else ''}><span>{escape(card.words)}</span>"
        f'<span class="number">…{card.number[-4:]}</span></label>'
        for place, card in enumerate(cards.CARDS)
    )
    act = title_of(session)
    if session["mode"] == "payment":
        act = f"Pay {layout.amount(session['amount_total'], session['currency'])}"
    back = session["cancel_url"]
    cancel = f'<p><a href="{escape(back)}">Cancel and go back</a></p>' if back else ""
    number = layout.field(
        "number",
        "Or type the number of a test card",
        more='inputmode="numeric" autocomplete="off"',
    )
    name = layout.field("name", "Name on the card", "Alice", 'autocomplete="off"')
    return f"""<form method="post" class="box">
<fieldset><legend>A card that</legend>
{choices}
</fieldset>
{number}
{name}
<p><button class="act">{escape(act)}</button></p>
</form>
{cancel}"""


def pay(world: World, session_id: str, given: dict[str, str]) -> Page:
    number = given.get("number", "").strip() or given.get("card", "")
    try:
        intent = paying.pay(world, session_id, number, name=given.get("name", ""))
    except Refused as refusal:
        return show(world, session_id, str(refusal))
    if intent["status"] == "requires_action":
        return layout.go_to(f"/authenticate/{intent['id']}")
    return layout.go_to(filled(world.get("checkout.session", session_id)))


def come_back(world: World, session_id: str) -> Page:
    """From the bank's page: on to the site, or once more to the form."""
    session = world.get("checkout.session", session_id)
    if session["status"] == "complete":
        return layout.go_to(filled(session))
    intent = world.store.find(
        session["payment_intent"] or session["setup_intent"] or ""
    )
    return show(world, session_id, layout.last_error(intent) if intent else "")


def filled(session: Resource) -> str:
    """Where the person goes on, with the session's id in it."""
    address = str(session["success_url"])
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


# --- The bank


def ask(world: World, intent_id: str) -> Page:
    intent = intent_of(world, intent_id)
    if intent["status"] != "requires_action":
        return layout.notice(
            "Nothing to confirm", "Somebody confirmed or refused it already."
        )
    what = "that this card is saved"
    if intent["object"] == "payment_intent":
        what = f"{layout.amount(intent['amount'], intent['currency'])} to Flattr"
    return layout.page(
        "Your bank asks",
        f"""<h1>Your bank asks</h1>
<p>Do you confirm {escape(what)}?</p>
<form method="post" class="box">
<p><button class="act" name="answer" value="yes">Yes, I confirm</button></p>
<p><button name="answer" value="no">No, refuse</button></p>
</form>""",
        leads_to=[way_back(intent), end_of(world, intent)],
    )


def answer(world: World, intent_id: str, given: dict[str, str]) -> Page:
    intent = intent_of(world, intent_id)
    back = way_back(intent)
    done = deeds.authenticate(world, intent_id, ok=given.get("answer") == "yes")
    if not back:
        return layout.notice("Thank you", "You can close this page.")
    kind = intent["object"]
    facts = {
        kind: intent_id,
        f"{kind}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if done["status"] == "succeeded" else "failed",
    }
    return layout.go_to(layout.with_query(back, **facts))


def intent_of(world: World, intent_id: str) -> Resource:
    kind = "setup_intent" if intent_id.startswith("seti_") else "payment_intent"
    return world.get(kind, intent_id)


def way_back(intent: Resource) -> str:
    action = intent["next_action"] or {}
    return str((action.get("redirect_to_url") or {}).get("return_url") or "")


def end_of(world: World, intent: Resource) -> str:
    """The site's own address, which follows the way back over the Checkout page."""
    name = intent["object"]
    found = world.store.select(
        "checkout.session", "", [(f"$.{name}", "=", intent["id"])]
    )
    return str(found[0]["success_url"]) if found else ""

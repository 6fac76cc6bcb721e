"""The Checkout page, and the bank's page that some ways to pay lead to."""

from __future__ import annotations

from html import escape

from local.stripe.incoming import checkout
from local.stripe.instruments import kinds
from local.stripe.pages import bank_deeds, checkout_forms, layout, paying
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
        checkout_forms.title_of(session),
        "\n".join(
            [
                head(world, session),
                layout.alert(words),
                checkout_forms.forms(world, session),
                cancel(session),
            ]
        ),
        leads_to=[session["success_url"]],
    )


def head(world: World, session: Resource) -> str:
    if session["mode"] == "setup":
        title = checkout_forms.title_of(session)
        return f'<h1>{title}</h1>\n<p class="soft">Nothing is charged now.</p>'
    lines = "".join(
        f"<p>{escape(item['description'] or 'One thing')}</p>"
        for item in checkout.items_of(world, session)["data"]
    )
    total = checkout_forms.total_of(session)
    return f"<h1>Pay Flattr</h1>\n{lines}\n<p class='sum'>{total}</p>"


def cancel(session: Resource) -> str:
    back = session["cancel_url"]
    return f'<p><a href="{escape(back)}">Cancel and go back</a></p>' if back else ""


def pay(world: World, session_id: str, given: dict[str, str]) -> Page:
    try:
        intent = choose(world, session_id, given)
    except Refused as refusal:
        return show(world, session_id, str(refusal))
    if intent["status"] == "requires_action":
        return layout.go_to(f"/authenticate/{intent['id']}")
    return layout.go_to(filled(world.get("checkout.session", session_id)))


def choose(world: World, session_id: str, given: dict[str, str]) -> Resource:
    """Pay by what was chosen in the form of that kind."""
    kind, name = given.get("kind", "card"), given.get("name", "")
    typed = given.get("number", "").strip()
    if kind == "card":
        return paying.pay(world, session_id, typed or given.get("card", ""), name=name)
    if kind == "sepa_debit":
        iban = typed or given.get("account", "")
        return paying.pay_by_debit(world, session_id, iban, name=name)
    return paying.pay_by_other(world, session_id, kind)


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
    method = world.get("payment_method", intent["payment_method"])
    kind = kinds.of(method)
    title = kind.words if kind.asks else "Your bank asks"
    return layout.page(
        title,
        f"""<h1>{escape(title)}</h1>
<p>Do you confirm {escape(what_for(intent, kind))}?</p>
<form method="post" class="box">
<p><button class="act" name="answer" value="yes">Yes, I confirm</button></p>
<p><button name="answer" value="no">No, refuse</button></p>
</form>""",
        leads_to=[way_back(intent), end_of(world, intent)],
    )


def what_for(intent: Resource, kind: kinds.Kind) -> str:
    """What the person is asked to confirm."""
    later = "that Flattr may debit this account"
    if intent["object"] == "setup_intent":
        return later if kind.later == "debit" else "that this card is saved"
    total = f"{layout.amount(intent['amount'], intent['currency'])} to Flattr"
    kept = kind.later == "debit" and kinds.is_kept(intent, kind.name)
    return f"{total}, and {later} from now on" if kept else total


def answer(world: World, intent_id: str, given: dict[str, str]) -> Page:
    intent = intent_of(world, intent_id)
    back = way_back(intent)
    done = bank_deeds.authenticate(world, intent_id, ok=given.get("answer") == "yes")
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

"""The pages on which a creator tells Stripe who they are and where their bank is."""

from __future__ import annotations

from html import escape

from local.stripe.objects import accounts, balance, onboarding
from local.stripe.pages import deeds, layout
from local.stripe.pages.layout import Page
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World


def link_of(world: World, account_id: str, code: str) -> tuple[str, str] | None:
    """Where to return to, and where to get a new link; None for a link that is none."""
    told = world.store.fact(f"link:{code}").split(" ")
    if len(told) != 3 or told[0] != account_id:
        return None
    return told[1], told[2]


def is_over(world: World, code: str) -> bool:
    return int(world.store.fact(f"link_expires:{code}", "0")) < world.now()


def show(world: World, account_id: str, code: str, words: str = "") -> Page:
    ways = link_of(world, account_id, code)
    if ways is None:
        return layout.notice("No such page", "We never gave out this link.")
    if is_over(world, code):
        return layout.go_to(ways[1])
    account = accounts.find_account(world, account_id)
    return layout.page(
        "Get paid",
        f"""<h1>Get paid by Flattr</h1>
{what_is_missing(account)}
{layout.alert(words)}
{form(world, account)}""",
        leads_to=ways,
    )


def what_is_missing(account: Resource) -> str:
    due = account["requirements"]["currently_due"]
    if not due:
        return "<p>Nothing is missing. You can change your bank account here.</p>"
    listed = "".join(f"<li><code>{escape(each)}</code></li>" for each in due)
    return f"<p>Still missing:</p>\n<ul>{listed}</ul>"


def form(world: World, account: Resource) -> str:
    known = world.store.hidden(account["id"])
    name = layout.field(
        "name", "Your name", known.get("name", "Jenny Rosen"), 'autocomplete="off"'
    )
    iban = layout.field(
        "iban",
        "IBAN of your bank account",
        known.get("iban") or onboarding.iban_of(account["id"]),
        'autocomplete="off"',
    )
    return f"""<form method="post" class="box">
{name}
{iban}
<p class="soft">“Send” also hands in whatever is missing above.</p>
<p><button class="act" name="answer" value="send">Send</button></p>
<p><button name="answer" value="later">Later</button></p>
</form>"""


def answer(world: World, account_id: str, code: str, given: dict[str, str]) -> Page:
    ways = link_of(world, account_id, code)
    if ways is None or is_over(world, code):
        return show(world, account_id, code)
    if given.get("answer") != "later":
        try:
            save(world, account_id, given)
        except Refused as refusal:
            return show(world, account_id, code, str(refusal))
    return layout.go_to(ways[0])


def save(world: World, account_id: str, given: dict[str, str]) -> None:
    """Only another IBAN is another bank account."""
    account = accounts.find_account(world, account_id)
    iban = "".join(given.get("iban", "").split()).upper()
    same = iban == world.store.hidden(account_id).get("iban")
    if account["payouts_enabled"] and same:
        return
    if account["payouts_enabled"]:
        deeds.change_bank(world, account_id, iban)
        return
    name = given.get("name", "").strip() or "Jenny Rosen"
    deeds.onboard(world, account_id, iban, name)


# --- The creator's own small dashboard


def dashboard(world: World, account_id: str, words: str = "") -> Page:
    account = accounts.find_account(world, account_id)
    theirs = world.on(account_id)
    sums = balance.sums(theirs)["available"]
    currency = account["default_currency"]
    payouts = [
        [
            layout.day(payout["created"]),
            layout.amount(payout["amount"], payout["currency"]),
            escape(payout["status"]),
        ]
        for payout in world.store.select("payout", account_id, limit=20)
    ]
    known = world.store.hidden(account_id)
    iban = layout.field("iban", "IBAN of your bank account", known.get("iban", ""))
    held = layout.amount(sums.get(currency, 0), currency)
    return layout.page(
        "Your payouts",
        f"""<h1>Your payouts</h1>
<p>In your account here, and on its way to your bank:</p>
<p class="sum">{held}</p>
{layout.alert(words)}
<form method="post" class="box">{iban}<p><button class="act">Change</button></p></form>
<h2>Sent to your bank</h2>
{layout.table(["When", ">How much", "State"], payouts, "Nothing yet.")}""",
    )


def change(world: World, account_id: str, given: dict[str, str]) -> Page:
    try:
        save(world, account_id, given)
    except Refused as refusal:
        return dashboard(world, account_id, str(refusal))
    return layout.go_to(f"/express/{account_id}")

"""The dashboard at `/`: the balance, what happened, and buttons for what may happen."""

from __future__ import annotations

from html import escape

from flattr import money
from local.stripe.incoming.disputes import DECIDED, INQUIRY, OPEN, is_final
from local.stripe.objects import balance
from local.stripe.pages import deeds, layout, payments_table
from local.stripe.pages.layout import Page, button
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import DAY, World

ROWS = 20
AMOUNTS = {"amount"}
NUMBERS = {"seconds"}


def show(world: World, words: str = "") -> Page:
    parts = [
        "<h1>Stripe, simulated</h1>",
        layout.alert(words),
        balances(world),
        f"<h2>Payments</h2>{payments_table.payments(world, ROWS)}",
        f"<h2>Mandates</h2>{payments_table.mandates(world, ROWS)}",
        f"<h2>Disputes</h2>{disputes(world)}",
        f"<h2>Refunds</h2>{refunds(world)}",
        f"<h2>Creators' accounts</h2>{accounts(world)}",
        f"<h2>Transfers</h2>{transfers(world)}",
        f"<h2>Events</h2>{events(world)}",
    ]
    return Page(layout.frame("Overview", "\n".join(parts), wide=True))


def balances(world: World) -> str:
    sums, currency = balance.sums(world), world.currency
    figures = "".join(
        f"<div><dt>{label}</dt>"
        f"<dd>{layout.amount(sums[status].get(currency, 0), currency)}</dd></div>"
        for status, label in (("available", "Available"), ("pending", "Pending"))
    )
    typed = (
        '<input type="text" name="amount" inputmode="decimal" placeholder="0.00"'
        ' aria-label="Amount" required>'
    )
    return f"""<dl class="figures">{figures}</dl>
<p class="soft">The clock here: {layout.day(world.now())} UTC. Money from cards is
available {layout.spoken(world.settlement_seconds)} it was paid; a bank says what became of
a debit {layout.spoken(world.debit_seconds)} it began.</p>
<div class="row">{button("settle", "Make all available now")}
{button("top_up", "Top up", more=typed)}
{button("pay_out_to_bank", "Pay out to the bank", more=typed)}
{button("advance", "Let a day pass", seconds=DAY)}</div>"""


def disputes(world: World) -> str:
    rows = [
        [
            layout.day(dispute["created"]),
            layout.amount(dispute["amount"], dispute["currency"]),
            escape(dispute["reason"].replace("_", " ")),
            escape(dispute["status"].replace("_", " ")),
            decide(dispute),
        ]
        for dispute in world.store.select("dispute", "", limit=ROWS)
    ]
    heads = ["When", ">How much", "Why", "State", ""]
    return layout.table(heads, rows, "No bank has taken anything back.")


def decide(dispute: Resource) -> str:
    """What the bank may do next."""
    if is_final(dispute):
        return ""
    status, of = dispute["status"], dispute["id"]
    buttons = [
        button("close_dispute", label, dispute=of, outcome=outcome)
        for outcome, label in (("won", "Win it"), ("lost", "Lose it"))
        if status in OPEN | INQUIRY | DECIDED - {outcome}
    ]
    if status in DECIDED:
        buttons.append(button("appeal_dispute", "Appeal", dispute=of))
    if status in INQUIRY:
        buttons.append(button("escalate_dispute", "Take the money", dispute=of))
    return "".join(buttons)


def refunds(world: World) -> str:
    rows = [
        [
            layout.day(refund["created"]),
            layout.amount(refund["amount"], refund["currency"]),
            escape(refund["status"]),
            button("fail_refund", "The bank sends it back", refund=refund["id"])
            if refund["status"] != "failed"
            else "",
        ]
        for refund in world.store.select("refund", "", limit=ROWS)
    ]
    return layout.table(
        ["When", ">How much", "State", ""], rows, "Nothing was refunded."
    )


def accounts(world: World) -> str:
    rows = []
    for account in world.store.select("account", "", limit=ROWS):
        if account.get("deleted"):
            continue
        ready = account["payouts_enabled"]
        state = "is paid out" if ready else "cannot be paid out yet"
        theirs = balance.sums(world.on(account["id"]))["available"]
        held = theirs.get(account["default_currency"], 0)
        rows.append(
            [
                escape(account["email"] or account["id"]),
                state,
                layout.amount(held, account["default_currency"]),
                "".join(account_buttons(account, held)),
            ]
        )
    heads = ["Who", "State", ">In their account", ""]
    return layout.table(heads, rows, "No creator has begun.")


def account_buttons(account: Resource, held: int) -> list[str]:
    made = []
    if held > 0 and account["payouts_enabled"]:
        made.append(
            button(
                "pay_out_to_bank",
                "Send to their bank",
                account=account["id"],
                amount=money.plain(held),
            )
        )
    if account["payouts_enabled"]:
        made.append(button("restrict", "Ask for more", account=account["id"]))
    else:
        made.append(button("onboard", "Fill in everything", account=account["id"]))
    return made


def transfers(world: World) -> str:
    rows = [
        [
            layout.day(transfer["created"]),
            layout.amount(transfer["amount"], transfer["currency"]),
            escape(transfer["transfer_group"] or ""),
            f"<code>{escape(transfer['destination'])}</code>",
        ]
        for transfer in world.store.select("transfer", "", limit=ROWS)
    ]
    heads = ["When", ">How much", "Group", "To"]
    return layout.table(heads, rows, "Nothing was transferred.")


def events(world: World) -> str:
    held = bool(world.store.fact("held"))
    control = (
        button("release", "Deliver them") if held else button("hold", "Hold deliveries")
    )
    rows = [
        [
            layout.day(event["created"]),
            f"<code>{escape(event['type'])}</code>",
            "waits" if event["pending_webhooks"] else "",
            button("repeat", "Deliver again", event=event["id"]),
        ]
        for event in world.store.select("event", None, limit=ROWS)
    ]
    shown = layout.table(["When", "What", "", ""], rows, "Nothing has happened.")
    return f'<div class="row">{control}{button("repeat", "Deliver all again")}</div>{shown}'


def act(world: World, deed: str, given: dict[str, str]) -> Page:
    """Do what a button says, with amounts as a person types them."""
    try:
        arguments: dict[str, object] = {
            name: parse_value(name, value)
            for name, value in given.items()
            if value.strip()
        }
        deeds.DEEDS[deed](world, **arguments)
    except Refused as refusal:
        return show(world, str(refusal))
    except money.NotAnAmount:
        return show(world, "That is not an amount of money.")
    except KeyError:
        return layout.notice("No such deed", "The dashboard has no such button.")
    return layout.go_to("/")


def parse_value(name: str, value: str) -> object:
    if name in AMOUNTS:
        return money.parse(value)
    return int(value) if name in NUMBERS else value

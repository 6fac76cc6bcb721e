"""What people, banks and time do at Stripe: the simulator's powers beyond the API.

Each is a function of the world whose other arguments are texts and numbers, so that a
test calls it, a button of the dashboard does, and `POST /_simulator/NAME` with JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.stripe.incoming import charges, checkout, disputes, refunds
from local.stripe.instruments import ibans
from local.stripe.objects import balance, methods, onboarding, payouts, topups
from local.stripe.pages import bank_deeds, paying
from local.stripe.wire import delivering, idempotency
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.world import FOREVER, World

# What happens by itself once it is due.
BY_TIME: dict[str, Callable[[World, str], object]] = {
    "make_available": balance.make_available,
    "book_charge": charges.book_late,
    "end_debit": bank_deeds.end_debit,
    "expire_session": checkout.close,
    "finish_refund": refunds.finish_refund,
    "fail_refund": refunds.fail_refund,
    "payout_paid": payouts.paid,
    "send_to_bank": payouts.send_all,
    "topup_arrives": topups.arrive,
}


def catch_up(world: World) -> None:
    """Do everything that is due by now."""
    happen(world, world.now())


def happen(world: World, until: int, deed: str | None = None) -> int:
    """Do what is due until then, of one kind or of all; how much that was."""
    due = world.store.take_due(until, deed)
    for name, account, stripe_id in due:
        BY_TIME[name](world.on(account), stripe_id)
    settled = {account for name, account, _ in due if name == "make_available"}
    for account in sorted(settled):
        theirs = world.on(account)
        theirs.emit("balance.available", balance.retrieve(theirs, {}))
    return len(due)


# --- A person on the hosted pages


def complete(
    world: World,
    session: str,
    card: str = "4242424242424242",
    *,
    authenticates: bool = True,
    name: str = "Alice",
) -> Resource:
    """Pay, or save the card, on the Checkout page; the session afterwards.

    A declined card raises `Refused` and leaves the session open.
    """
    intent = paying.pay(world, session, card, name=name)
    if intent["status"] == "requires_action":
        bank_deeds.authenticate(world, intent["id"], ok=authenticates)
    return bank_deeds.session_of(world, session)


def abandon(world: World, session: str) -> Resource:
    """Nobody pays on this page any more: its time is over."""
    return checkout.close(world, session)


def onboard(
    world: World,
    account: str,
    iban: str = "",
    name: str = "Jenny Rosen",
) -> Resource:
    """Fill in the onboarding pages, with a bank account that nobody else has or that
    one."""
    if iban and not ibans.is_plausible(iban):
        raise invalid(
            f"{iban!r} is not an IBAN: its check digits are wrong.", param="iban"
        )
    return onboarding.onboard(world, account, iban, name)


def change_bank(world: World, account: str, iban: str) -> Resource:
    return onboarding.change_bank(world, account, iban)


# --- Banks


def dispute(
    world: World,
    payment_intent: str,
    amount: int | None = None,
    reason: str = "",
    *,
    inquiry: bool = False,
) -> Resource:
    """The reader's bank takes a payment back, whole or in part; an inquiry only asks.
    Without a reason it is the usual one."""
    world.get("payment_intent", payment_intent, "payment_intent")
    charge = charges.of_intent(world, payment_intent)
    if charge is None:
        raise Refused(f"{payment_intent} was not paid, so nobody can dispute it.")
    reason = reason or disputes.usual_reason(charge)
    return disputes.open_dispute(world, charge, amount, reason, inquiry=inquiry)


def change_card(world: World, payment_method: str, card: str) -> Resource:
    """Let a saved card behave as another test card from now on."""
    known = world.get("payment_method", payment_method)
    world.store.hide(payment_method, number=methods.named(card).number)
    return known


def replace_card(world: World, payment_method: str, card: str) -> Resource:
    """Its bank replaces a saved card by another test card, and Stripe tells of it."""
    known = world.get("payment_method", payment_method)
    return methods.replace(world, known, methods.named(card))


def finish_refund(world: World, refund: str) -> Resource:
    return refunds.finish_refund(world, refund)


def fail_refund(world: World, refund: str) -> Resource:
    return refunds.fail_refund(world, refund)


# --- Stripe itself


def restrict(
    world: World,
    account: str,
    due: list[str] | None = None,
    reason: str = "requirements.past_due",
) -> Resource:
    """Stripe asks a creator for more, or rejects them: `reason="rejected.fraud"`."""
    return onboarding.restrict(world, account, due, reason)


def settle(world: World) -> int:
    """All pending money becomes available; the number of transactions."""
    return happen(world, FOREVER, "make_available")


def book_late(world: World, *, late: bool = True) -> None:
    """From now on a payment's balance transaction comes some seconds after it was paid,
    as it does at Stripe where money is captured in the background."""
    world.store.note("books_late", "1" if late else "")


def advance(world: World, seconds: int) -> int:
    """Let the simulator's own clock go on, and do what is due then."""
    assert seconds >= 0, "the clock only goes forward"
    offset = int(world.store.fact("offset", "0")) + int(seconds)
    world.store.note("offset", offset)
    catch_up(world)
    idempotency.prune(world)
    world.store.ask(
        "UPDATE delivery SET due_at = max(1, due_at - ?) WHERE due_at > 0", int(seconds)
    )
    return world.now()


def prune_keys(world: World) -> None:
    """Forget every idempotency key."""
    idempotency.prune(world, spared_seconds=0)


# --- The operator


def top_up(world: World, amount: int, currency: str = "") -> Resource:
    """The operator's money arrives in the balance at once; the top-up."""
    wanted = {"amount": amount, "currency": currency or world.currency}
    made = topups.create(world, wanted)
    return topups.arrive(world, made["id"])


def pay_out_to_bank(world: World, amount: int, account: str = "") -> Resource:
    """From the platform's balance, or a connected account's, to its bank."""
    theirs = world.on(account)
    made = payouts.create(theirs, amount, world.currency)
    return payouts.paid(theirs, made["id"])


def fail_payout(world: World, payout: str, code: str = "account_closed") -> Resource:
    """The bank sends a payout back."""
    return payouts.fail(world.on(world.store.owner(payout)), payout, code)


DEEDS: dict[str, Callable[..., Any]] = {
    deed.__name__: deed
    for deed in (
        *(complete, abandon, onboard, change_bank, dispute),
        *(bank_deeds.authenticate, bank_deeds.pay_by_bank, bank_deeds.pay_by_debit),
        *(bank_deeds.settle_debit, bank_deeds.fail_debit, bank_deeds.return_debit),
        *(bank_deeds.revoke_mandate, bank_deeds.change_account),
        *(
            disputes.close_dispute,
            disputes.move_dispute,
            disputes.appeal_dispute,
            disputes.escalate_dispute,
            change_card,
            replace_card,
            book_late,
            finish_refund,
            fail_refund,
            restrict,
            settle,
        ),
        *(
            advance,
            prune_keys,
            top_up,
            pay_out_to_bank,
            fail_payout,
            delivering.hold,
            delivering.release,
        ),
        *(delivering.repeat, delivering.drop, delivering.rotate_secret),
        *(delivering.forget_secret,),
    )
}

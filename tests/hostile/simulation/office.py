"""What staff, banks, Stripe and the operator do in the town."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import stripe as library

from accounts.models import User
from buttons.proofs import settling
from local.stripe.wire.errors import Refused
from payouts.earnings import reviewing, topping_up
from payouts.gateway import asking, calls
from payouts.models import CloseProblem, Payment, Payout, StripeAccount
from payouts.moderation import suspending
from payouts.returns import refunding
from tests.hostile.simulation.model import COULD_NOT
from tests.hostile.simulation.town import Town

WHY = "looked at it"


# --- Staff --------------------------------------------------------------------------


def reviews(town: Town) -> None:
    """Two people look at what waits, and mostly say yes."""
    for payout in Payout.objects.filter(state__in=["requested", "held"]).order_by("pk"):
        staff = town.dice.sample(town.staff, 2)
        with suppress(*town.away):
            if payout.state == "held" and town.chance(0.7):
                reviewing.release(payout, staff[0], WHY)
                payout.refresh_from_db()
        for one in staff:
            if town.chance(0.9):
                approves(town, payout, one)


def approves(town: Town, payout: Payout, one: User) -> None:
    before = payout.state
    with suppress(*town.away):
        reviewing.approve(payout, one, WHY)
        town.says(f"{one} approves {payout}, {before}")
        town.model.asked[payout.pk].yes.add(one.pk)
        payout.refresh_from_db()


def hold_or_reject(town: Town) -> None:
    waiting = Payout.objects.filter(state__in=["requested", "approved", "held"])
    payout, one = town.one_of(list(waiting.order_by("pk"))), town.one_of(town.staff)
    if payout is not None:
        act = town.dice.choice([reviewing.hold, reviewing.release, reviewing.reject])
        with suppress(*town.away):
            act(payout, one, WHY)
            town.says(f"{one} does {act.__name__} to {payout}")


def sends_by_hand(town: Town) -> None:
    for payout in Payout.objects.filter(state="approved").order_by("pk"):
        if not payout.by_stripe:
            with suppress(*town.away):
                reviewing.send(payout, town.staff[0], f"bank {payout.pk}")
                town.says(f"{payout} is sent by hand")


def return_by_the_bank(town: Town) -> None:
    sent = Payout.objects.filter(state="sent", destination__stripe_id="")
    if payout := town.one_of(list(sent.order_by("pk"))):
        town.says(f"the bank returns {payout}")
        reviewing.fail(payout, town.staff[0], "account closed")


def refunds(town: Town) -> None:
    """Staff give a payment back, spent or not."""
    paid = Payment.objects.filter(paid_at__isnull=False).order_by("pk")
    if payment := town.one_of(list(paid)):
        amount = town.dice.choice([payment.amount, payment.amount // 3, 200])
        with suppress(*town.away):
            refunding.refund_by_staff(payment, amount, town.staff[0], WHY)
            town.says(f"staff refund {amount} of payment {payment.pk}")


def suspends(town: Town) -> None:
    everybody = {*town.readers, *town.creators} - set(town.staff)
    person = town.one_of(sorted(everybody, key=lambda one: one.pk))
    assert person is not None
    with suppress(suspending.NotSuspended):
        suspending.suspend_person(person, town.staff[0], WHY)
        town.says(f"{person} is suspended")
        town.model.suspends(person.pk)


def lifts(town: Town) -> None:
    for number in sorted(town.model.suspended):
        if town.chance(0.6):
            person = User.objects.get(pk=number)
            suspending.unsuspend_person(person, town.staff[1], WHY)
            town.says(f"{person} is not suspended any more")
            town.model.suspended.discard(number)


def suspends_thing(town: Town) -> None:
    number = town.one_of(town.things)
    assert number is not None
    thing = town.thing(number)
    if thing.suspended_at is None:
        suspending.suspend_thing(thing, town.staff[0], WHY)
        town.says(f"thing {number} is suspended")
        town.model.loses_thing(number)
    else:
        suspending.unsuspend_thing(thing, town.staff[1], WHY)
        town.says(f"thing {number} is not suspended any more")
        town.model.lost_things.discard(number)


def closes_those_set_aside(town: Town) -> None:
    for problem in CloseProblem.objects.filter(closed_at=None).order_by("period"):
        with suppress(*town.away):
            told = suspending.close_now(problem, town.staff[0], WHY)
            town.says(f"{problem.period} of {problem.reader_id}: {told}")


def decides_whose_it_is(town: Town) -> None:
    """A thing is proved to be somebody's, of nobody or of another."""
    number, creator = town.one_of(town.things), town.one_of(town.creators)
    assert number is not None
    assert creator is not None
    with suppress(*town.away):
        settling.decide(town.thing(number), town.staff[0], f"{creator.username} {WHY}")
        town.says(f"thing {number} is {creator}'s")


# --- Banks --------------------------------------------------------------------------


def returns_debit(town: Town) -> None:
    """A bank could not make a debit after all, or its payer wants it back, weeks later."""
    paid = town.model.payments
    debits = [intent for intent in town.charges if paid[intent].by_debit]
    if intent := town.one_of(debits[-20:]):
        reasons = [*sorted(COULD_NOT), "debit_not_authorized", "customer_initiated"]
        reason = town.dice.choice(reasons)
        with suppress(Refused):
            town.stripe.return_debit(intent, reason)
            town.says(f"{intent} comes back: {reason}")


def disputes(town: Town) -> None:
    """A bank takes a payment by card back, or only asks."""
    paid = town.model.payments
    by_card = [intent for intent in town.charges if not paid[intent].by_debit]
    if intent := town.one_of(by_card[-60:]):
        amount = town.model.payments[intent].amount
        part = town.dice.choice([None, None, amount // 2, 1, amount])
        with suppress(Refused):
            town.stripe.dispute(intent, part or None, inquiry=town.chance(0.15))
            town.says(f"{intent} is disputed for {part or 'all'}")


def steals(town: Town) -> None:
    """A stolen card gives all to one creator, who asks for it; then the owner of the
    card finds out."""
    fresh = [intent for intent in town.charges[-12:] if town.chance(0.2)]
    for intent in fresh:
        with suppress(Refused):
            town.stripe.dispute(intent)
            town.says(f"{intent} was paid with a stolen card")


def decides_disputes(town: Town) -> None:
    for dispute in town.stripe.all("dispute"):
        name, status = dispute["id"], dispute["status"]
        if status in {"won", "lost"}:
            _goes_further(town, name)
        elif status != "warning_closed" and town.chance(0.5):
            outcome = town.dice.choice(["won", "lost", "lost"])
            fee = outcome == "won" and town.chance(0.5)
            with suppress(Refused):
                town.stripe.close_dispute(name, outcome, return_fee=fee)
                town.says(f"{name} is {outcome}")


def _goes_further(town: Town, name: str) -> None:
    """A decision is not always the last word."""
    if not town.chance(0.1):
        return
    stripe, part = town.stripe, town.dice.randint(1, 40)
    deed = town.dice.choice(
        [
            partial(stripe.appeal_dispute, name),
            partial(stripe.close_dispute, name, town.dice.choice(["won", "lost"])),
            partial(stripe.move_dispute, name, -part),
            partial(stripe.move_dispute, name, part),
            partial(stripe.move_dispute, name, 0, 1_500),
        ]
    )
    with suppress(Refused):
        deed()
        town.says(f"{name} goes further")


def sends_refund_back(town: Town) -> None:
    made = [one for one in town.stripe.all("refund") if one["status"] == "succeeded"]
    if refund := town.one_of(made):
        town.says(f"the bank sends {refund['id']} back")
        town.stripe.fail_refund(refund["id"])


# --- Stripe and the operator --------------------------------------------------------


def refunds_at_stripe(town: Town) -> None:
    """Somebody presses a button in Stripe's own pages."""
    if intent := town.one_of(town.charges):
        amount = town.dice.choice([1, 150, town.model.payments[intent].amount])
        with suppress(*town.away, asking.StripeRefused):
            calls.refund(intent, amount, key="")
            town.says(f"{amount} of {intent} are refunded at Stripe")


def reverses(town: Town) -> None:
    if transfer := town.one_of(town.stripe.all("transfer")):
        amount = town.dice.choice([1, transfer["amount"] // 2, transfer["amount"]])
        transfers = asking.client().v1.transfers
        with suppress(library.StripeError):
            transfers.reversals.create(transfer["id"], {"amount": amount})
            town.says(f"{amount} of {transfer['id']} are reversed")


def tops_up(town: Town) -> None:
    if missing := topping_up.shortage():
        town.stripe.top_up(
            town.dice.choice([missing.oldest or missing.all, missing.all])
        )
        town.says("the operator tops up")


def pay_out_to_own_bank(town: Town) -> None:
    available, _ = town.stripe.balance()
    if available > 5_000:
        made = town.stripe.pay_out_to_bank(available // 10)
        town.says(f"{available // 10} go to our bank")
        if town.chance(0.3):
            town.stripe.fail_payout(made["id"])


def restricts(town: Town) -> None:
    account = town.one_of(list(StripeAccount.objects.order_by("pk")))
    if account is not None:
        town.says(f"Stripe restricts {account.creator}")
        with suppress(Refused, AssertionError):
            town.stripe.restrict(account.stripe_id)

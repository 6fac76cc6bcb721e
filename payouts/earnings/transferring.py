"""Sending payouts through Stripe: at most one transfer each, whatever happens between
question and answer (W2).

approved → unknown, with the moment recorded, before Stripe is asked; unknown → sent by
what Stripe says. Where no answer came, the transfer is looked up by the payout's group,
and only asked for again, under the same key, where there is none; `transit` holds the
money until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from payouts import chart
from payouts.close import breaker, inspecting
from payouts.earnings import onboarding, reversing, states, topping_up
from payouts.gateway import asking, claims, transfers
from payouts.gateway.facts import TransferFact
from payouts.models import Payout
from payouts.models.payout_states import State

log = structlog.get_logger(__name__)

BATCH = 200
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)


# --- Every minute -------------------------------------------------------------------


def send_approved() -> int:
    """Send what is approved and covered by our money at Stripe, the oldest first; how
    many were sent.

    What is not covered waits whole, and so does all that is younger; staff read how
    much to top up. Nothing is sent while the books do not add up.
    """
    waiting = list(_waiting(State.APPROVED)[:BATCH])
    if not waiting or breaker.tripped():
        return 0
    try:
        left = topping_up.fetch_balance() - topping_up.handed_over()
    except asking.NoAnswer as failure:
        log.warning("balance_not_read", why=str(failure))
        return 0
    covered = _covered(waiting, left)
    if covered and not inspecting.adds_up():
        return 0
    found = list(claims.each(covered, send))
    if len(covered) < len(waiting) or any(one.state == State.APPROVED for one in found):
        topping_up.notify()
    return sum(one.state == State.SENT for one in found)


def _covered(waiting: Iterable[Payout], left: int) -> list[Payout]:
    """Those that `left` is enough for, up to the first that it is not."""
    covered = []
    for payout in waiting:
        left -= payout.amount
        if left < 0:
            break
        covered.append(payout)
    return covered


def look_up_unknown() -> int:
    """Look up the payouts that Stripe was asked for without an answer; return of how
    many we know now."""
    due = _waiting(State.UNKNOWN).filter(due_at__lte=timezone.now())[:BATCH]
    found = claims.each(filter(_put_off, due), look_up)
    return sum(payout.state != State.UNKNOWN for payout in found)


def _waiting(state: State) -> QuerySet[Payout]:
    payouts = Payout.objects.by_stripe().filter(state=state).order_by("pk")
    return payouts.select_related("creator", "destination")


def _put_off(payout: Payout) -> bool:
    """Put the next try as far off as the first is past, an hour at most; then it is
    ours to look up. False when another worker has it."""
    assert payout.asked_at is not None
    now = timezone.now()
    wait = min(max(now - payout.asked_at, SOONEST), LATEST)
    ours = Payout.objects.filter(
        pk=payout.pk, state=State.UNKNOWN, due_at=payout.due_at
    )
    return bool(ours.update(due_at=now + wait))


# --- One payout ---------------------------------------------------------------------


def send(payout: Payout) -> Payout:
    """Hand an approved payout to Stripe; return it as it stands then.

    The account is fetched first (W3). Held where it may not be sent now or Stripe
    refuses; approved again where our money there was not enough. After
    `gateway.NoAnswer` it is approved still, or unknown. Untouched where another worker
    holds it.
    """
    with claims.claimed(payout) as ours:
        payout.refresh_from_db()
        if ours is None or payout.state != State.APPROVED:
            return payout
        onboarding.refresh(payout.destination.stripe_id)
        was_asked = payout.asked_at is not None
        payout = _hand_over(payout)
        if payout.state != State.UNKNOWN or payout.claimed_until != ours:
            return (
                payout  # It was held, or so much time went by that we were overtaken.
            )
        return _find(payout) if was_asked else _transfer(payout)


@transaction.atomic
def _hand_over(payout: Payout) -> Payout:
    payout = states.lock(payout)
    if payout.state != State.APPROVED:
        return payout
    if why := states.hindrance(payout):
        return _hold(payout, why)
    states.move(payout, [State.APPROVED], State.UNKNOWN)
    payout.asked_at = timezone.now()
    payout.due_at = payout.asked_at + SOONEST
    payout.save(update_fields=["asked_at", "due_at"])
    audit.note(
        None,
        "payout_handed_over",
        f"payout:{payout.pk}",
        before={"state": State.APPROVED},
        after={"state": State.UNKNOWN, "account": payout.destination.stripe_id},
    )
    return payout


def look_up(payout: Payout) -> Payout:
    """Find the transfer of a payout that Stripe was asked for, and ask for it again only
    where there is none."""
    with claims.claimed(payout) as ours:
        payout.refresh_from_db()
        return _find(payout) if ours and payout.state == State.UNKNOWN else payout


def _find(payout: Payout) -> Payout:
    found = transfers.transfers(payout.group)
    whole = [one for one in found if _left(one)] if len(found) > 1 else found
    if len(whole) == 1 and _is_of(payout, whole[0]):
        settled = _settle(payout, whole[0])
        return reversing.take_back(settled, whole[0]) if whole[0].reversals else settled
    if found:
        return _alarm(payout, found)
    if breaker.tripped():
        return payout
    if states.hindrance(payout):
        return _give_up(payout)
    return _transfer(payout)


def _left(fact: TransferFact) -> int:
    return fact.amount - sum(one.amount for one in fact.reversals)


def _is_of(payout: Payout, fact: TransferFact) -> bool:
    return (fact.amount, fact.currency, fact.destination) == (
        payout.amount,
        payout.currency,
        payout.destination.stripe_id,
    )


def _transfer(payout: Payout) -> Payout:
    try:
        fact = transfers.transfer(
            payout.destination.stripe_id,
            payout.amount,
            key=payout.key,
            group=payout.group,
            about=payout.reference,
        )
    except asking.StripeRefused as refusal:
        return _refused(payout, refusal)
    return _settle(payout, fact)


@transaction.atomic
def _settle(payout: Payout, fact: TransferFact) -> Payout:
    payout = states.lock(payout)
    if payout.state != State.UNKNOWN:
        return payout
    states.settle(
        payout, None, chart.STRIPE_CLEARING, fact.stripe_id, paid_at=fact.made_at
    )
    topping_up.spend(payout.amount)
    return payout


# --- When it is not sent ------------------------------------------------------------


@transaction.atomic
def _refused(payout: Payout, refusal: asking.StripeRefused) -> Payout:
    """Stripe did nothing. It repeats its no under this key, so the next try has another."""
    payout = states.lock(payout)
    if payout.state != State.UNKNOWN:
        return payout
    payout.refusals += 1
    payout.save(update_fields=["refusals"])
    if refusal.code != "balance_insufficient":
        return _hold(payout, f"Stripe refused: {refusal}")
    states.move(payout, [State.UNKNOWN], State.APPROVED)
    audit.note(
        None,
        "payout_not_covered",
        f"payout:{payout.pk}",
        before={"state": State.UNKNOWN},
        after={"state": State.APPROVED},
    )
    return payout


@transaction.atomic
def _give_up(payout: Payout) -> Payout:
    """There is no transfer, and it may not be asked for again: hold the payout, once
    what was asked first cannot happen any more."""
    payout = states.lock(payout)
    assert payout.asked_at is not None
    if timezone.now() - payout.asked_at < asking.KEYS_LIVE:
        return payout
    return _hold(payout, states.hindrance(payout))


@transaction.atomic
def _alarm(payout: Payout, found: list[TransferFact]) -> Payout:
    """Stripe has transfers that we never asked for: hold the payout for people."""
    names = ", ".join(one.stripe_id for one in found)
    log.error("transfers_differ", payout=payout.pk, transfers=names)
    payout = states.lock(payout)
    if payout.state != State.UNKNOWN:
        return payout
    payout.transfer_id = names[:140]
    payout.save(update_fields=["transfer_id"])
    return _hold(payout, f"Stripe has transfers that do not fit: {names}")


def _hold(payout: Payout, why: str) -> Payout:
    return states.hold(payout, None, why, [State.APPROVED, State.UNKNOWN])


# --- When it comes back -------------------------------------------------------------


def reversed_(payout: Payout, fact: TransferFact) -> Payout:
    """Give the creator what of a transfer came back, debt first; return the payout as
    it stands then. Repeats change nothing."""
    if payout.state == State.UNKNOWN:
        payout = look_up(payout)
    return reversing.take_back(payout, fact)

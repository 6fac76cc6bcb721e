"""What staff do to a payout: approve, hold, release, reject, send, mark as failed.

requested → approved → sent, with `held` aside, `rejected` instead and `failed` after.
What Stripe pays is sent by the platform once it is approved (`payouts.earnings.transferring`).
Each act is one guarded UPDATE of the state, so that of two people at once one is
refused; each is kept with its reason and mailed to the creator. Nobody acts on a
payout to themselves (W4), and nobody types an amount or a destination.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.models import User
from flattr.database import clock
from flattr.money import plain
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.close import breaker
from payouts.earnings import by_hand, destinations, onboarding
from payouts.earnings.requesting import tell
from payouts.ledger.models import Transaction
from payouts.ledger.posting import post
from payouts.models import Approval, Payout

UNSENT = ["requested", "approved"]


class NotReviewed(Refusal):
    """This cannot be done to this payout."""

    code = "not_reviewed"
    status = 403


@transaction.atomic
def approve(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Say yes. The last yes that is needed makes it ready to be sent.

    Refused with `NotReviewed` for one's own payout, a second yes of the same person,
    a payout that is held or decided.
    """
    staff, payout, reason = _reviewer(payout, by), locked(payout), _given(reason)
    _in_state(payout, "requested")
    _check(payout)
    if Approval.objects.filter(payout=payout, staff=staff).exists():
        raise NotReviewed("You approved this payout before; somebody else has to.")
    Approval.objects.create(payout=payout, staff=staff, at=clock.now(), reason=reason)
    if _approved(payout):
        move(payout, ["requested"], "approved")
        tell(
            payout, by, "payout_approved", before={"state": "requested"}, reason=reason
        )
    else:
        audit.note(
            by,
            "payout_approved",
            f"payout:{payout.pk}",
            before={"state": "requested", "approvals": payout.approvals.count() - 1},
            after={"state": "requested", "approvals": payout.approvals.count()},
            reason=reason,
        )
    return payout


def approvals_wanted(payout: Payout) -> int:
    """By how many people a payout has to be approved; a lone operator's setting counts."""
    return payout.approvals_needed if settings.SECOND_APPROVAL else 1


def _approved(payout: Payout) -> bool:
    return payout.approvals.count() >= approvals_wanted(payout)


@transaction.atomic
def hold(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Stop a payout that was not sent yet; the money stays reserved."""
    _reviewer(payout, by)
    return _act(payout, by, "payout_held", _given(reason), before=UNSENT, after="held")


@transaction.atomic
def release(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Let a held payout go on, where it was: approvals that were given still count.

    Refused while the creator is suspended.
    """
    _reviewer(payout, by)
    payout = locked(payout)
    if payout.creator.suspended_at is not None:
        raise NotReviewed("The creator is suspended; lift that first.")
    state = "approved" if _approved(payout) else "requested"
    return _act(
        payout, by, "payout_released", _given(reason), before=["held"], after=state
    )


@transaction.atomic
def reject(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Say no: the money goes back to the creator's revenue. Refused while Stripe has
    transfers for it that nobody has looked into."""
    _reviewer(payout, by)
    if transfers := locked(payout).transfer_id:
        raise NotReviewed(
            f"Stripe has made {transfers} for this payout. Reverse there what is one too"
            " many and release it: what is left is found and recorded."
        )
    payout = _act(
        payout,
        by,
        "payout_rejected",
        _given(reason),
        before=[*UNSENT, "held"],
        after="rejected",
    )
    _void(payout)
    return payout


@transaction.atomic
def send(payout: Payout, by: audit.By, reference: str) -> Payout:
    """Paid by hand: what the bank calls the transfer.

    Refused unless it is approved by enough people, and everything that let it be
    asked for still holds; and for what Stripe pays.
    """
    _reviewer(payout, by)
    payout = locked(payout)
    _by_hand(payout)
    _in_state(payout, "approved")
    _check(payout)
    payout.transfer_id = by_hand.read_reference(reference)
    payout.sent_at = clock.now()
    payout.save(update_fields=["transfer_id", "sent_at"])
    post(
        f"payout:{payout.pk}:settle",
        {
            chart.transit(payout.creator): -payout.amount,
            chart.BANK: payout.amount,
        },
        occurred_at=payout.sent_at,
    )
    return _act(
        payout, by, "payout_sent", payout.transfer_id, before=["approved"], after="sent"
    )


@transaction.atomic
def show_account(payout: Payout, by: audit.By) -> str:
    """Holder and IBAN in full, for the transfer at the bank; that it was shown is kept.

    Refused unless the payout is ready to be sent.
    """
    _reviewer(payout, by)
    _by_hand(payout)
    _in_state(payout, "approved")
    audit.note(by, "account_shown", f"payout:{payout.pk}")
    return (
        f"{payout.destination.holder}, {destinations.reveal(payout.destination)},"
        f" {plain(payout.amount)} {payout.currency}, payout {payout.pk}"
    )


@transaction.atomic
def fail(payout: Payout, by: audit.By, reason: str) -> Payout:
    """The bank returned what was paid by hand: it is the creator's revenue again."""
    _reviewer(payout, by)
    _by_hand(payout)
    payout = _act(
        payout, by, "payout_failed", _given(reason), before=["sent"], after="failed"
    )
    settled = Transaction.objects.get(book=0, reference=f"payout:{payout.pk}:settle")
    post(
        f"reversal:payout:{payout.pk}",
        {
            chart.BANK: -payout.amount,
            chart.transit(payout.creator): payout.amount,
        },
        reverses=settled.pk,
    )
    _void(payout)
    return payout


def hold_all(creator: User, by: audit.By, reason: str) -> list[Payout]:
    """Hold every payout of a creator that was not sent yet."""
    waiting = Payout.objects.filter(creator=creator, state__in=UNSENT)
    return [
        _act(payout, by, "payout_held", reason, before=UNSENT, after="held")
        for payout in waiting
    ]


# --- What the acts are made of ------------------------------------------------------


def _reviewer(payout: Payout, by: audit.By) -> User:
    staff = audit.actor(by)
    if staff is None or not staff.is_staff or not staff.is_active:
        raise NotReviewed("Only staff review payouts.")
    if staff.pk == payout.creator_id:
        raise NotReviewed("This payout is yours; somebody else has to review it.")
    return staff


def _given(reason: str) -> str:
    if not reason.strip():
        raise NotReviewed("Please give a reason; it is kept.")
    return reason.strip()


def locked(payout: Payout) -> Payout:
    return (
        Payout.objects.select_related("creator", "destination")
        .select_for_update(of=("self",))
        .get(pk=payout.pk)
    )


def _in_state(payout: Payout, state: str) -> None:
    if payout.state != state:
        raise NotReviewed(f"This payout is {payout.state}, not {state}.")


def _by_hand(payout: Payout) -> None:
    if payout.by_stripe:
        raise NotReviewed("Stripe pays this payout, and no person.")


def _check(payout: Payout) -> None:
    if why := hindrance(payout):
        raise NotReviewed(why)


def hindrance(payout: Payout) -> str:
    """Why it cannot be sent now although it could be asked for, in a sentence for
    staff (W3); empty when it can."""
    return next(_hindrances(payout), "")


def _hindrances(payout: Payout) -> Iterator[str]:
    if breaker.tripped():
        yield "Payouts are stopped: the ledger does not add up."
    if payout.creator.suspended_at is not None:
        yield "The creator is suspended."
    current = destinations.current(payout.creator)
    if current is None or current.pk != payout.destination_id:
        yield (
            "The creator changed the bank account since. Reject this payout; they can"
            " ask again after the seven days."
        )
    if audit.taken_over_at(payout.creator):
        yield (
            "The creator's e-mail address, password or second factor was changed less"
            " than seven days ago."
        )
    if why := onboarding.hindrance(payout.destination):
        yield f"The creator reads: {why}"
    if payout.state == "approved" and not _approved(payout):
        yield "Another person has to approve this payout first."


def _act(  # noqa: PLR0913 (who, what, why, from where, to where)
    payout: Payout,
    by: audit.By,
    action: str,
    reason: str,
    *,
    before: Sequence[str],
    after: str,
) -> Payout:
    payout = locked(payout)
    state = payout.state
    move(payout, before, after, reason)
    tell(payout, by, action, before={"state": state}, reason=reason)
    return payout


def move(payout: Payout, before: Sequence[str], after: str, reason: str = "") -> None:
    now = clock.now()
    moved = Payout.objects.filter(pk=payout.pk, state__in=before).update(
        state=after, reason=reason, decided_at=now
    )
    if not moved:
        raise NotReviewed(f"This payout is {payout.state}, not {' or '.join(before)}.")
    payout.state, payout.reason, payout.decided_at = after, reason, now


def _void(payout: Payout) -> None:
    reserved = Transaction.objects.get(book=0, reference=f"payout:{payout.pk}:reserve")
    post(
        f"payout:{payout.pk}:void",
        {
            chart.transit(payout.creator): -payout.amount,
            chart.revenue(payout.creator): payout.amount,
        },
        reverses=reserved.pk,
    )

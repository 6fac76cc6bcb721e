"""What staff do to a payout: approve, hold, release, clear (both at once), reject, send,
mark as failed.

Each act moves it through `payouts.earnings.states`, is recorded with its reason and
mailed to the creator. What Stripe pays is sent by the platform once it is approved
(`payouts.earnings.transferring`). Nobody acts on a payout to themselves (W4), and
nobody types an amount or a destination.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from flattr.database import clock
from flattr.money import plain
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.earnings import destinations, states
from payouts.earnings.states import NotReviewed
from payouts.ledger.models import Transaction
from payouts.ledger.posting import post
from payouts.models import Approval, Payout
from payouts.models.payout_states import UNSENT, State


class NoReference(Refusal):
    says = gettext_lazy(
        "Please give the bank's reference of the transfer, at most 140 characters."
    )

    code = "no_reference"


@transaction.atomic
def approve(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Say yes. The last yes that is needed makes it ready to be sent.

    Refused with `NotReviewed` for one's own payout, a second yes of the same person,
    a payout that is held or decided.
    """
    staff, payout, reason = (
        _reviewer(payout, by),
        states.lock(payout),
        _require_reason(reason),
    )
    states.check_state(payout, State.REQUESTED)
    _check(payout)
    if Approval.objects.filter(payout=payout, staff=staff).exists():
        raise NotReviewed(
            _("You have approved this payout already. Somebody else has to as well.")
        )
    Approval.objects.create(payout=payout, staff=staff, at=clock.now(), reason=reason)
    if states.is_approved(payout):
        states.move(payout, [State.REQUESTED], State.APPROVED)
        states.notify(
            payout,
            by,
            "payout_approved",
            before={"state": State.REQUESTED},
            reason=reason,
        )
        return payout
    approvals = payout.approvals.count()
    audit.note(
        by,
        "payout_approved",
        f"payout:{payout.pk}",
        before={"state": State.REQUESTED, "approvals": approvals - 1},
        after={"state": State.REQUESTED, "approvals": approvals},
        reason=reason,
    )
    return payout


@transaction.atomic
def hold(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Stop a payout that was not sent yet; the money stays reserved."""
    _reviewer(payout, by)
    return states.hold(payout, by, _require_reason(reason))


@transaction.atomic
def release(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Let a held payout go on, where it was: approvals that were given still count.

    Refused while the creator is suspended.
    """
    _reviewer(payout, by)
    payout = states.lock(payout)
    if payout.creator.suspended_at is not None:
        raise NotReviewed(_("The creator is suspended. Lift the suspension first."))
    return states.act(
        payout,
        by,
        "payout_released",
        _require_reason(reason),
        from_=[State.HELD],
        to=State.APPROVED if states.is_approved(payout) else State.REQUESTED,
    )


@transaction.atomic
def clear(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Release a held payout and say yes to it, by one act with one reason. Where somebody
    else has to approve it as well, that stays an act of theirs (W4).

    Refused for what `release` and `approve` are refused for; who approved it before only
    releases it.
    """
    staff, payout, reason = (
        _reviewer(payout, by),
        states.lock(payout),
        _require_reason(reason),
    )
    states.check_state(payout, State.HELD)
    _check(payout)
    if Approval.objects.filter(payout=payout, staff=staff).exists():
        return release(payout, by, reason)
    Approval.objects.create(payout=payout, staff=staff, at=clock.now(), reason=reason)
    approvals = payout.approvals.count()
    audit.note(
        by,
        "payout_approved",
        f"payout:{payout.pk}",
        before={"state": State.HELD, "approvals": approvals - 1},
        after={"state": State.HELD, "approvals": approvals},
        reason=reason,
    )
    return release(payout, by, reason)


@transaction.atomic
def reject(payout: Payout, by: audit.By, reason: str) -> Payout:
    """Say no: the money goes back to the creator's revenue. Refused while Stripe has
    transfers for it that nobody has cleared up."""
    _reviewer(payout, by)
    if transfers := states.lock(payout).transfer_id:
        raise NotReviewed(
            _(
                "Stripe has made %(transfers)s for this payout. Reverse the extra ones"
                " at Stripe, then release the payout: the one that is left is recorded."
            )
            % {"transfers": transfers}
        )
    payout = states.act(
        payout,
        by,
        "payout_rejected",
        _require_reason(reason),
        from_=[*UNSENT, State.HELD],
        to=State.REJECTED,
    )
    states.void(payout)
    return payout


@transaction.atomic
def send(payout: Payout, by: audit.By, reference: str) -> Payout:
    """Paid by hand: what the bank calls the transfer.

    Refused unless it is approved by enough people, and everything that let it be
    asked for still holds; and for what Stripe pays.
    """
    _reviewer(payout, by)
    payout = states.lock(payout)
    _by_hand(payout)
    states.check_state(payout, State.APPROVED)
    _check(payout)
    name = read_reference(reference)
    states.settle(payout, by, chart.BANK, name, reason=name)
    return payout


@transaction.atomic
def show_account(payout: Payout, by: audit.By) -> str:
    """Holder and IBAN in full, for the transfer at the bank; the audit log says who saw
    them.

    Refused unless the payout is ready to be sent.
    """
    _reviewer(payout, by)
    _by_hand(payout)
    states.check_state(payout, State.APPROVED)
    audit.note(by, "account_shown", f"payout:{payout.pk}")
    audit.looked(by, payout.creator_id, f"bank:{payout.pk}")
    return _("%(holder)s, %(iban)s, %(amount)s, payout %(number)s") % {
        "holder": payout.destination.holder,
        "iban": destinations.reveal(payout.destination),
        "amount": f"{plain(payout.amount)} {payout.currency}",
        "number": payout.pk,
    }


@transaction.atomic
def fail(payout: Payout, by: audit.By, reason: str) -> Payout:
    """The bank returned what was paid by hand: it is the creator's revenue again."""
    _reviewer(payout, by)
    _by_hand(payout)
    payout = states.act(
        payout,
        by,
        "payout_failed",
        _require_reason(reason),
        from_=[State.SENT],
        to=State.FAILED,
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
    states.void(payout)
    return payout


def hold_all(creator: User, by: audit.By, reason: str) -> list[Payout]:
    """Hold every payout of a creator that was not sent yet."""
    waiting = Payout.objects.filter(creator=creator, state__in=UNSENT)
    return [states.hold(payout, by, reason) for payout in waiting]


# --- What the acts are made of ------------------------------------------------------


def _reviewer(payout: Payout, by: audit.By) -> User:
    staff = audit.actor(by)
    if staff is None or not staff.acts_as_staff:
        raise NotReviewed(_("Only staff review payouts."))
    if staff.pk == payout.creator_id:
        raise NotReviewed(_("This payout is yours. Somebody else has to review it."))
    return staff


def _require_reason(reason: str) -> str:
    if not reason.strip():
        raise NotReviewed(_("Please give a reason. It goes into the audit log."))
    return reason.strip()


def read_reference(typed: str) -> str:
    """What the bank calls the transfer; refused with `NoReference`."""
    reference = typed.strip()
    if not reference or len(reference) > 140:
        raise NoReference
    return reference


def _by_hand(payout: Payout) -> None:
    if payout.by_stripe:
        raise NotReviewed(_("Stripe pays this payout; nobody pays it by hand."))


def _check(payout: Payout) -> None:
    if why := states.hindrance(payout):
        raise NotReviewed(why)

"""The one door through which a payout goes from state to state.

requested → approved → sent, with `held` aside, `rejected` instead and `failed` after;
what Stripe pays is `unknown` between approved and sent. The table of moves is in
`payouts.models.payout_states`. Each move is one guarded UPDATE, so that one of two
people or workers at once is refused; what concerns the creator is recorded in the audit
log and mailed to them in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.mail import outbox
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.close import breaker
from payouts.earnings import destinations, standing
from payouts.ledger.models import Transaction
from payouts.ledger.posting import Place, post
from payouts.models import Payout
from payouts.models.payout_states import MOVES, UNDONE, UNSENT, State, before


class NotReviewed(Refusal):
    says = gettext_lazy("This cannot be done to this payout.")

    code = "not_reviewed"
    status = 403


def lock(payout: Payout) -> Payout:
    """The payout as it stands, locked until the transaction ends."""
    return (
        Payout.objects.select_related("creator", "destination")
        .select_for_update(of=("self",))
        .get(pk=payout.pk)
    )


def check_state(payout: Payout, *states: State) -> None:
    """Refused with `NotReviewed` in any other state."""
    if payout.state not in states:
        raise _elsewhere(payout, states)


def _elsewhere(payout: Payout, states: Sequence[State]) -> NotReviewed:
    wanted = get_text_list([str(state.label) for state in states], _("or"))
    return NotReviewed(
        _("This payout is %(state)s. You can do that only while it is %(wanted)s.")
        % {"state": payout.get_state_display(), "wanted": wanted}
    )


def move(payout: Payout, from_: Sequence[State], to: State, reason: str = "") -> None:
    """Move it from one of some states to another. Refused with `NotReviewed` where it
    is in none of them any more."""
    assert all(to in MOVES[state] for state in from_), (from_, to)
    now = clock.now()
    moved = Payout.objects.filter(pk=payout.pk, state__in=from_).update(
        state=to, reason=reason, decided_at=now
    )
    if not moved:
        raise _elsewhere(payout, from_)
    payout.state, payout.reason, payout.decided_at = to, reason, now


def act(  # noqa: PLR0913 (who, what, why, from where, to where)
    payout: Payout,
    by: audit.By,
    action: str,
    reason: str,
    *,
    from_: Sequence[State],
    to: State,
) -> Payout:
    """Lock and move a payout, record it and notify the creator."""
    payout = lock(payout)
    state = payout.state
    move(payout, from_, to, reason)
    notify(payout, by, action, before={"state": state}, reason=reason)
    return payout


def hold(
    payout: Payout, by: audit.By, reason: str, from_: Sequence[State] = UNSENT
) -> Payout:
    """Stop a payout until people have reviewed it; its money stays reserved."""
    return act(payout, by, "payout_held", reason, from_=from_, to=State.HELD)


def settle(  # noqa: PLR0913 (who, where to, under which name, when, why)
    payout: Payout,
    by: audit.By,
    into: Place,
    transfer_id: str,
    *,
    paid_at: datetime | None = None,
    reason: str = "",
) -> None:
    """A locked payout was paid: its money has left `transit`, under the bank's
    reference or Stripe's."""
    state, now = payout.state, clock.now()
    post(
        f"payout:{payout.pk}:settle",
        {chart.transit(payout.creator): -payout.amount, into: payout.amount},
        occurred_at=paid_at or now,
    )
    payout.transfer_id, payout.sent_at = transfer_id, now
    payout.save(update_fields=["transfer_id", "sent_at"])
    move(payout, before(State.SENT), State.SENT, reason)
    notify(payout, by, "payout_sent", before={"state": state}, reason=transfer_id)


def void(payout: Payout) -> None:
    """What was reserved for a payout is the creator's revenue again."""
    reserved = Transaction.objects.get(book=0, reference=f"payout:{payout.pk}:reserve")
    post(
        f"payout:{payout.pk}:void",
        {
            chart.transit(payout.creator): -payout.amount,
            chart.revenue(payout.creator): payout.amount,
        },
        reverses=reserved.pk,
    )


def notify(
    payout: Payout,
    by: audit.By,
    action: str,
    *,
    before: dict[str, object],
    reason: str = "",
) -> None:
    """Record in the audit log what happened to a payout, and write to the creator."""
    row = audit.note(
        by,
        action,
        f"payout:{payout.pk}",
        before=before,
        after={"state": payout.state, "amount": payout.amount},
        reason=reason,
    )
    outbox.write(
        f"payout:{payout.pk}:{row.pk}",
        "payout",
        payout.creator,
        payout=payout.pk,
        amount=payout.amount,
        state="released" if action == "payout_released" else payout.state,
        account=str(payout.destination),
        reason=reason if payout.state in UNDONE else "",
    )


# --- May it be sent? ----------------------------------------------------------------


def approvals_wanted(payout: Payout) -> int:
    """How many people have to approve a payout; a lone operator's setting counts."""
    return payout.approvals_needed if settings.SECOND_APPROVAL else 1


def is_approved(payout: Payout) -> bool:
    """Whether as many people as it needs have approved it."""
    return payout.approvals.count() >= approvals_wanted(payout)


def hindrance(payout: Payout) -> str:
    """Why it cannot be sent now although it could be asked for, in a sentence for
    staff (W3); empty when it can."""
    return next(_hindrances(payout), "")


def _hindrances(payout: Payout) -> Iterator[str]:
    if breaker.tripped():
        yield _("Payouts are stopped: the ledger does not add up.")
    if payout.creator.suspended_at is not None:
        yield _("The creator is suspended.")
    current = destinations.current(payout.creator)
    if current is None or current.pk != payout.destination_id:
        yield _(
            "The creator has changed the bank account since. Reject this payout; they"
            " can ask again after seven days."
        )
    if audit.taken_over_at(payout.creator):
        yield _(
            "The creator's e-mail address, password or second factor was changed less"
            " than seven days ago."
        )
    if why := standing.hindrance(payout.destination):
        yield _("The creator reads: %(why)s") % {"why": why}
    if payout.state == State.APPROVED and not is_approved(payout):
        yield _("Another person has to approve this payout first.")

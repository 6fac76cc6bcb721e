"""Transfers that come back: the operator reversed them at Stripe, whole or in part."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.mail import outbox
from accounts.models import User
from flattr.database import clock
from payouts import chart
from payouts.close.maturing import owed
from payouts.earnings import states
from payouts.gateway.facts import ReversalFact, TransferFact
from payouts.ledger.models import Transaction
from payouts.ledger.posting import post
from payouts.models import Payout
from payouts.models.payout_states import State


@transaction.atomic
def take_back(payout: Payout, fact: TransferFact) -> Payout:
    """Give the creator what of a payout's transfer was reversed, debt first; return the
    payout as it stands then. Repeats change nothing."""
    clock.moment()
    User.objects.select_for_update(no_key=True).get(pk=payout.creator_id)
    payout = states.lock(payout)
    if payout.state != State.SENT or payout.transfer_id != fact.stripe_id:
        return payout
    new = [one for one in fact.reversals if not _is_booked(one)]
    for reversal in new:
        _book(payout, reversal)
    if new:
        _notify_of_reversals(payout, new)
    return payout


def _is_booked(reversal: ReversalFact) -> bool:
    """Looked up, not posted again to compare: what they owe may have changed since."""
    return Transaction.objects.filter(book=0, reference=_reference(reversal)).exists()


def _reference(reversal: ReversalFact) -> str:
    return f"reversal:{reversal.stripe_id}"


def _book(payout: Payout, reversal: ReversalFact) -> None:
    repaid = min(reversal.amount, owed(payout.creator))
    post(
        _reference(reversal),
        {
            chart.STRIPE_CLEARING: -reversal.amount,
            chart.debt(payout.creator): repaid,
            chart.revenue(payout.creator): reversal.amount - repaid,
        },
        occurred_at=reversal.made_at,
    )


def _notify_of_reversals(payout: Payout, new: list[ReversalFact]) -> None:
    back = sum(reversal.amount for reversal in new)
    payout.returned += back
    payout.save(update_fields=["returned"])
    reason = _("Stripe took the transfer back.")
    row = audit.note(
        None,
        "payout_returned",
        f"payout:{payout.pk}",
        before={"returned": payout.returned - back},
        after={"returned": payout.returned, "references": [*map(_reference, new)]},
        reason=reason,
    )
    if payout.returned == payout.amount:
        states.move(payout, [State.SENT], State.FAILED, reason)
        states.notify(
            payout, None, "payout_failed", before={"state": State.SENT}, reason=reason
        )
        return
    outbox.write(
        f"payout:{payout.pk}:{row.pk}",
        "payout",
        payout.creator,
        payout=payout.pk,
        amount=back,
        state="returned",
        account=str(payout.destination),
        reason=reason,
    )

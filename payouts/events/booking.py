"""What moved our balance at Stripe: which ledger transaction books each movement, and
the booking of the operator's own movements.

Payments, refunds, disputes, transfers and reversals are booked where their objects are
converged. Top-ups, bank payouts and Stripe's fees are booked here; what we do not
know goes to `suspense`, and we notify staff.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from django.conf import settings
from django.db import transaction

from accounts import audit
from payouts import chart
from payouts.gateway import facts
from payouts.gateway.facts import FEES
from payouts.ledger import posting
from payouts.ledger.models import Transaction
from payouts.models import Movement

CHARGES = {"charge", "payment"}
REFUNDS = {"refund", "payment_refund"}
FAILED_REFUNDS = {"refund_failure", "payment_failure_refund"}
FAILED_PAYOUTS = {"payout_failure", "payout_cancel"}

log = structlog.get_logger(__name__)


def reference_of(movement: facts.Movement) -> str:
    """The reference of the one ledger transaction that books it. For a dispute's
    movement: if it is the first in its direction."""
    kind, source, about = movement.kind, movement.source, movement.belongs_to
    if kind in CHARGES:
        return f"charge:{about or source}"
    if kind in REFUNDS or kind in FAILED_REFUNDS:
        return f"refund:{source}{':failed' if kind in FAILED_REFUNDS else ''}"
    if source.startswith(("dp_", "du_")) and kind not in FEES:
        return f"dispute:{source}:{movement.way}"
    if source.startswith("trr_"):
        return f"reversal:{source}"
    if kind == "transfer" and about.startswith("payout_"):
        return f"payout:{about.removeprefix('payout_')}:settle"
    return _own_reference(movement)


def _own_reference(movement: facts.Movement) -> str:
    kind, source = movement.kind, movement.source
    if kind == "payout" or kind in FAILED_PAYOUTS:
        return f"to_bank:{source}{':failed' if kind in FAILED_PAYOUTS else ''}"
    if kind == "topup_reversal":
        first = Movement.objects.filter(source=source, kind="topup").first()
        return f"topup:{first.stripe_id if first else source}:failed"
    name = "topup" if kind == "topup" else "stripe_fee" if kind in FEES else "suspense"
    return f"{name}:{movement.stripe_id}"


def store(found: Iterable[facts.Movement]) -> int:
    """Store the movements that are new, listed newest first; how many."""
    told = {one.stripe_id: one for one in found}
    known = set(Movement.objects.filter(pk__in=list(told)).values_list("pk", flat=True))
    new = [one for one in reversed(told.values()) if one.stripe_id not in known]
    new.sort(key=lambda one: one.happened_at)
    # What came back is named after what went, so that is stored first.
    for came_back in (False, True):
        rows = [one for one in new if (one.kind == "topup_reversal") is came_back]
        Movement.objects.bulk_create(
            _named([_row(one) for one in rows]),
            batch_size=1_000,
            ignore_conflicts=True,
        )
    return len(new)


def _named(rows: list[Movement]) -> list[Movement]:
    """With references, oldest first: of a dispute's movements, the first in each
    direction has the short reference, and each further one adds its own id."""
    short = {row.reference for row in rows if row.reference.startswith("dispute:")}
    taken = set(
        Movement.objects.filter(reference__in=short)
        .exclude(net=0, fee=0)
        .values_list("reference", flat=True)
    )
    for row in rows:
        if row.reference in taken:
            row.reference += f":{row.stripe_id}"
        elif row.reference in short and (row.net or row.fee):
            taken.add(row.reference)
    return rows


def of_dispute(stripe_id: str) -> list[facts.Movement]:
    """The stored movements of a dispute: Stripe's own list of them may name only two."""
    return [
        facts.Movement(
            stripe_id=row.stripe_id,
            kind=row.kind,
            amount=row.amount,
            fee=row.fee,
            net=row.net,
            currency=row.currency,
            source=row.source,
            happened_at=row.happened_at,
            available_at=row.happened_at,
            belongs_to=row.belongs_to,
        )
        for row in Movement.objects.filter(source=stripe_id).order_by("happened_at")
    ]


def _row(movement: facts.Movement) -> Movement:
    return Movement(
        stripe_id=movement.stripe_id,
        kind=movement.kind,
        amount=movement.amount,
        fee=movement.fee,
        net=movement.net,
        currency=movement.currency,
        source=movement.source,
        belongs_to=movement.belongs_to,
        reference=reference_of(movement),
        happened_at=movement.happened_at,
    )


def is_own(movement: Movement) -> bool:
    """Whether it is booked here, from nothing but the movement."""
    return movement.reference.startswith(
        ("topup:", "to_bank:", "stripe_fee:", "suspense:")
    )


@transaction.atomic
def book(movement: Movement) -> bool:
    """Book what is the operator's own; False for a movement in another currency.

    The amount is the operator's, Stripe's or not known yet; the fee, if there is one,
    is a cost of Stripe's.
    """
    assert is_own(movement), movement.reference
    if movement.currency != settings.CURRENCY:
        return False
    place = _place(movement)
    amounts = {chart.STRIPE_CLEARING: -movement.net, chart.STRIPE_COST: -movement.fee}
    amounts[place] = amounts.get(place, 0) + movement.amount
    if not any(amounts.values()):
        return True
    if place == chart.SUSPENSE and not _is_booked(movement):
        notify_staff(movement)
    posting.post(movement.reference, amounts, occurred_at=movement.happened_at)
    return True


def _place(movement: Movement) -> posting.Place:
    if movement.reference.startswith("stripe_fee:"):
        return chart.STRIPE_COST
    if movement.reference.startswith("suspense:"):
        return chart.SUSPENSE
    return chart.OPERATOR


def _is_booked(movement: Movement) -> bool:
    found = Transaction.objects.filter(book=0, reference=movement.reference)
    return bool(found.exists())


def notify_staff(movement: Movement) -> None:
    """Notify staff of a movement of our balance that we cannot explain."""
    log.error("movement_unknown", kind=movement.kind, movement=movement.stripe_id)
    audit.note(
        None,
        "movement_unknown",
        f"movement:{movement.stripe_id}",
        after={"kind": movement.kind, "net": movement.net, "source": movement.source},
        reason="It stands in suspense until somebody finds out what it is.",
    )

"""Giving a payment back, in part or whole, to the card that it came from.

Two phases: we deduct the money from those whom the trace names, and it waits in the
reader's `transit`; then we ask Stripe, and its answer settles or voids the refund. Where
no answer comes we look the refund up by its key before we ask again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from flattr.database import clock
from flattr.money import plain
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.gateway import asking, calls, claims
from payouts.models import Dispute, Payment, Refund
from payouts.payments import budgeting
from payouts.returns import returning, tracing

# For how long other workers leave a refund alone while Stripe is asked for it; where no
# answer came it is asked for again after that. Real time.
AGAIN = timedelta(minutes=5)
BATCH = 100


class NotRefunded(Refusal):
    says = _("This payment cannot be refunded.")

    code = "not_refunded"
    status = 403


def refundable(payment: Payment) -> int:
    """What of a payment can go back to its card, in minor units."""
    if payment.paid_at is None or payment.stripe_id is None:
        return 0
    if Dispute.objects.standing().filter(payment=payment).exists():
        return 0
    waiting = Refund.objects.filter(payment=payment, done_at=None, failed_at=None)
    reserved = waiting.aggregate(total=Sum("amount"))["total"] or 0
    return max(0, payment.amount - payment.returned - reserved)


@transaction.atomic
def ask_refund(
    payment: Payment, amount: int, reason: str, by: audit.By, told: str = ""
) -> Refund:
    """Deduct `amount` from those whom the trace names, for the tick to send.

    `reason` is `left`, for what was not spent and nothing else (T9), or `staff`, whose
    words are `told`. Refused with `NotRefunded` for more than is left of the payment.
    """
    assert reason in {"left", "staff"}, reason
    payment = returning.locked(payment)
    reader = payment.reader
    if not 0 < amount <= refundable(payment):
        raise NotRefunded(
            _("At most %(amount)s %(currency)s of this payment can be refunded.")
            % {"amount": plain(refundable(payment)), "currency": payment.currency}
        )
    if reason == "left":
        period, _at = clock.moment()
        if amount > budgeting.free(reader, period):
            raise NotRefunded(
                _("Only what was not spent is refunded without a decision.")
            )
    now = clock.now()
    refund = Refund.objects.create(
        payment=payment,
        reader=reader,
        amount=amount,
        currency=payment.currency,
        reason=reason,
        asked_by=audit.actor(by),
        made_at=now,
    )
    tracing.deduct(
        f"{refund.key}:reserve", reader, {chart.transit(reader): amount}, now
    )
    audit.note(
        by,
        "refund_asked",
        f"payment:{payment.pk}",
        after={"refund": refund.pk, "amount": amount},
        reason=told or reason,
    )
    return refund


def refund_by_staff(payment: Payment, amount: int, by: audit.By, told: str) -> Refund:
    """Staff give a payment back, spent or not, with a reason that is kept (T9)."""
    staff = audit.actor(by)
    if staff is None or not staff.acts_as_staff:
        raise NotRefunded(_("Only staff refund payments."))
    if staff.pk == payment.reader_id:
        raise NotRefunded(_("This payment is yours; somebody else has to refund it."))
    if not told.strip():
        raise NotRefunded(_("Please give a reason. It goes into the audit log."))
    return ask_refund(payment, amount, "staff", by, told.strip())


# --- Asking Stripe ------------------------------------------------------------------


def send_refunds() -> int:
    """Ask Stripe for every refund that waits, the longest waiting first; how many got an
    answer. One without an answer waits and does not hold up the others; after three in a
    row we leave Stripe alone until the next minute."""
    return sum(claims.each(_claimed(), _send))


def _claimed() -> Iterator[Refund]:
    """Claim one refund after the other."""
    for _turn in range(BATCH):
        refund = _claim()
        if refund is None:
            return
        yield refund


@transaction.atomic
def _claim() -> Refund | None:
    """The refund that waits longest, with `asked_at` as it was before."""
    now = timezone.now()
    due = Q(asked_at=None) | Q(asked_at__lt=now - AGAIN)
    waiting = Refund.objects.filter(due, done_at=None, failed_at=None)
    refund = (
        waiting.exclude(reason="stripe")
        .select_for_update(skip_locked=True, of=["self"])
        .select_related("payment")
        .order_by(F("asked_at").asc(nulls_first=True), "id")
        .first()
    )
    if refund is not None:
        Refund.objects.filter(pk=refund.pk).update(asked_at=now)
    return refund


def _send(refund: Refund) -> bool:
    """True when Stripe's answer is booked. A refund that was asked for before is looked up
    first: Stripe may have made it, and forgets keys after a day (W2)."""
    payment, before = refund.payment, refund.asked_at
    assert payment.stripe_id is not None
    if before is not None:
        now = calls.payment(payment.stripe_id)
        for fact in now.refunds:
            if fact.key == refund.key:
                returning.refunded(payment, fact)
                return True
    try:
        fact = calls.refund(payment.stripe_id, refund.amount, key=refund.key)
    except asking.StripeRefused as refusal:
        if refusal.code == "idempotency":
            raise
        _refused(refund, str(refusal))
    else:
        returning.refunded(payment, fact)
    return True


@transaction.atomic
def _refused(refund: Refund, why: str) -> None:
    payment = returning.locked(refund.payment)
    refund.refresh_from_db()
    if refund.done_at is None:
        returning.void(payment, refund, why)

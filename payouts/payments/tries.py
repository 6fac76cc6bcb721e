"""What follows from a try to charge a saved card: it was paid, or there is another try on
day 3 and on day 7; after the third the budget is suspended.

Every function here belongs in its caller's transaction, which holds the month's
lock and that of the renewals.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.mail import outbox
from accounts.people import budgets
from flattr import months
from payouts.gateway import declines
from payouts.models import Dispute, Payer, Payment, Renewal

# Days after the first try on which there is another.
DAYS = (3, 7)
LEAST_WAIT = timedelta(days=1)


def paid(payment: Payment, period: int, at: datetime, *, covered: bool) -> None:
    """A payment arrived: its renewal is done, and so is the running month's when it is
    covered now. A budget that was suspended for lack of it is open again, unless
    there is a dispute."""
    reader = payment.reader
    if not Dispute.objects.open().filter(reader=reader).exists():
        budgets.reopen(reader)
    if payment.renewal_id is not None:
        finish(Renewal.objects.get(pk=payment.renewal_id), "paid", at)
    if covered:
        for renewal in Renewal.objects.filter(
            reader=reader, period=period, done_at=None
        ):
            finish(renewal, "covered", at)


def failed(renewal: Renewal, at: datetime, why: str, payment: Payment | None) -> None:
    """This try was not paid; `why` is Stripe's code. The reader is written to, and
    there is another try, or the budget is suspended after the last."""
    if renewal.done_at is not None:
        return
    reader = renewal.reader
    confirm = payment is not None and payment.needs_confirmation
    facts = {
        "period": renewal.period,
        "amount": payment.amount if payment else 0,
        "budget": budgets.amount_in(reader, renewal.period),
        "why": declines.in_words(why),
        "payment": payment.pk if payment and confirm else 0,
        "card": _card_of(renewal),
    }
    if renewal.tries > len(DAYS):
        finish(renewal, "failed", at)
        budgets.suspend(reader, at)
        outbox.write(
            f"budget_suspended:{renewal.pk}", "budget_suspended", reader, **facts
        )
        return
    again = max(
        renewal.made_at + timedelta(days=DAYS[renewal.tries - 1]), at + LEAST_WAIT
    )
    renewal.due_at = again
    renewal.save(update_fields=["due_at", "tries"])
    # A month that is over is never charged: what comes then is the next month's.
    facts["again"] = f"{again:%-d %B}" if again < months.end(renewal.period) else ""
    outbox.write(
        f"renewal_failed:{renewal.pk}:{renewal.tries}",
        "renewal_confirm" if confirm else "renewal_failed",
        reader,
        **facts,
    )


def _card_of(renewal: Renewal) -> str:
    payer = Payer.objects.filter(reader=renewal.reader_id).first()
    return payer.card if payer else ""


def finish(renewal: Renewal, outcome: str, at: datetime) -> None:
    """Nothing more is charged for this month: `paid`, `covered`, `failed`, `stopped`
    or `over`."""
    if renewal.done_at is not None and outcome != "paid":
        return
    renewal.done_at, renewal.due_at = renewal.done_at or at, None
    renewal.outcome = outcome
    renewal.save(update_fields=["done_at", "due_at", "outcome", "tries"])

"""What follows from a try to charge a saved card: it was paid, or there is another try on
day 3 and on day 7; after the third the budget is suspended. A debit that came back after
it was credited is such a try, and the days count from the one on which it came back.

Every function here belongs in its caller's transaction, which holds the month's
lock and that of the renewals.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.mail import outbox
from accounts.models import Budget, User
from accounts.people import budgets
from flattr import months
from payouts.gateway import declines
from payouts.models import Dispute, Method, Payer, Payment, Renewal

# Days after the first try on which there is another.
DAYS = (3, 7)
LEAST_WAIT = timedelta(days=1)
# So long before a debit its reader is told of it.
NOTICE = timedelta(days=2)
# What a renewal knows of the debit that was announced, where none is.
NO_NOTICE: dict[str, object] = {
    "announced_at": None,
    "announced_amount": None,
    "announced_id": "",
}


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
    by_debit = payment is not None and payment.method == Method.SEPA_DEBIT
    facts = {
        "period": renewal.period,
        "amount": payment.amount if payment else 0,
        "budget": budgets.amount_in(reader, renewal.period),
        "why": declines.in_words(why, payment.method if payment else ""),
        "payment": payment.pk if payment and confirm else 0,
        "card": _payer(renewal).kept,
    }
    if renewal.tries > len(DAYS):
        finish(renewal, "failed", at)
        budgets.suspend(reader, at)
        outbox.write(
            f"budget_suspended:{renewal.pk}", "budget_suspended", reader, **facts
        )
        return
    if by_debit:
        _count_from(renewal, at)
    renewal.due_at = max(
        renewal.made_at + timedelta(days=DAYS[renewal.tries - 1]), at + LEAST_WAIT
    )
    renewal.save(update_fields=["made_at", "due_at", "tries"])
    facts["again"] = _day_of_next(renewal)
    outbox.write(
        f"renewal_failed:{renewal.pk}:{renewal.tries}",
        "renewal_confirm" if confirm else "renewal_failed",
        reader,
        **facts,
    )


def lock(reader: User) -> None:
    """Lock the reader's renewals: after payments, and before people and accounts."""
    list(Renewal.objects.select_for_update().filter(reader=reader).order_by("pk"))


def came_back(
    payment: Payment, amount: int, why: str, period: int, at: datetime
) -> None:
    """A debit had been credited, and its bank could not make it: `amount` is gone again.

    It is a failed try of the running month, unless what is in the account covers that
    all the same. The reader is written to. The caller holds `lock`.
    """
    reader = payment.reader
    budget = Budget.objects.filter(reader=reader).first()
    again = ""
    if budget is None or budget.covered_period >= period:
        state = "covered"
    elif budget.suspended_at is not None:
        state = "suspended"
    else:
        renewal = _failed_again(payment, period, at)
        state = _state_of(renewal)
        again = _day_of_next(renewal)
    outbox.write(
        f"debit_failed:{payment.pk}:{at.isoformat()}",
        "debit_failed",
        reader,
        amount=amount,
        card=payment.paid_with,
        why=declines.of_debit(why),
        state=state,
        again=again,
    )


def _failed_again(payment: Payment, period: int, at: datetime) -> Renewal:
    """The running month's renewal, after one more failed try; it has its next on the
    third day from now, or on the fourth after two."""
    renewal, _ = Renewal.objects.get_or_create(
        reader=payment.reader, period=period, defaults={"made_at": at}
    )
    if payment.renewal is None:
        renewal.tries += 1
    else:
        renewal.tries = max(renewal.tries, payment.renewal.tries)
    if _is_under_way(renewal):
        renewal.save(update_fields=["tries"])
        return renewal
    renewal.done_at, renewal.outcome = None, ""
    if renewal.tries > len(DAYS):
        finish(renewal, "failed", at)
        budgets.suspend(payment.reader, at)
        return renewal
    # Another day, and mostly another amount, than the reader may have been told.
    forget_notice(renewal)
    _count_from(renewal, at)
    renewal.due_at = renewal.made_at + timedelta(days=DAYS[renewal.tries - 1])
    renewal.save()
    return renewal


def _count_from(renewal: Renewal, at: datetime) -> None:
    """A bank took days to say that it failed: count as if the tries had been made on
    theirs, the last one now."""
    renewal.made_at = at - timedelta(days=(0, *DAYS)[renewal.tries - 1])


def _is_under_way(renewal: Renewal) -> bool:
    return renewal.payments.filter(paid_at=None, failed_at=None).exists()


def _state_of(renewal: Renewal) -> str:
    if renewal.outcome == "failed":
        return "suspended"
    return "under_way" if _is_under_way(renewal) else "again"


def _day_of_next(renewal: Renewal) -> str:
    again = next_try(renewal)
    return f"{again:%-d %B}" if again else ""


def next_try(renewal: Renewal) -> datetime | None:
    """When something is charged again, or a mail asks for it: a debit two days after it
    is announced. None when not; a month that is over is never charged."""
    due = renewal.due_at
    if due and renewal.announced_at is None and _payer(renewal).keeps_debit:
        due += NOTICE
    return due if due and due < months.end(renewal.period) else None


def _payer(renewal: Renewal) -> Payer:
    return Payer.objects.filter(reader=renewal.reader_id).first() or Payer()


def finish(renewal: Renewal, outcome: str, at: datetime) -> None:
    """Nothing more is charged for this month: `paid`, `covered`, `failed`, `stopped`
    or `over`."""
    if renewal.done_at is not None and outcome != "paid":
        return
    renewal.done_at, renewal.due_at = renewal.done_at or at, None
    renewal.outcome = outcome
    forget_notice(renewal)
    renewal.save(update_fields=["done_at", "due_at", "outcome", "tries", *NO_NOTICE])


def forget_notice(renewal: Renewal) -> None:
    """The debit is made, or will not be. The caller saves it."""
    for name, nothing in NO_NOTICE.items():
        setattr(renewal, name, nothing)

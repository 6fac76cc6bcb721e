"""The notice before each debit: its reader is told of the amount and the day, two days
before. Never is there a debit without one, nor one of another amount or account than the
notice says: what changes these is announced anew.

Every function here belongs in its caller's transaction, which has locked the renewal.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.mail import outbox
from flattr import months
from payouts.models import Payer, Renewal
from payouts.payments import tries

# For so long after its day a debit may still be made by the notice that was given.
LATEST = timedelta(days=1)


def give_notice(  # noqa: PLR0913, PLR0917 (what the notice says)
    renewal: Renewal,
    payer: Payer,
    amount: int,
    budget: int,
    mandate: str,
    at: datetime,
) -> bool:
    """Announce a debit of `amount` minor units, unless this very one was announced; True
    once its day has come. A day that went by, as while the reader was suspended, is
    announced anew.

    `mandate` is the bank's reference of it. In the last days of a month nothing is
    announced: its debit would be the next month's.
    """
    day = _announced_for(renewal, payer, amount)
    if day and at <= day + LATEST:
        if at < day:
            renewal.due_at = day
            renewal.save(update_fields=["due_at"])
        return at >= day
    _announce(renewal, payer, amount, budget, mandate, at)
    return False


def _announced_for(renewal: Renewal, payer: Payer, amount: int) -> datetime | None:
    """The day for which this very debit was announced."""
    known = (renewal.announced_amount, renewal.announced_id)
    if renewal.announced_at is None or known != (amount, payer.kept_id):
        return None
    return renewal.announced_at + tries.NOTICE


def _announce(  # noqa: PLR0913, PLR0917 (as above)
    renewal: Renewal,
    payer: Payer,
    amount: int,
    budget: int,
    mandate: str,
    at: datetime,
) -> None:
    day = at + tries.NOTICE
    if day >= months.end(renewal.period):
        renewal.due_at = months.end(renewal.period)
        renewal.save(update_fields=["due_at"])
        return
    renewal.announced_at, renewal.due_at = at, day
    renewal.announced_amount, renewal.announced_id = amount, payer.kept_id
    renewal.save(update_fields=[*tries.NO_NOTICE, "due_at"])
    outbox.write(
        f"debit_announced:{renewal.pk}:{renewal.tries + 1}:{at.isoformat()}",
        "debit_announced",
        renewal.reader,
        amount=amount,
        budget=budget,
        period=renewal.period,
        day=f"{day:%-d %B %Y}",
        account=payer.kept,
        mandate=mandate,
    )

"""The notice before each debit: its reader is told of the amount and the day, two days
before. Never is there a debit without one, nor one of another amount or account than the
notice says: what changes these is announced anew.

Every function here belongs in its caller's transaction, which has locked the renewal.
"""

from __future__ import annotations

from datetime import datetime

from accounts.mail import outbox
from flattr import months
from payouts.models import Payer, Renewal
from payouts.payments import tries


def give_notice(  # noqa: PLR0913, PLR0917 (what the notice says)
    renewal: Renewal,
    payer: Payer,
    amount: int,
    budget: int,
    mandate: str,
    at: datetime,
) -> bool:
    """Announce a debit of `amount` minor units, unless this very one was announced; True
    once its day has come.

    `mandate` is the bank's reference of it. In the last days of a month nothing is
    announced: its debit would be the next month's.
    """
    if (renewal.announced_amount, renewal.announced_id) == (amount, payer.kept_id):
        assert renewal.announced_at is not None, renewal.pk
        day = renewal.announced_at + tries.NOTICE
        if at < day:
            renewal.due_at = day
            renewal.save(update_fields=["due_at"])
        return at >= day
    _announce(renewal, payer, amount, budget, mandate, at)
    return False


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
    renewal.save(update_fields=[*tries.NOTICED, "due_at"])
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

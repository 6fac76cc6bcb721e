"""What looks wrong about a payout, in words for the people who review it.

A flag accuses nobody: it holds the payout until somebody looked (T15, T17).
"""

from __future__ import annotations

from django.db import connection

from accounts.models import User
from buttons import proofs
from buttons.addresses import shown
from flattr import clock
from payouts.destinations import WAIT, shared_with
from payouts.models import Destination, Payout

FEW_READERS = 5

# What the creator got from each reader in the months that this payout is made of,
# those with a lot that matured since the last one, and whether that reader had been
# here for less than 30 days when the month ended.
INCOME = """
    SELECT l.reader_id, sum(l.amount)::bigint,
           bool_or(r.date_joined > flattr_month_start(flattr_following(l.period))
                                   - interval '30 days')
    FROM revenue_line l
    JOIN person r ON r.id = l.reader_id
    WHERE l.creator_id = %s AND l.period IN (
        SELECT period FROM lot
        WHERE creator_id = %s AND matured_at > coalesce(%s, '-infinity'::timestamptz))
    GROUP BY l.reader_id
"""


def look(creator: User, destination: Destination) -> list[str]:
    """What looks wrong about paying this creator now; empty when nothing does."""
    return [
        *look_at_income(creator),
        *look_at_proofs(creator),
        *look_at_destination(destination),
    ]


def look_at_income(creator: User) -> list[str]:
    """More than half from very few readers, or from readers who just came (T15)."""
    last = _last(creator)
    with connection.cursor() as cursor:
        cursor.execute(
            INCOME, [creator.pk, creator.pk, last.requested_at if last else None]
        )
        income = cursor.fetchall()
    total = sum(amount for _, amount, _ in income)
    largest = sorted((amount for _, amount, _ in income), reverse=True)
    from_few = sum(largest[: FEW_READERS - 1])
    from_new = sum(amount for _, amount, new in income if new)
    found = []
    if 2 * from_few > total:
        found.append("more than half of the income is from fewer than 5 readers")
    if 2 * from_new > total:
        found.append(
            "more than half of the income is from readers here for less than 30 days"
        )
    return found


def look_at_proofs(creator: User) -> list[str]:
    """Pages or hosts that are not proved to be theirs any more, of which nobody who
    approved a payout could know (T19)."""
    last = _last(creator)
    lost = proofs.lost_of(creator, last.requested_at if last else None)
    told = ", ".join(
        shown(proof.thing.url) if proof.thing else proof.host for proof in lost[:3]
    )
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    return [f"lost the proof of {told}{more}"] if lost else []


def _last(creator: User) -> Payout | None:
    """The last payout that people said yes to."""
    return (
        Payout.objects.filter(creator=creator, state__in=["approved", "sent"])
        .order_by("-id")
        .first()
    )


def look_at_destination(destination: Destination) -> list[str]:
    """An account that others are paid to as well (T17), or that just changed."""
    found = []
    if others := shared_with(destination):
        names = ", ".join(person.username for person in others)
        found.append(f"the bank account is also that of {names}")
    changed = (
        Destination.objects.filter(creator=destination.creator_id)
        .exclude(pk=destination.pk)
        .filter(pk__lt=destination.pk)
        .exists()
    )
    if changed and clock.now() - destination.usable_at < WAIT:
        found.append(f"the bank account was changed on {destination.made_at:%-d %B %Y}")
    return found

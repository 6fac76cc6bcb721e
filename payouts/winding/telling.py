"""Everybody who gives or earns here is written to: when the platform begins to wind
down, with what they have here then, and when that is stopped after all.

In batches, each in one transaction with how far it came.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from accounts.mail import outbox
from accounts.models import User
from payouts.models import WindingDown

BATCH = 500

# Whoever has money here or has ever paid in, beyond the last that was written to:
# upwards by id, or down again.
PEOPLE = """
    SELECT p.id, coalesce(s.means, 0)::bigint, coalesce(s.held, 0)::bigint,
           coalesce(s.ready, 0)::bigint,
           EXISTS (SELECT FROM destination d
                   WHERE d.creator_id = p.id AND d.cancelled_at IS NULL)
    FROM person p
    CROSS JOIN LATERAL (
        SELECT sum(b.amount) FILTER (WHERE a.kind = 'means') AS means,
               sum(b.amount) FILTER (WHERE a.kind = 'pending') AS held,
               sum(b.amount) FILTER (WHERE a.kind IN ('revenue', 'transit')) AS ready
        FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
        WHERE a.owner_id = p.id AND a.currency = %(currency)s) AS s
    WHERE p.erased_at IS NULL
      AND CASE WHEN %(upwards)s THEN p.id > %(through)s ELSE p.id <= %(through)s END
      AND (s.means > 0 OR s.held > 0 OR s.ready > 0
           OR EXISTS (SELECT FROM budget b
                      WHERE b.reader_id = p.id AND b.credited_at IS NOT NULL))
    ORDER BY CASE WHEN %(upwards)s THEN p.id ELSE -p.id END LIMIT %(batch)s
"""


def tell() -> int:
    """Write the next batch of mails; how many."""
    latest = WindingDown.objects.order_by("-pk").first()
    if latest is None or (latest.stopped_at is not None and not latest.told_through):
        return 0
    return _tell(latest.pk)


@transaction.atomic
def _tell(pk: int) -> int:
    locked = WindingDown.objects.select_for_update(skip_locked=True).filter(pk=pk)
    one = locked.first()
    if one is None:
        return 0
    upwards = one.stopped_at is None
    people = _people(one.told_through, upwards=upwards)
    known = User.objects.in_bulk([row[0] for row in people])
    kind = "winding_down" if upwards else "winding_stopped"
    outbox.write_all(
        kind,
        (
            (f"{kind}:{one.pk}:{key}", known[key], _facts(one, *amounts))
            for key, *amounts in people
        ),
    )
    if len(people) == BATCH:
        last = people[-1][0]
        one.told_through = last if upwards else last - 1
    else:
        everybody = User.objects.aggregate(last=Max("pk"))["last"] or 0
        one.told_through = everybody if upwards else 0
    one.save(update_fields=["told_through"])
    return len(people)


def _people(through: int, *, upwards: bool) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            PEOPLE,
            {
                "currency": settings.CURRENCY,
                "upwards": upwards,
                "through": through,
                "batch": BATCH,
            },
        )
        return list(cursor.fetchall())


def _facts(
    one: WindingDown, means: int, held: int, ready: int, has_bank: bool
) -> dict[str, Any]:
    return {
        "means": means,
        "held": held,
        "ready": ready,
        "has_bank": has_bank,
        "closes": one.closes,
        "period": one.period,
    }

"""Each night: check that seals and digests still fit what they were made of (L7). A
change by somebody who can switch triggers off trips the breaker.

Checked are the seals made since the last time and those of the week before, since nobody
has had time to change what was sealed a minute ago; the digests of the newest three
closes; that of one older close, each in its turn; and whatever differed the last time.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from flattr import months
from flattr.database import locks
from payouts.close import breaker, closing
from payouts.ledger import seals
from payouts.ledger.models import Seal
from payouts.models import Close, Verification

CHECK = "A seal or a close's digest does not fit what it was made of (L7)"
MEANS = (
    "Somebody who can switch the guards off changed what was booked on the day or in"
    " the month that is named."
)
NEWEST = 3
# A worker that has not finished by then has crashed.
GIVEN_UP = timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def verify_if_due() -> bool:
    """Verify once for each new seal; only one worker does. True when it did."""
    look = _claim()
    if look is None:
        return False
    look.through = _through()
    _verify(look, _chosen(look))
    return True


def verify_all() -> Verification:
    """Verify every seal and every close's digest."""
    newest = Seal.objects.order_by("-day").first()
    look = Verification.objects.create(
        night=newest.day if newest else timezone.now().date(),
        started_at=timezone.now(),
    )
    _verify(look, _closes())
    return look


def standing() -> list[str]:
    """What differed the last time, in words; nothing when all was unchanged."""
    last = _last()
    return [f"{what}: {why}" for what, why in last.broken.items()] if last else []


@transaction.atomic
def _claim() -> Verification | None:
    newest = Seal.objects.order_by("-day").first()
    if newest is None or not locks.lock("verification"):
        return None
    now = timezone.now()
    looked = Q(finished_at__isnull=False) | Q(started_at__gt=now - GIVEN_UP)
    if Verification.objects.filter(looked, night__gte=newest.day).exists():
        return None
    return Verification.objects.create(night=newest.day, started_at=now)


def _last() -> Verification | None:
    finished = Verification.objects.filter(finished_at__isnull=False)
    return finished.order_by("-id").first()


def _through() -> date | None:
    """The day up to which no seal differed when it was last verified; a verification
    that broke off counts as far as it went."""
    looked = Verification.objects.filter(through__isnull=False).order_by("-id")
    return looked.values_list("through", flat=True).first()


def _closes() -> list[int]:
    """Closed months that have their digest, oldest first."""
    sealed = Close.objects.filter(state="closed").exclude(digest="")
    return list(sealed.order_by("period").values_list("period", flat=True))


def _chosen(look: Verification) -> list[int]:
    """The months to look at; the older one is noted in `look`."""
    closes, last = _closes(), _last()
    older, chosen = closes[:-NEWEST], set(closes[-NEWEST:])
    if older:
        had_its_turn = Verification.objects.filter(older__isnull=False).order_by("-id")
        before = had_its_turn.values_list("older", flat=True).first() or 0
        look.older = next((period for period in older if period > before), older[0])
        chosen.add(look.older)
    if last:
        chosen.update(one for one in closes if months.show(one) in last.broken)
    return sorted(chosen)


def _verify(look: Verification, periods: list[int]) -> None:
    broken: dict[str, str] = {}
    since = look.through - WEEK + DAY if look.through else None
    for seal, why in seals.differences(since):
        if why:
            broken[f"{seal.day}"] = why
            look.through = min(look.through or seal.day, seal.day - DAY)
        elif not broken and (look.through is None or look.through < seal.day):
            look.through = seal.day
            look.save(update_fields=["through"])
    for period in periods:
        if not closing.verify(period):
            broken[months.show(period)] = "the entries of this close were changed"
    look.broken = broken
    look.finished_at = timezone.now()
    look.save()
    if broken:
        breaker.judge({CHECK: standing()})

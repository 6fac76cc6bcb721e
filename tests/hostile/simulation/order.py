"""What must be so in the town: at the end of each day, and when all has come to rest."""

from __future__ import annotations

from django.utils import timezone

from payouts.events import reconciling
from payouts.ledger import checks
from payouts.models import EventWork, Payout, Refund
from tests.hostile.simulation.lines import preceding
from tests.hostile.simulation.town import Town


def check_order(town: Town) -> None:
    """L1 to L6, W1: at the end of each day."""
    town.looks()
    town.journal.agrees()
    broken = {name: rows for name, rows in checks.check().items() if rows}
    assert not broken, broken


def check_rest(town: Town, first: int) -> None:
    """Nothing is on its way, no month is open since `first`, no lot is overdue, and
    Stripe says what we say."""
    assert not EventWork.objects.filter(done_at=None).exists()
    assert not Refund.objects.filter(done_at=None, failed_at=None).exists()
    assert not Payout.objects.filter(state="unknown").exists()
    model, now = town.model, timezone.now()
    over = preceding(model.running)
    assert model.last_closed == over or over < first, model.last_closed
    assert not model.overdue(now), model.overdue(now)
    assert not model.gifts_overdue(now), model.gifts_overdue(now)
    _stripe_says_the_same(town)


def _stripe_says_the_same(town: Town) -> None:
    """L11, W2: each movement once here, and each of ours once there."""
    theirs, ours = town.movements(), town.model.moved_at_stripe()
    differ = {
        reference: (theirs.get(reference), ours.get(reference))
        for reference in theirs.keys() | ours.keys()
        if theirs.get(reference) != ours.get(reference)
    }
    assert not differ, f"theirs, ours: {differ}"
    report = reconciling.reconcile_now()
    assert report.ok, report.as_dict()
    town.looks()
    town.journal.agrees_in_full()

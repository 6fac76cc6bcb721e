"""Whether Stripe's books and ours agree: once an hour we fetch events that never reached
us (H5); once a day we explain Stripe's balance from the ledger, to the cent (L11).

Each of Stripe's balance transactions has exactly one ledger transaction with its
reference and amounts, and each such ledger transaction has one at Stripe. What only one
side has may be on its way for three days; everything else is unexplained.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts import audit
from accounts.signing_in import attempts
from payouts.events import applying, booking, comparing, converging
from payouts.events.comparing import Report
from payouts.gateway import asking, history
from payouts.ledger.models import Transaction
from payouts.models import Movement, Payer, Payment, Reconciliation, StripeAccount

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# How far back each look overlaps the one before, for events that came late.
OVERLAP = timedelta(hours=1)
# For how long Stripe keeps events.
EVENTS_LIVE = timedelta(days=30)
# A Checkout page ends after a day.
OPEN_PAYMENTS = timedelta(days=3)
MOST_OBJECTS = 1_000
TRIES = 3

log = structlog.get_logger(__name__)


# --- When


def poll_hourly() -> int:
    """Fetch events, if the last time was an hour ago; how many were new."""
    look = _claim("hourly", HOUR)
    if look is None:
        return 0
    try:
        look.found = poll()
    except asking.NoAnswer as silence:
        log.warning("poll_broken_off", failure=str(silence))
        return 0
    _finish(look)
    return look.found


def reconcile_nightly() -> Report | None:
    """Reconcile, if the last time was a day ago; none when it was not, or when Stripe did
    not answer."""
    look = _claim("nightly", DAY)
    try:
        return reconcile(look) if look else None
    except asking.NoAnswer as silence:
        log.warning("reconcile_broken_off", failure=str(silence))
        return None


def reconcile_now() -> Report:
    return reconcile(Reconciliation.objects.create(kind="nightly", started_at=_now()))


def _claim(kind: str, every: timedelta) -> Reconciliation | None:
    """Claim the next run of a kind, one worker at a time; a run that broke off is tried
    again sooner. None before the first reader or creator has been sent to Stripe."""
    with transaction.atomic():
        attempts.lock(f"reconciliation:{kind}")
        now = _now()
        lately = Reconciliation.objects.filter(
            Q(started_at__gt=now - every, finished_at__isnull=False)
            | Q(started_at__gt=now - every / 6),
            kind=kind,
        )
        if lately.exists() or not _is_used():
            return None
        return Reconciliation.objects.create(kind=kind, started_at=now)


def _is_used() -> bool:
    """Whether a reader or a creator was ever sent to Stripe."""
    payers = Payer.objects.filter(stripe_id__isnull=False)
    return payers.exists() or StripeAccount.objects.exists()


def _now() -> datetime:
    return timezone.now()


def _finish(look: Reconciliation) -> None:
    look.finished_at = _now()
    look.save()


# --- What


def poll() -> int:
    """Store every event since the last run that finished; how many had not reached
    us."""
    last = Reconciliation.objects.exclude(finished_at=None).order_by("-started_at")
    known = last.first()
    now = _now()
    since = known.started_at - OVERLAP if known else now - EVENTS_LIVE
    told = history.events(max(since, now - EVENTS_LIVE))
    return sum(applying.store(event) for event in told if applying.matters(event))


def reconcile(look: Reconciliation) -> Report:
    """Find what was missed, apply it, and compare Stripe's balance with the ledger."""
    began = look.started_at
    found = poll()
    applying.act()
    _fetch_open()
    available, pending = _fetch_movements(began)
    _act_on_unbooked()
    report = comparing.compare(available, pending, found)
    look.found, look.report = found, report.as_dict()
    look.unexplained = len(report.unexplained)
    _finish(look)
    if report.unexplained:
        notify_staff(look, report)
    return report


def _fetch_movements(began: datetime) -> tuple[int, int]:
    """Store what moved our balance since the last time; the balance, available and
    pending, at a moment when nothing came in between."""
    last = (
        Reconciliation.objects.filter(kind="nightly", started_at__lt=began)
        .exclude(finished_at=None)
        .order_by("-started_at")
        .first()
    )
    since = last.started_at - DAY if last else None
    for _ in range(TRIES):
        booking.store(history.movements(since))
        balance = history.balance()
        if balance.available + balance.pending == comparing.moved():
            break
    return balance.available, balance.pending


def _act_on_unbooked() -> None:
    """Fetch the objects behind movements that are not in the ledger yet."""
    booked = Transaction.objects.filter(book=0, reference=OuterRef("reference"))
    rows = Movement.objects.filter(~Exists(booked)).order_by("happened_at")
    seen: set[str] = set()
    for movement in rows[:MOST_OBJECTS]:
        if booking.is_own(movement):
            _try(str(movement), partial(booking.book, movement))
            continue
        is_transfer = movement.source.startswith("tr_")
        about = movement.source if is_transfer else movement.belongs_to
        if about in seen:
            continue
        seen.add(about)
        if about.startswith("pi_"):
            _try(about, partial(converging.converge_payment, about))
        elif about.startswith("tr_"):
            _try(about, partial(converging.converge_transfer, about))


def _fetch_open() -> None:
    """Fetch objects that may have changed unnoticed: payments on their way, and creators'
    accounts that were not fetched for a day (H5)."""
    now = _now()
    begun = Payment.objects.filter(provider="stripe", paid_at=None)
    recent = Q(asked_at__gt=now - OPEN_PAYMENTS)
    debits = Q(processing_at__isnull=False, failed_at=None)
    for payment in begun.filter(recent | debits).order_by("-id")[:MOST_OBJECTS]:
        _try(str(payment), partial(_fetch_payment, payment))
    accounts = StripeAccount.objects.filter(
        Q(fetched_at=None) | Q(fetched_at__lt=now - DAY)
    ).order_by("fetched_at")
    for known in accounts[:MOST_OBJECTS]:
        _try(known.stripe_id, partial(converging.converge_account, known.stripe_id))


def _fetch_payment(payment: Payment) -> None:
    if payment.stripe_id:
        converging.converge_payment(payment.stripe_id)
    elif payment.session_id:
        converging.converge_session(payment.session_id)


def _try(what: str, deed: Callable[[], object]) -> None:
    """Converge one; a failure does not hold up the others and shows as unbooked. When
    Stripe does not answer, the look ends."""
    try:
        deed()
    except asking.NoAnswer:
        raise
    except Exception:
        log.exception("reconcile_failed", what=what)


def notify_staff(look: Reconciliation, report: Report) -> None:
    log.error("reconcile_unexplained", lines=len(report.unexplained))
    audit.note(
        None,
        "reconcile_unexplained",
        f"reconciliation:{look.pk}",
        after={
            "currency": settings.CURRENCY,
            "references": [line.reference for line in report.unexplained[:50]],
        },
        reason="Stripe and the ledger disagree.",
    )

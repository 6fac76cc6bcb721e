"""Which pages and hosts are looked at next: rows of `Look`, claimed one at a time.

A row is claimed in one short transaction, its page is fetched in none, and what was
seen is stored in another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signing_in.attempts import Limit
from buttons.legacy.revenue_reports import PROOF as BY_OPERATOR
from buttons.models import Look, LookQuerySet, Thing
from buttons.proofs import hosts
from flattr.database import clock, waking
from flattr.web.refusals import Refusal

# A row that is claimed is left alone for so long, whatever becomes of its worker.
CLAIM_LASTS = timedelta(minutes=5)
CHECK_NOW = Limit(burst=5, every=600)
MOST_HOSTS = 20


class SharedHost(Refusal):
    says = _("Many people have pages on this host, so it cannot be proved as a whole.")

    code = "shared_host"


def any_due() -> bool:
    return _due(clock.now()).exists()


@transaction.atomic
def claim() -> Look | None:
    """The look that has waited longest, put off for others while it is claimed."""
    now = clock.now()
    due = (
        _due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("thing", "person")
        .order_by("due_at", "id")
        .first()
    )
    if due is not None:
        due.due_at = now + CLAIM_LASTS
        due.save(update_fields=["due_at"])
    return due


def _due(now: datetime) -> LookQuerySet:
    return Look.objects.filter(due_at__lte=now).exclude(thing__proof=BY_OPERATOR)


def look_before_payouts(creators: Iterable[int], since: datetime) -> int:
    """Look again at what these people have proved, unless that was done after
    `since`; how many are due now by it."""
    now = clock.now()
    proved = Q(thing__owner__in=creators, thing__proved_at__isnull=False)
    return (
        Look.objects.filter(proved | Q(person__in=creators))
        .filter(
            Q(looked_at=None) | Q(looked_at__lt=since), due_at__gt=now + CLAIM_LASTS
        )
        .update(due_at=now)
    )


def ask_again(thing: Thing) -> None:
    """Let a thing's page be looked at now; it may have been before."""
    Look.objects.again(thing, clock.now())


def ask_refusal(host: str) -> None:
    """Let it be looked at now whether a host's author wants no flattrs; refused with
    `SharedHost`."""
    if hosts.is_shared(host):
        raise SharedHost
    now = clock.now()
    look, made = Look.objects.get_or_create(
        host=host, thing=None, person=None, defaults={"due_at": now}
    )
    if not made:
        Look.objects.filter(pk=look.pk).update(due_at=now)


def ask_host(person: User, host: str) -> Look:
    """Let a host be looked at now for a person; refused with `SharedHost`."""
    if hosts.is_shared(host):
        raise SharedHost
    now = clock.now()
    look, made = Look.objects.get_or_create(
        host=host, person=person, defaults={"due_at": now}
    )
    if not made:
        Look.objects.filter(pk=look.pk).update(due_at=now)
    return look


def wake() -> None:
    """Have a worker check what is due now."""
    waking.wake("buttons.check_pages")

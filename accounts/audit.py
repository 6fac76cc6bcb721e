"""What staff and the platform did to people, things and money, and why.

Rows are only ever added; the database refuses anything else (T42).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import DateTimeField, Func, Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import AccountLook, Audit, FormerAddress, User
from accounts.models.records import LOOKED
from flattr.web.clients import client_ip

# Who acts: the person of a request (with its network address), a person, or nobody,
# which means the platform.
By = HttpRequest | User | None

# Acts after which payouts wait a week, because somebody who took over an account does
# them first.
TAKEOVER = (
    "email_changed",
    "second_factor_off",
    "passkey_removed",
    "password_reset",
)
SECOND_FACTOR = (
    "second_factor_on",
    "second_factor_off",
    "passkey_added",
    "passkey_removed",
)
TAKEOVER_WAIT = timedelta(days=7)
SAME_LOOK = timedelta(hours=1)
# The platform's clock, by which the database says when something was done.
NOW = Func(function="flattr_clock", output_field=DateTimeField())


def note(  # noqa: PLR0913 (who, what, to what, from, to, why)
    by: By,
    action: str,
    subject: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> Audit:
    """Add a row; the database says when. `subject` is kind:id (`payout:12`); `before` and `after` are JSON."""
    return Audit.objects.create(
        actor=actor(by),
        action=action,
        subject=subject,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
        ip=client_ip(by) if isinstance(by, HttpRequest) else None,
    )


def looked(by: By, person_id: int, what: str) -> None:
    """Write down that staff opened a page about somebody (T42). Only auditors read it;
    a page that is opened again within the hour is the same look."""
    staff, subject = actor(by), f"person:{person_id}"
    assert staff is not None
    lately = AccountLook.objects.filter(
        subject=subject, actor=staff, at__gt=NOW - SAME_LOOK, after__page=what
    )
    if staff.pk != person_id and not lately.exists():
        note(by, LOOKED, subject, after={"page": what})


def actor(by: By) -> User | None:
    if isinstance(by, HttpRequest):
        return by.user if isinstance(by.user, User) else None
    return by


def address_changed(person: User, former: str) -> None:
    """Store the person's former address, for a week."""
    FormerAddress.objects.create(person=person, email=former)


def forget_former_addresses() -> int:
    """Delete everybody's that are older than a week; how many there were."""
    return int(FormerAddress.objects.exclude(_lately()).delete()[0])


def former_addresses(person: User) -> list[str]:
    """Other addresses to write to about the person's money: those of the last week."""
    found = FormerAddress.objects.filter(_lately(), person=person)
    return sorted(set(found.values_list("email", flat=True)) - {person.email})


def _lately() -> Q:
    return Q(left_at__gt=timezone.now() - TAKEOVER_WAIT)


def taken_over_at(person: User) -> Audit | None:
    """The latest change of the last seven days that somebody who took over the
    account would have made (T37)."""
    return (
        Audit.objects.filter(
            subject=f"person:{person.pk}",
            action__in=TAKEOVER,
            at__gt=NOW - TAKEOVER_WAIT,
        )
        .order_by("-at")
        .first()
    )

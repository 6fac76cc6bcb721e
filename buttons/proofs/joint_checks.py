"""All that may be somebody's, checked together: they press once, the worker looks at each
page, and they are told once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.mail import outbox
from accounts.models import User
from accounts.signing_in import attempts
from accounts.signing_in.attempts import Limit
from buttons.models import JointCheck, Look
from buttons.proofs import belonging, queueing
from flattr.database import clock
from flattr.web.refusals import Refusal

OF_PERSON = Limit(burst=3, every=600)
KEPT = timedelta(days=7)


class NothingWaits(Refusal):
    says = _("Nothing else waits that may be yours.")

    code = "nothing_waits"


class CheckedTooOften(Refusal):
    says = _("We have just checked all of it. Please try again in ten minutes.")

    code = "checked_too_often"
    status = 429


def ask(person: User) -> int:
    """Have all that may be a person's looked at; how many things. Refused with
    `NothingWaits`, and with `CheckedTooOften`."""
    found = [one.thing for one in belonging.of(person)]
    if not found:
        raise NothingWaits
    try:
        attempts.count({f"look:all:{person.pk}": OF_PERSON})
    except attempts.TooMany as many:
        raise CheckedTooOften from many
    now = clock.now()
    with transaction.atomic():
        JointCheck.objects.filter(person=person).delete()
        rows = [JointCheck(person=person, thing=one, asked_at=now) for one in found]
        JointCheck.objects.bulk_create(rows, ignore_conflicts=True)
        Look.objects.all_again(found, now)
        transaction.on_commit(queueing.wake)
    return len(found)


def any_done() -> bool:
    return _done().exists()


def tell_done() -> int:
    """Tell whoever waits what became of all that they had checked; how many people."""
    people = list(_done())
    for person in people:
        _tell(person)
    return len(people)


@transaction.atomic
def _tell(person: User) -> None:
    rows = JointCheck.objects.filter(person=person, told_at=None)
    told = list(rows.select_for_update(of=("self",)).select_related("thing"))
    if not told:
        return
    proved = [row for row in told if row.thing.proved and row.thing.owner == person]
    asked_at = max(row.asked_at for row in told)
    outbox.write(
        f"joint_checked:{person.pk}:{asked_at:%Y%m%d%H%M%S%f}",
        "joint_checked",
        person,
        proved=len(proved),
        missing=len(told) - len(proved),
    )
    rows.update(told_at=clock.now())


def _done() -> QuerySet[User]:
    now = clock.now()
    untold = JointCheck.objects.filter(told_at=None)
    return (
        User.objects.filter(pk__in=untold.values("person"))
        .exclude(pk__in=untold.waiting(now).values("person"))
        .order_by("pk")
    )


def prune() -> None:
    JointCheck.objects.filter(asked_at__lt=clock.now() - KEPT).delete()

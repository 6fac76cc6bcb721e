"""Suspending a person or a thing, and what follows from it.

A suspended creator or thing gets no new flattrs; those of the running month are taken
back and their readers notified; older ones are split, and payouts are held until staff
decide. Each close sets a suspended reader aside by itself.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.mail import outbox
from accounts.models import Audit, User
from buttons.clicks import flattring
from buttons.models import Report, Thing
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts.close import closing, mailing
from payouts.earnings import reviewing
from payouts.models import CloseProblem


class NotSuspended(Refusal):
    says = gettext_lazy("This cannot be suspended, nor its suspension lifted.")

    code = "not_suspended"
    status = 403


@transaction.atomic
def suspend_person(person: User, by: audit.By, reason: str) -> int:
    """Suspend somebody as reader and as creator; return how many flattrs were taken
    back."""
    _check(by, reason)
    staff = audit.actor(by)
    if staff is not None and staff.pk == person.pk:
        raise NotSuspended(_("You cannot suspend yourself."))
    still_here = User.objects.filter(pk=person.pk, erased_at=None)
    done = still_here.filter(suspended_at=None).update(
        suspended_at=clock.now(), suspension_reason=reason
    )
    if not done:
        if still_here.exists():
            raise NotSuspended(_already(person))
        raise NotSuspended(_("This person has left."))
    row = audit.note(
        by,
        "person_suspended",
        f"person:{person.pk}",
        before={"suspended": False},
        after={"suspended": True},
        reason=reason,
    )
    reviewing.hold_all(person, by, f"{person} is suspended: {reason}")
    return _notify_readers(flattring.take_back_of_creator(person), row)


@transaction.atomic
def unsuspend_person(
    person: User, by: audit.By, reason: str, *, is_appeal: bool = False
) -> None:
    """Lift it. Payouts that were held stay so until they are released one by one. After
    an appeal the answer to it tells the owner."""
    _check(by, reason)
    staff = audit.actor(by)
    if staff is not None and staff.pk == person.pk:
        raise NotSuspended(_("Somebody else has to lift your suspension."))
    done = User.objects.filter(pk=person.pk, suspended_at__isnull=False).update(
        suspended_at=None, suspension_reason=""
    )
    if not done:
        raise NotSuspended(_("%(name)s is not suspended.") % {"name": person})
    row = audit.note(
        by,
        "person_unsuspended",
        f"person:{person.pk}",
        before={"suspended": True, "reason": person.suspension_reason},
        after={"suspended": False},
        reason=reason,
    )
    if not is_appeal:
        _notify_of_return(person, row)


@transaction.atomic
def suspend_thing(thing: Thing, by: audit.By, reason: str) -> int:
    """Suspend one thing; return how many flattrs of the running month were taken back."""
    _check(by, reason)
    done = Thing.objects.filter(pk=thing.pk, suspended_at=None).update(
        suspended_at=clock.now(), suspension_reason=reason
    )
    if not done:
        raise NotSuspended(_already(thing))
    row = audit.note(
        by,
        "thing_suspended",
        f"thing:{thing.pk}",
        before={"suspended": False},
        after={"suspended": True},
        reason=reason,
    )
    if thing.owner is not None and thing.proved:
        reviewing.hold_all(thing.owner, by, f"{thing} is suspended: {reason}")
    return _notify_readers(flattring.take_back_of_thing(thing), row)


@transaction.atomic
def unsuspend_thing(
    thing: Thing, by: audit.By, reason: str, *, is_appeal: bool = False
) -> None:
    """As `unsuspend_person`, of one thing."""
    _check(by, reason)
    done = Thing.objects.filter(pk=thing.pk, suspended_at__isnull=False).update(
        suspended_at=None, suspension_reason=""
    )
    if not done:
        raise NotSuspended(_("%(name)s is not suspended.") % {"name": thing})
    row = audit.note(
        by,
        "thing_unsuspended",
        f"thing:{thing.pk}",
        before={"suspended": True, "reason": thing.suspension_reason},
        after={"suspended": False},
        reason=reason,
    )
    if not is_appeal:
        _notify_of_return(thing.owner, row, thing)


def close_now(problem: CloseProblem, by: audit.By, reason: str) -> str:
    """Close the month of a reader who was set aside; say what happened.

    Refused with `NotSuspended` while the reader is suspended or an earlier month of
    theirs is open.
    """
    _check(by, reason)
    try:
        told = closing.close_reader(problem.period, problem.reader_id)
    except closing.MonthRefused as refusal:
        raise NotSuspended(str(refusal)) from refusal
    mailing.write_mails(problem.period)
    audit.note(
        by,
        "reader_closed",
        f"person:{problem.reader_id}",
        before={"period": problem.period, "set aside": problem.reason},
        after={"told": told},
        reason=reason,
    )
    return told


def _already(about: User | Thing) -> str:
    return _("%(name)s is suspended already.") % {"name": about}


def _check(by: audit.By, reason: str) -> None:
    staff = audit.actor(by)
    if staff is None or not staff.acts_as_staff:
        raise NotSuspended(_("Only staff suspend people and things."))
    if not reason.strip():
        raise NotSuspended(_("Please give a reason. It goes into the audit log."))


def _notify_readers(taken: list[tuple[User, Thing]], row: Audit) -> int:
    """Mail each reader once, with all of theirs that was taken back; return how many
    flattrs that is."""
    titles: dict[User, list[str]] = {}
    creator = taken[0][1].owner_id if taken else None
    for reader, thing in taken:
        titles.setdefault(reader, []).append(thing.title)
    outbox.write_all(
        "taken_back",
        [
            (
                f"taken_back:{row.pk}:{reader.pk}",
                reader,
                {"things": things, "creator": creator},
            )
            for reader, things in titles.items()
        ],
    )
    return len(taken)


def _notify_of_return(
    owner: User | None, row: Audit, thing: Thing | None = None
) -> None:
    """Write to the owner that they, or a thing of theirs, are back; the notice takes the
    place of the one that said what was taken down."""
    if owner is None:
        return
    reports = Report.objects.filter(thing=thing, person=None if thing else owner)
    taken_down = reports.filter(decision=Report.Decision.TAKEN_DOWN)
    latest = taken_down.order_by("-decided_at").first()
    outbox.write(
        f"restored:{row.pk}",
        "restored",
        owner,
        title=thing.title if thing else "",
        report=latest.pk if latest else None,
    )

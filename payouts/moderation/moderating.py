"""Deciding reports: take down, or the picture alone, hold payouts or dismiss; and
deciding appeals.

What is taken down is suspended: its flattrs of the running month are taken back and
the readers notified. Flattrs of months that are over stay and are split; of those, staff
can only hold the payouts. The owner is told why, and how to appeal; somebody else
decides the appeal.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import audit
from accounts.mail import outbox
from accounts.models import User
from buttons.abuse import reporting
from buttons.models import Report, Thing
from buttons.pictures import taking_down
from flattr.web.refusals import Refusal
from payouts.earnings import reviewing
from payouts.moderation import replying, suspending

Decision = Report.Decision


class NotDecided(Refusal):
    says = gettext_lazy("This report cannot be decided that way.")

    code = "not_decided"
    status = 403


@transaction.atomic
def suspend(about: Thing | User, by: audit.By, reason: str) -> str:
    """Take down what staff saw themselves: a report without a reporter, decided at once."""
    if about.suspended_at is not None:
        raise NotDecided(_("It is suspended already."))
    return take_down(_seen(about), by, reason)


@transaction.atomic
def hide_picture(about: Thing | User, by: audit.By, reason: str) -> None:
    """Take down a picture alone that staff saw themselves."""
    take_picture_down(_seen(about), by, reason)


def _seen(about: Thing | User) -> Report:
    return Report.objects.create(
        thing=about if isinstance(about, Thing) else None,
        person=about if isinstance(about, User) else None,
        reason=Report.Reason.SEEN,
    )


@transaction.atomic
def take_down(report: Report, by: audit.By, reason: str, answer: str = "") -> str:
    """Suspend what is reported; say how many flattrs were taken back.

    All other open reports of it are decided with this one. `answer` is for whoever reported
    it, beside what we always say to them.
    """
    staff = _judge(report, by, reason, appealed=False)
    taken = 0
    if report.about.suspended_at is None:
        if report.thing is not None:
            taken = suspending.suspend_thing(report.thing, by, reason)
        elif report.person is not None:
            taken = suspending.suspend_person(report.person, by, reason)
    _decide(report, staff, by, Decision.TAKEN_DOWN, reason, answer=answer)
    if report.owner is not None:
        outbox.write(
            f"taken_down:{report.pk}",
            "taken_down",
            report.owner,
            report=report.pk,
            title=report.thing.title if report.thing else "",
            reason=""
            if report.reason == Report.Reason.SEEN
            else report.get_reason_display(),
            explanation=reason,
            links={"appeal_url": reporting.appeal_link(report)},
        )
    return ngettext(
        "taken down, %(number)s flattr taken back",
        "taken down, %(number)s flattrs taken back",
        taken,
    ) % {"number": taken}


@transaction.atomic
def take_picture_down(
    report: Report, by: audit.By, reason: str, answer: str = ""
) -> None:
    """Show the pattern in place of the picture of what is reported, and change nothing
    else. Other open reports of the picture are decided with this one."""
    staff = _judge(report, by, reason, appealed=False)
    picture = taking_down.hide(report.about)
    if picture is None:
        raise NotDecided(_("It shows no picture that could be taken down."))
    Report.objects.filter(pk=report.pk).update(picture=picture.digest)
    report.picture = picture.digest
    _note_picture(report, by, reason, {"shown": False, "source": picture.source})
    _decide(report, staff, by, Decision.PICTURE_TAKEN_DOWN, reason, answer=answer)
    if report.owner is not None:
        outbox.write(
            f"picture_taken_down:{report.pk}",
            "picture_taken_down",
            report.owner,
            report=report.pk,
            title=report.thing.title if report.thing else "",
            explanation=reason,
            links={"appeal_url": reporting.appeal_link(report)},
        )


def _note_picture(
    report: Report, by: audit.By, reason: str, after: dict[str, object]
) -> None:
    kind = "thing" if report.thing else "person"
    audit.note(
        by,
        "picture_shown" if after["shown"] else "picture_hidden",
        f"{kind}:{report.about.pk}",
        after={"picture": report.picture, **after},
        reason=reason,
    )


@transaction.atomic
def hold_payouts(report: Report, by: audit.By, reason: str, answer: str = "") -> str:
    """Leave it where it is, and hold the payouts that its owner has not been sent."""
    staff = _judge(report, by, reason, appealed=False)
    if report.owner is None:
        raise NotDecided(_("It has no owner, so nothing is paid for it."))
    held = reviewing.hold_all(report.owner, by, reason)
    _decide(report, staff, by, Decision.PAYOUTS_HELD, reason, answer=answer)
    return ngettext("%(number)s payout held", "%(number)s payouts held", len(held)) % {
        "number": len(held)
    }


@transaction.atomic
def dismiss(report: Report, by: audit.By, reason: str, answer: str = "") -> None:
    """Nothing is wrong with it. Other reports of it stay open."""
    staff = _judge(report, by, reason, appealed=False)
    _decide(report, staff, by, Decision.DISMISSED, reason, answer=answer)


@transaction.atomic
def restore(report: Report, by: audit.By, reason: str, answer: str = "") -> None:
    """The appeal is justified: lift the suspension. Held payouts are released one by one."""
    staff = _judge(report, by, reason, appealed=True)
    if report.picture:
        shown = taking_down.show_again(report.about, report.picture)
        _note_picture(report, by, reason, {"shown": shown})
    elif report.about.suspended_at is not None:
        if report.thing is not None:
            suspending.unsuspend_thing(report.thing, by, reason, is_appeal=True)
        elif report.person is not None:
            suspending.unsuspend_person(report.person, by, reason, is_appeal=True)
    _decide(report, staff, by, Decision.RESTORED, reason, answer=answer)
    _notify_of_appeal(report, reason, restored=True)


@transaction.atomic
def uphold(report: Report, by: audit.By, reason: str) -> None:
    """The appeal is not justified: it stays taken down, for good."""
    staff = _judge(report, by, reason, appealed=True)
    if report.picture:
        taking_down.forget(report.picture)
    _decide(report, staff, by, Decision.UPHELD, reason)
    _notify_of_appeal(report, reason, restored=False)


def _judge(report: Report, by: audit.By, reason: str, *, appealed: bool) -> User:
    """Who decides this report, with its row locked and fetched anew; `NotDecided` where
    they may not."""
    staff = audit.actor(by)
    if staff is None or not staff.acts_as_staff:
        raise NotDecided(_("Only staff decide reports."))
    if not reason.strip():
        raise NotDecided(_("Please give a reason. It goes into the audit log."))
    locked = Report.objects.select_for_update(of=("self",))
    report.refresh_from_db(
        from_queryset=locked.select_related("thing__owner", "person", "reporter")
    )
    if report.decided_at is not None:
        raise NotDecided(_("Somebody has decided it already."))
    if report.appealed is not appealed:
        raise NotDecided()
    if staff in {report.owner, report.reporter}:
        raise NotDecided(
            _("It is about you or from you. Somebody else has to decide it.")
        )
    if settings.SECOND_APPROVAL and report.judged_by_id == staff.pk:
        raise NotDecided(_("You took it down. Somebody else has to decide the appeal."))
    return staff


def _decide(  # noqa: PLR0913 (what, by whom, how, why, and what others read of it)
    report: Report,
    staff: User,
    by: audit.By,
    decision: Decision,
    reason: str,
    *,
    answer: str = "",
) -> None:
    decided = Report.objects.open().filter(pk=report.pk)
    if decision == Decision.TAKEN_DOWN:
        decided |= Report.objects.open().about(report).filter(appealed_at=None)
    if decision == Decision.PICTURE_TAKEN_DOWN:
        of_picture = Report.objects.open().filter(reason=Report.Reason.PICTURE)
        decided |= of_picture.about(report).filter(appealed_at=None)
    decided_ids = list(decided.values_list("pk", flat=True))
    Report.objects.filter(pk__in=decided_ids).update(
        decided_at=timezone.now(),
        decided_by=staff,
        decision=decision,
        explanation=reason,
    )
    for pk in decided_ids:
        audit.note(
            by,
            f"report_{decision.value}",
            f"report:{pk}",
            before={"decision": report.decision} if report.appealed else {},
            after={"decision": decision.value},
            reason=reason,
        )
    replying.reply(decided_ids, answer)


def _notify_of_appeal(report: Report, reason: str, *, restored: bool) -> None:
    if report.owner is not None:
        outbox.write(
            f"appeal:{report.pk}",
            "appeal_decided",
            report.owner,
            report=report.pk,
            title=report.thing.title if report.thing else "",
            restored=restored,
            explanation=reason,
            picture=bool(report.picture),
        )

"""Telling whoever reported something what was decided about it: by a mail, to their
account or to the address that they left, and by a notice if they have an account.

They read how it was decided and what staff wrote for them, nothing of the owner's.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from accounts.mail import outbox
from accounts.models import Outbox, User
from buttons.models import Report
from payouts.moderation.letters import TO_REPORTERS


def reply(decided: Iterable[int], answer: str = "") -> int:
    """Answer the reports of these ids as they are decided now, everybody once; how many
    were answered. Again is a no-op, and that it stays as it was is no news."""
    reports = Report.objects.filter(pk__in=decided, decision__in=TO_REPORTERS)
    told: set[User | str] = set()
    for report in reports.select_related("thing", "person", "reporter").order_by("pk"):
        whom = report.reporter or report.email
        if not whom:
            continue
        if whom not in told:
            _write(report, answer.strip())
            told.add(whom)
        Report.objects.filter(pk=report.pk).update(
            answer=answer.strip(), answered_at=timezone.now()
        )
    return len(told)


def _write(report: Report, answer: str) -> None:
    key, facts = (
        key_of(report),
        {
            "report": report.pk,
            "decision": report.decision,
            "about": _name_of(report.about),
            "answer": answer,
            "thing": report.thing_id,
            "creator": report.owner.pk if report.owner else None,
        },
    )
    if report.reporter is not None:
        outbox.write(key, "report_decided", report.reporter, **facts)
    else:
        outbox.write_to_address(key, "report_decided", report.email, **facts)


def _name_of(about: object) -> str:
    return about.name_and_username if isinstance(about, User) else str(about)


def key_of(report: Report) -> str:
    return f"report_decided:{report.pk}:{report.decision}"


def sent(report: Report) -> Outbox | None:
    """The mail with the answer, if it was not written together with another's."""
    return Outbox.objects.filter(key=key_of(report)).first()

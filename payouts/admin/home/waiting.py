"""The queue: what waits for a decision, and for whose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.models import Report
from flattr import months
from flattr.templatetags.flattr import money
from payouts.earnings import states
from payouts.models import Approval, CloseProblem, Payout
from payouts.models.payout_states import State

# As many of a kind are listed; the rest is on the lists.
MOST = 20
ANYBODY, ANOTHER, YOU = "anybody", "another", "you"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thing to decide: `whom` is who can do it next, seen by who reads the page."""

    what: str
    url: str
    who: str
    since: datetime
    age: str
    amount: str = ""
    small: str = ""
    whom: str = ANYBODY
    why: str = ""

    @property
    def is_yours(self) -> bool:
        return self.whom == YOU

    @property
    def waits_for(self) -> str:
        said = {ANYBODY: _("anybody"), ANOTHER: _("somebody else"), YOU: _("you")}
        if self.why:
            return _("%(who)s; %(why)s") % {"who": said[self.whom], "why": self.why}
        return said[self.whom]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for `yours` first, then the oldest; `more` is how many are not shown."""

    lines: Sequence[Waiting]
    more: int = 0

    @property
    def yours(self) -> int:
        return sum(line.is_yours for line in self.lines)

    @property
    def in_words(self) -> str:
        if not self.lines:
            return _("Nothing waits. Everything is decided.")
        many = len(self.lines) + self.more
        if not self.yours:
            return _("Nothing waits for you.")
        return ngettext(
            "%(yours)s of %(many)s waits for you.",
            "%(yours)s of %(many)s wait for you.",
            self.yours,
        ) % {"yours": self.yours, "many": many}

    @property
    def more_in_words(self) -> str:
        return ngettext("%(more)s more", "%(more)s more", self.more) % {
            "more": self.more
        }


def queue(parts: Iterable[tuple[Sequence[Waiting], int]]) -> Queue:
    """One queue of several: the lines of each, and how many there are of it."""
    found = list(parts)
    lines = [line for listed, _many in found for line in listed]
    lines.sort(key=lambda line: (not line.is_yours, line.since))
    return Queue(lines, sum(many - len(listed) for listed, many in found))


# --- Payouts


def payouts(staff: User, now: datetime) -> tuple[list[Waiting], int]:
    """Those that people have to decide or send, the oldest first, and how many."""
    open_to_people = Q(state__in=[State.REQUESTED, State.HELD]) | Q(
        state=State.APPROVED, destination__stripe_id=""
    )
    approved_by = Approval.objects.filter(payout=OuterRef("pk")).order_by("id")
    found = (
        Payout.objects.filter(open_to_people)
        .select_related("creator", "destination")
        .annotate(approved_by=ArraySubquery(approved_by.values("staff_id")))
        .order_by("requested_at", "id")
    )
    listed = list(found[:MOST])
    many = len(listed) if len(listed) < MOST else found.count()
    return [of_payout(one, staff, now) for one in listed], many


def of_payout(payout: Any, staff: User, now: datetime) -> Waiting:
    """A payout with `approved_by`, the numbers of those who approved it."""
    whom, why = _next(payout, staff)
    return Waiting(
        what=_step(payout),
        url=reverse("admin:payouts_payout_change", args=[payout.pk]),
        who=payout.creator.username,
        since=payout.requested_at,
        age=age(payout.requested_at, now),
        amount=money(payout.amount, payout.currency),
        whom=whom,
        why=why,
    )


def _step(payout: Any) -> str:
    """What is done to it next."""
    if payout.state == State.HELD:
        return _("Payout held: look at it")
    if payout.state == State.APPROVED:
        return _("Payout: send it at the bank")
    wanted, has = states.approvals_wanted(payout), len(payout.approved_by)
    if wanted == 1:
        return _("Payout: approval")
    return _("Payout: second approval") if has else _("Payout: first approval of two")


def _next(payout: Any, staff: User) -> tuple[str, str]:
    """Who does it, and why not who reads this: nobody decides about a payout to
    themselves, and nobody approves one twice (W4)."""
    if payout.creator_id == staff.pk:
        return ANOTHER, _("it is paid to you")
    if payout.state == State.REQUESTED and staff.pk in payout.approved_by:
        return ANOTHER, _("you approved")
    return YOU, ""


# --- Readers set aside, reports


def set_aside(now: datetime) -> tuple[list[Waiting], int]:
    found = CloseProblem.objects.filter(closed_at=None).select_related("reader")
    listed = list(found.order_by("found_at", "reader_id")[:MOST])
    many = len(listed) if len(listed) < MOST else found.count()
    return list(_problems(listed, now)), many


def _problems(listed: list[CloseProblem], now: datetime) -> Iterator[Waiting]:
    for problem in listed:
        yield Waiting(
            what=_("Reader set aside at the close of %(month)s")
            % {"month": months.show(problem.period)},
            url=reverse("admin:payouts_close_change", args=[problem.period]),
            who=problem.reader.username,
            since=problem.found_at,
            age=age(problem.found_at, now),
            small=problem.reason,
        )


def reports(staff: User, now: datetime) -> tuple[list[Waiting], int]:
    found = Report.objects.open().select_related("thing", "person")
    listed = list(found.order_by("id")[:MOST])
    many = len(listed) if len(listed) < MOST else found.count()
    return [of_report(one, staff, now) for one in listed], many


def of_report(report: Report, staff: User, now: datetime) -> Waiting:
    """A report; an appeal is for somebody else than who took it down."""
    if report.appealed_at is None:
        what, since = _("Report: %(reason)s"), report.made_at
    else:
        what, since = _("Appeal: %(reason)s"), report.appealed_at
    is_own = report.appealed and report.judged_by_id == staff.pk
    return Waiting(
        what=what % {"reason": report.get_reason_display()},
        url=reverse("admin:buttons_report_change", args=[report.pk]),
        who=str(report.about),
        since=since,
        age=age(since, now),
        whom=ANOTHER if is_own else ANYBODY,
        why=_("you took it down") if is_own else "",
    )


def age(since: datetime, now: datetime) -> str:
    """For how long it waits, in its largest unit."""
    return timesince(since, now, depth=1)

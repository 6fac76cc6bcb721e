"""Disputes and inquiries: how many days are left to answer a reader's bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import money, short_day
from payouts.models import Dispute

MOST = 25
# From so many days on it is urgent.
URGENT = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bank wants of us; `tone` is the class of the tag that says until when."""

    url: str
    reader: str
    says: str
    amount: str
    left: str
    tone: str


@dataclass(frozen=True, slots=True)
class Answers:
    lines: Sequence[Answer]
    waiting: int

    @property
    def in_words(self) -> str:
        if not self.lines:
            return _("No dispute is open.")
        if not self.waiting:
            return _("Nothing to answer: the banks decide.")
        return ngettext(
            "%(many)s waits for our answer.",
            "%(many)s wait for our answer.",
            self.waiting,
        ) % {"many": self.waiting}


def answers() -> Answers:
    """Each dispute and inquiry that is undecided, the most urgent first. Banks live in
    real time."""
    found = Dispute.objects.undecided().select_related("reader")
    undecided = list(found.order_by("due_at", "opened_at")[:MOST])
    now = timezone.now()
    return Answers(
        [_answer(dispute, now) for dispute in undecided],
        sum(dispute.needs_answer for dispute in undecided),
    )


def _answer(dispute: Dispute, now: datetime) -> Answer:
    left, tone = time_left(dispute, now)
    return Answer(
        url=reverse("admin:payouts_dispute_change", args=[dispute.pk]),
        reader=dispute.reader.username,
        says=says(dispute),
        amount=money(dispute.amount, dispute.currency),
        left=left,
        tone=tone,
    )


def says(dispute: Dispute) -> str:
    """What the bank says, in Stripe's words; an inquiry only asks."""
    said = (
        _("inquiry: %(reason)s") if dispute.state == "asked" else _("says: %(reason)s")
    )
    return said % {"reason": dispute.reason.replace("_", " ")}


def time_left(dispute: Dispute, now: datetime) -> tuple[str, str]:
    """Until when an answer is due, and how urgent that is."""
    if not dispute.needs_answer or dispute.due_at is None:
        return _("the bank decides"), ""
    days, until = (dispute.due_at - now).days, short_day(dispute.due_at)
    if days < 0:
        return _("over since %(day)s") % {"day": until}, "bad"
    left = ngettext(
        "%(days)s day, until %(day)s", "%(days)s days, until %(day)s", days
    ) % {"days": days, "day": until}
    return left, "bad" if days <= URGENT else "warn"

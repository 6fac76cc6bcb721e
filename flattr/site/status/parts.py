"""How each part of the platform does, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from flattr.site.status.watching import Seen
from flattr.templatetags.flattr import moment, month, short_day

MINUTE, HOUR, DAY = 60, 3600, 86_400
# How long something may be due before people would notice.
LATE = 15 * MINUTE
SILENT = 5 * MINUTE
# A night's backup, with two hours to make it.
OLD_BACKUP = 26 * HOUR


class How(StrEnum):
    """As programs read it; the worst of all parts is the platform's."""

    OK = "ok"
    SLOW = "slow"
    STOPPED = "stopped"
    AWAY = "away"

    @property
    def word(self) -> str:
        return {
            How.OK: _("works"),
            How.SLOW: _("late"),
            How.STOPPED: _("stopped"),
            How.AWAY: _("away"),
        }[self]

    @property
    def tone(self) -> str:
        """The class of its tag."""
        return {"ok": "good", "slow": "warn"}.get(self, "bad")


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is what programs call it, `title` what people do."""

    name: str
    title: str
    how: How
    says: str


@dataclass(frozen=True, slots=True)
class Status:
    seen: Seen
    parts: list[Part]

    @property
    def how(self) -> How:
        order = list(How)
        return max((part.how for part in self.parts), key=order.index)

    @property
    def headline(self) -> str:
        return {
            How.OK: _("Everything works"),
            How.SLOW: _("Something is late"),
            How.STOPPED: _("Payouts and closes are stopped"),
            How.AWAY: _("The site cannot reach its database"),
        }[self.how]

    @property
    def about(self) -> str:
        return {
            How.OK: _("Nothing waits longer than it should."),
            How.SLOW: _(
                "Nothing is lost: what waits is written down, and is done as soon as"
                " it can be. The list says what is late."
            ),
            How.STOPPED: _(
                "A check of our books found something that we have to look at first."
                " Reading, clicking and paying in go on, and nobody’s money moves"
                " until it is found."
            ),
            How.AWAY: away(),
        }[self.how]

    @property
    def as_of(self) -> str:
        return _("As of %(moment)s; asked at most once a minute.") % {
            "moment": moment(self.seen.at)
        }


def away() -> str:
    """For when nothing can be read."""
    return _(
        "Pages and clicks wait. What could not be finished has not happened, and no"
        " money has moved. Please try again in a few minutes."
    )


def status(seen: Seen) -> Status:
    return Status(
        seen,
        [
            Part("website", _("Pages and clicks"), How.OK, _("You read this.")),
            _payments(seen),
            _closes(seen),
            _payouts(seen),
            _mails(seen),
            _proofs(seen),
            _books(seen),
            _jobs(seen),
            *_backups(seen),
        ],
    )


def _payments(seen: Seen) -> Part:
    name, title = "payments", _("Payments")
    if seen.longer("event", LATE):
        text = _(
            "What was paid appears late. It is not lost, and need not be paid again."
        )
        return Part(name, title, How.SLOW, text)
    if seen.longer("charge", HOUR):
        return Part(
            name, title, How.SLOW, _("Saved cards are charged later than usual.")
        )
    said = _("The last one arrived on %(day)s.")
    return Part(
        name, title, How.OK, _on(said, seen.paid_at, _("None has been made yet."))
    )


def _closes(seen: Seen) -> Part:
    name, title = "closes", _("Closing months")
    if seen.stopped_at:
        return Part(name, title, How.STOPPED, _("No month is closed for now."))
    if seen.longer("overdue", DAY):
        text = _(
            "The month that is over is not closed yet. It will be, as it would have been."
        )
        return Part(name, title, How.SLOW, text)
    if seen.closed is None:
        return Part(name, title, How.OK, _("No month has been closed yet."))
    text = _("%(month)s is closed.") % {"month": month(seen.closed)}
    return Part(name, title, How.OK, text)


def _payouts(seen: Seen) -> Part:
    name, title = "payouts", _("Payouts")
    if seen.stopped_at:
        return Part(name, title, How.STOPPED, _("No payout is sent for now."))
    if seen.longer("payout", HOUR):
        text = _("Payouts that were approved are sent later than usual.")
        return Part(name, title, How.SLOW, text)
    said = _("The last one was sent on %(day)s.")
    return Part(
        name, title, How.OK, _on(said, seen.sent_at, _("None has been sent yet."))
    )


def _mails(seen: Seen) -> Part:
    name, title = "mails", _("Mails")
    if seen.longer("mail", LATE):
        text = _(
            "Mails arrive late. A link that you wait for comes as soon as they go out."
        )
        return Part(name, title, How.SLOW, text)
    return Part(name, title, How.OK, _("They go out within minutes."))


def _proofs(seen: Seen) -> Part:
    name, title = "proofs", _("Checking pages")
    if seen.longer("fetch", HOUR):
        text = _("Pages are checked for their buttons later than usual.")
        return Part(name, title, How.SLOW, text)
    return Part(name, title, How.OK, _("Pages are checked for their buttons in time."))


def _books(seen: Seen) -> Part:
    name, title = "books", _("Books")
    if seen.stopped_at:
        text = _("A check found something wrong on %(moment)s.")
        return Part(
            name, title, How.STOPPED, text % {"moment": moment(seen.stopped_at)}
        )
    if seen.longer("check", HOUR):
        return Part(name, title, How.SLOW, _("They were not checked for over an hour."))
    if seen.ages["check"] is None:
        return Part(name, title, How.OK, _("They have not been checked yet."))
    return Part(
        name, title, How.OK, _("They are checked every ten minutes, and add up.")
    )


def _jobs(seen: Seen) -> Part:
    name, title = "jobs", _("What runs by itself")
    if seen.longer("tick", SILENT):
        return Part(name, title, How.SLOW, _("It stands still for some minutes."))
    if seen.ages["tick"] is None:
        return Part(name, title, How.OK, _("It has just been started."))
    return Part(name, title, How.OK, _("It runs every minute."))


def _backups(seen: Seen) -> list[Part]:
    """Not named where none was made from here."""
    made = seen.backed_up_at
    if made is None:
        return []
    text = _("The last one was made on %(day)s.") % {"day": short_day(made)}
    old = (seen.at - made).total_seconds() > OLD_BACKUP
    return [Part("backups", _("Backups"), How.SLOW if old else How.OK, text)]


def _on(said: str, at: datetime | None, never: str) -> str:
    """With the day alone: the hour of a payment is its reader's."""
    return said % {"day": short_day(at)} if at else never

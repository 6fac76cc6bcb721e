"""Whether everything runs: closes, checks, seals, Stripe, backups, the minute's tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail import outbox
from flattr import months
from flattr.templatetags.flattr import moment, month, short_day

# All of it at once. What is only counted is counted to a limit.
LOOK = """
    SELECT row_to_json(told) FROM (SELECT
        (SELECT row_to_json(c) FROM (
            SELECT period, closed_at,
                   (SELECT count(*) FROM close_problem p
                    WHERE p.period = close.period AND p.closed_at IS NULL) AS set_aside
            FROM close WHERE state = 'closed' ORDER BY period DESC LIMIT 1) c) AS closed,
        (SELECT row_to_json(i) FROM (
            SELECT finished_at, broken <> '{}'::jsonb AS broken FROM inspection
            WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1) i) AS checked,
        (SELECT max(day) FROM ledger_seal) AS sealed,
        (SELECT row_to_json(r) FROM (
            SELECT id, finished_at, unexplained FROM reconciliation
            WHERE kind = 'nightly' AND finished_at IS NOT NULL
            ORDER BY started_at DESC LIMIT 1) r) AS compared,
        (SELECT at FROM audit WHERE subject = 'backup' ORDER BY at DESC LIMIT 1)
            AS backed_up,
        (SELECT max(ended_at) FROM tick) AS ticked,
        (SELECT tripped_at FROM breaker WHERE tripped_at IS NOT NULL) AS stopped,
        (SELECT count(*) FROM (
            SELECT FROM event_work WHERE done_at IS NULL AND tries >= %(stuck)s
            LIMIT 1000) w) AS stuck,
        (SELECT count(*) FROM (
            SELECT FROM outbox WHERE sent_at IS NULL AND tries >= %(most_tries)s
            LIMIT 1000) o) AS unsent
    ) told
"""
# Tries of an event after which it does not mend by itself: half an hour.
STUCK = 5
SILENT = timedelta(minutes=5)
UNDONE = "?work__done_at__isempty=1"


@dataclass(frozen=True, slots=True)
class Fact:
    """A line: what, how it stands, and the class of a tag where that is not well."""

    what: str
    says: str
    tone: str = ""
    url: str = ""


def health(now: datetime) -> list[Fact]:
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"stuck": STUCK, "most_tries": outbox.MOST_TRIES})
        found: dict[str, Any] = cursor.fetchone()[0]
    return list(facts(found, now, timezone.now()))


def facts(found: dict[str, Any], now: datetime, real: datetime) -> Iterator[Fact]:
    """What was found, in words; `now` is the platform's time, `real` that of machines."""
    yield _closed(found["closed"])
    yield _running(now)
    yield _books(found)
    yield _stripe(found["compared"])
    yield _backup(found["backed_up"])
    yield _tick(found["ticked"], real)
    yield from _failing(found)
    if found["stopped"]:
        yield Fact(_("Safety stop"), _("on: payouts and closes are stopped"), "bad")
    else:
        yield Fact(_("Safety stop"), _("off: nothing is stopped"))


def _closed(closed: dict[str, Any] | None) -> Fact:
    if closed is None:
        return Fact(_("Closes"), _("no month has been closed yet"))
    name = month(closed["period"])
    facts = {"moment": moment(_at(closed["closed_at"]))}
    if not closed["set_aside"]:
        return Fact(name, _("closed %(moment)s") % facts)
    said = ngettext(
        "closed %(moment)s, except for %(many)s reader",
        "closed %(moment)s, except for %(many)s readers",
        closed["set_aside"],
    )
    return Fact(name, said % {**facts, "many": closed["set_aside"]}, "warn")


def _running(now: datetime) -> Fact:
    period = months.period_of(now)
    days = (months.end(period) - now).days
    if days < 1:
        return Fact(month(period), _("closes within a day"))
    said = ngettext("closes in %(days)s day", "closes in %(days)s days", days)
    return Fact(month(period), said % {"days": days})


def _books(found: dict[str, Any]) -> Fact:
    checked, sealed = found["checked"], found["sealed"]
    if checked is None:
        return Fact(_("Books"), _("not checked yet"), "warn")
    facts = {"moment": moment(_at(checked["finished_at"]))}
    if checked["broken"]:
        return Fact(_("Books"), _("checked %(moment)s: wrong") % facts, "bad")
    if sealed is None:
        return Fact(_("Books"), _("checked %(moment)s: all agree") % facts)
    facts["day"] = short_day(_at(f"{sealed}T12:00:00+00:00"))
    return Fact(
        _("Books"),
        _("checked %(moment)s: all agree; sealed through %(day)s") % facts,
    )


def _stripe(compared: dict[str, Any] | None) -> Fact:
    if compared is None:
        return Fact(_("Stripe"), _("not compared yet"))
    facts = {"moment": moment(_at(compared["finished_at"]))}
    many = compared["unexplained"]
    if not many:
        return Fact(_("Stripe"), _("compared %(moment)s: all is explained") % facts)
    said = ngettext(
        "compared %(moment)s: %(many)s line is not explained",
        "compared %(moment)s: %(many)s lines are not explained",
        many,
    )
    url = reverse("admin:payouts_reconciliation_change", args=[compared["id"]])
    return Fact(_("Stripe"), said % {**facts, "many": many}, "bad", url)


def _backup(made_at: str | None) -> Fact:
    if made_at is None:
        return Fact(_("Backup"), _("none was made from here yet"))
    return Fact(_("Backup"), moment(_at(made_at)))


def _tick(ended_at: str | None, real: datetime) -> Fact:
    if ended_at is None:
        return Fact(_("Tick"), _("has not run yet"), "warn")
    facts = {"moment": moment(_at(ended_at))}
    if real - _at(ended_at) > SILENT:
        return Fact(_("Tick"), _("silent since %(moment)s") % facts, "bad")
    return Fact(_("Tick"), _("runs every minute"))


def _failing(found: dict[str, Any]) -> Iterator[Fact]:
    if many := found["stuck"]:
        said = ngettext(
            "%(many)s event fails again and again",
            "%(many)s events fail again and again",
            many,
        )
        url = reverse("admin:payouts_stripeevent_changelist")
        yield Fact(_("Stripe events"), said % {"many": many}, "bad", f"{url}{UNDONE}")
    if many := found["unsent"]:
        said = ngettext(
            "%(many)s mail was taken by no server",
            "%(many)s mails were taken by no server",
            many,
        )
        url = reverse("admin:accounts_outbox_changelist")
        yield Fact(_("Mails"), said % {"many": many}, "warn", url)


def _at(text: str) -> datetime:
    """A moment as PostgreSQL writes it into JSON."""
    return datetime.fromisoformat(text)

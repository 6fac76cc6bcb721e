"""Figures for Prometheus, read from the database and so the same in every process.

Only with FLATTR_METRICS_TOKEN, and in local mode from this machine; for everybody else the
page does not exist.
"""

from __future__ import annotations

import ipaddress
import math
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.mail import outbox
from flattr.web.clients import client_ip
from payouts.models.payout_states import State

REAL, CLOCK = "clock_timestamp()", "flattr_clock()"


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge: its name behind `flattr_`, what it says, and the SQL that computes it.

    A moment in the future counts as 0. A figure without a value is left out, or infinite
    where "never" is as bad as "long ago".
    """

    name: str
    says: str
    sql: str
    never: float | None = None
    kind: str = ""
    # Whether less than 0 means something.
    is_signed: bool = False

    def shown(self, value: float) -> float:
        return value if self.is_signed else max(0, value)


def of_rows(what: str, rows: str) -> str:
    return f"(SELECT {what} FROM {rows})"  # noqa: S608 (our own words)


def since(moment: str, rows: str, clock: str = REAL) -> str:
    """Seconds since a moment of some rows; none if there are no rows."""
    return of_rows(f"extract(epoch FROM {clock} - {moment})", rows)


def waits(kind: str, moment: str, rows: str, clock: str = REAL) -> Figure:
    return Figure(
        "due_oldest_seconds",
        "For how long the work that has waited longest is due, by kind.",
        since(f"min({moment})", rows, clock),
        never=0,
        kind=kind,
    )


# The last comparison with Stripe that came to its end; `payouts.operations.books` shows
# staff the same.
COMPARED = (
    "reconciliation WHERE kind = 'nightly' AND finished_at IS NOT NULL"
    " AND unexplained IS NOT NULL ORDER BY started_at DESC LIMIT 1"
)


# Mails that will be tried.
WAITING = f"outbox WHERE sent_at IS NULL AND tries < {outbox.MOST_TRIES}"


def compared(name: str, says: str, sql: str) -> Figure:
    """An amount of the last comparison with Stripe."""
    return Figure(
        f"{name}_amount",
        f"{says}, in minor units, at the last comparison with Stripe.",
        of_rows(sql, COMPARED),
        is_signed=True,
    )


def booked(kind: str) -> str:
    return f"(report->'ledger'->'kinds'->>'{kind}')::bigint"


FIGURES = [
    compared("readers", "What readers paid in and have not spent", booked("means")),
    compared("creators_held", "What is held for creators", booked("pending")),
    compared("creators_ready", "What creators can be paid", booked("revenue")),
    compared("on_its_way", "What is on its way to people", booked("transit")),
    compared(
        "at_stripe",
        "What Stripe holds for us",
        "(report->'stripe'->>'available')::bigint"
        " + (report->'stripe'->>'pending')::bigint",
    ),
    compared(
        "stripe_difference",
        "What Stripe holds beyond what the ledger says",
        "(report->>'difference')::bigint",
    ),
    Figure(
        "month_overdue_seconds",
        "Seconds since the end of the month that is to be closed next; 0 while it runs.",
        since("flattr_month_start(flattr_following(p))", "close_next() p", CLOCK),
        never=0,
    ),
    Figure(
        "readers_set_aside",
        "Readers' months that a close left out and that wait for staff.",
        "(SELECT count(*) FROM close_problem WHERE closed_at IS NULL)",
    ),
    Figure(
        "ledger_stopped",
        "1 while payouts and closes are stopped because the ledger does not add up.",
        "(SELECT count(*) FROM breaker WHERE tripped_at IS NOT NULL)",
    ),
    Figure(
        "ledger_check_age_seconds",
        "Seconds since a check of the ledger last came to its end.",
        since("max(finished_at)", "inspection"),
        never=math.inf,
    ),
    Figure(
        "ledger_whole_check_age_seconds",
        "Seconds since a check of the whole ledger last came to its end.",
        since("max(finished_at)", "inspection WHERE whole"),
        never=math.inf,
    ),
    Figure(
        "ledger_whole_check_seconds",
        "How long the last check of the whole ledger took.",
        "(SELECT extract(epoch FROM finished_at - started_at)::float8 FROM inspection"
        " WHERE whole AND finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1)",
    ),
    Figure(
        "seal_age_seconds",
        "Seconds since the end of the last day that was sealed.",
        since("(max(day) + 1)::timestamp AT TIME ZONE 'UTC'", "ledger_seal", CLOCK),
        never=math.inf,
    ),
    Figure(
        "tick_age_seconds",
        "Seconds since a minute's tick last came to its end.",
        since("max(ended_at)", "tick"),
        never=math.inf,
    ),
    Figure(
        "reconcile_unexplained_lines",
        "Lines at Stripe that nothing in the ledger explains, at the last look.",
        "(SELECT unexplained FROM reconciliation WHERE kind = 'nightly'"
        " AND unexplained IS NOT NULL ORDER BY started_at DESC LIMIT 1)",
    ),
    Figure(
        "reconcile_age_seconds",
        "Seconds since Stripe's balance was last explained to its end.",
        since("max(finished_at)", "reconciliation WHERE kind = 'nightly'"),
    ),
    Figure(
        "mails_waiting",
        "Mails that are not sent yet.",
        of_rows("count(*)", WAITING),
    ),
    Figure(
        "mails_failed",
        "Mails that no mail server took in twelve tries: nobody tries again.",
        of_rows(
            "count(*)",
            f"outbox WHERE sent_at IS NULL AND tries >= {outbox.MOST_TRIES}",
        ),
    ),
    waits("mail", "due_at", WAITING),
    waits(
        "event",
        "e.received_at",
        "event_work w JOIN stripe_event e ON e.id = w.event_id WHERE w.done_at IS NULL",
    ),
    waits("charge", "due_at", "renewal WHERE due_at IS NOT NULL", CLOCK),
    waits(
        "refund",
        "made_at",
        "refund WHERE done_at IS NULL AND failed_at IS NULL AND reason <> 'stripe'",
        CLOCK,
    ),
    waits(
        "payout",
        "decided_at",
        "payout p JOIN destination d ON d.id = p.destination_id"
        f" WHERE p.state = '{State.APPROVED}' AND d.stripe_id <> ''",
        CLOCK,
    ),
    waits("payout_unknown", "asked_at", f"payout WHERE state = '{State.UNKNOWN}'"),
    waits("lot", "matures_at", "lot WHERE matured_at IS NULL", CLOCK),
    waits(
        "leaving",
        "leaving_due_at",
        "person WHERE leaving_due_at IS NOT NULL AND erased_at IS NULL",
        CLOCK,
    ),
    waits(
        "fetch",
        "l.due_at",
        "look l LEFT JOIN thing t ON t.id = l.thing_id"
        " WHERE coalesce(t.proof, '') <> 'by the operator'",
        CLOCK,
    ),
    waits("picture", "due_at", "wanted_picture WHERE due_at IS NOT NULL", CLOCK),
    waits("reading", "due_at", "reading WHERE due_at IS NOT NULL", CLOCK),
    waits(
        "webhook",
        "e.due_at",
        "hook_event e JOIN hook h ON h.id = e.hook_id"
        " WHERE e.due_at IS NOT NULL AND h.off_at IS NULL",
    ),
]

# Over all months and processes; 0 again when PostgreSQL loses its statistics.
FLATTRS = (
    "(SELECT coalesce(sum(n_tup_ins), 0)::bigint FROM pg_stat_user_tables"
    " WHERE relname ~ '^flattr_[0-9]{6}$')"
)


class Figures(Collector):
    """All figures as they are now: one query."""

    def collect(self) -> Iterator[Metric]:
        told = [f"{figure.sql}::float8" for figure in FIGURES]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join([*told, FLATTRS])}")
            *values, flattrs = cursor.fetchone()
        gauges: dict[str, GaugeMetricFamily] = {}
        for figure, value in zip(FIGURES, values, strict=True):
            gauge = gauges.setdefault(
                figure.name,
                GaugeMetricFamily(
                    f"flattr_{figure.name}",
                    figure.says,
                    labels=["kind"] if figure.kind else [],
                ),
            )
            known = figure.never if value is None else figure.shown(value)
            if known is not None:
                gauge.add_metric([figure.kind] if figure.kind else [], known)
        yield from gauges.values()
        yield CounterMetricFamily(
            "flattr_flattrs",
            "Flattrs that were recorded, those taken back too.",
            value=flattrs,
        )


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_has_token(request) or _is_local(request)):
        raise Http404
    return HttpResponse(generate_latest(Figures()), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return (
        bool(settings.METRICS_TOKEN)
        and scheme.lower() == "bearer"
        and secrets.compare_digest(
            token.strip().encode(), settings.METRICS_TOKEN.encode()
        )
    )


def _is_local(request: HttpRequest) -> bool:
    """Whether the request comes from this machine, in local mode; behind a proxy all do."""
    return settings.LOCAL and ipaddress.ip_address(client_ip(request)).is_loopback

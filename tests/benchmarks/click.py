"""How many flattrs a second: by the confirm page and by the API, with all their checks,
beside pgbench's INSERT of the same row and a view that does nothing.

Every click is a new one of a reader and a thing, and is committed to disk before it is
answered. The web server is production's: two workers of two threads.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from buttons.models import Flattr
from flattr import months
from payouts.close import closing
from tests.benchmarks import clickers, measuring, sending, stage
from tests.benchmarks import months as making
from tests.benchmarks.clicking import Bench, Run, readers_each
from tests.serving import Served, served
from tests.world.people import execute

SERVERS = {
    "platform": {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"},
    "middlewares": {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare_view"},
    "bare": {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare_view",
        "FLATTR_BENCH_BARE": "1",
    },
}
MOST_STATEMENTS = 3
HEADER = (
    *("", "a second", "of pgbench", "of a bare view", "p50 ms", "p95", "p99"),
    *("CPU µs", "the app's", "connects"),
)


def main(arguments: list[str]) -> int:
    """Run all ways in turn and print what they did; 1 when a click was lost or cost
    more statements than it may."""
    options = read_options(arguments)
    sending.wrk()
    with contextlib.ExitStack() as stack:
        databases = stack.enter_context(stage.databases())
        stack.enter_context(stage.database(databases))
        if options.during_close:
            making.make(options.readers)
        bench = prepare(options, stack)
        figures: dict[str, Any] = {"statements": statements(bench)}
        figures |= compare(bench, options.rounds)
        if options.during_close:
            figures |= during_close(bench, figures["confirm"]["p99"])
        figures |= look_back(bench)
    measuring.finish(figures)
    cheap = all(many <= MOST_STATEMENTS for many in figures["statements"].values())
    return 0 if cheap and figures["clicks_lost"] == 0 else 1


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py bench click", description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=5, help="of a way in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--during-close",
        action="store_true",
        help="then click while the month before is closed",
    )
    parser.add_argument("--readers", type=int, default=100_000, help="of that close")
    return parser.parse_args(arguments)


def prepare(options: argparse.Namespace, stack: contextlib.ExitStack) -> Bench:
    """The people, and the web servers until the stack ends."""
    check_durable()
    measuring.progress("people who click")
    crowd = clickers.gather()
    each = options.clients * readers_each(options.seconds)
    strangers = clickers.people("other", each * options.rounds)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE person, thing, session, access_token, budget")
    servers = {name: stack.enter_context(web(facts)) for name, facts in SERVERS.items()}
    return Bench(
        crowd=crowd,
        servers=servers,
        clicks=crowd.pairs(),
        strangers=iter([user.pk for user in strangers[::each]]),
        clients=options.clients,
        seconds=options.seconds,
        loads=[],
    )


@contextlib.contextmanager
def web(environment: dict[str, str]) -> Iterator[Served]:
    """Production's web server; what it logs is written and forgotten."""
    with (
        tempfile.TemporaryFile("w+") as log,
        served(environment, log, workers=2, threads=2) as server,
    ):
        yield server


def check_durable() -> None:
    """A click that was answered is on the disk."""
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        assert execute(f"SHOW {name}") == [("on",)], name


def compare(bench: Bench, rounds: int) -> dict[str, Any]:
    ways: dict[str, Callable[[], Run]] = {
        "pgbench": bench.insert,
        "bare": lambda: bench.nothing("bare"),
        "middlewares": lambda: bench.nothing("middlewares"),
        "confirm": bench.confirm,
        "api": bench.call,
    }
    measuring.progress("warming up")
    bench.warm_up()
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            measuring.progress(f"round {number + 1} of {rounds}: {name}")
            runs[name].append(way())
    figures = {name: figures_of(done) for name, done in runs.items()}
    tell(figures, bench)
    return figures


def figures_of(runs: Sequence[Run]) -> dict[str, Any]:
    """The medians."""
    loads = [run.load for run in runs if run.load]
    times = {
        name: statistics.median(getattr(load, name) for load in loads)
        for name in ("p50", "p95", "p99")
        if loads
    }
    return {
        "rate": statistics.median(run.rate for run in runs),
        "cpu_us": statistics.median(run.cpu_each for run in runs),
        "app_cpu_us": statistics.median(
            run.app_cpu * 1e6 / max(1, run.clicks) for run in runs
        ),
        "connects": sum(run.connects for run in runs),
        **times,
    }


def tell(figures: dict[str, Any], bench: Bench) -> None:
    names = {
        "pgbench": "pgbench, the same INSERT, prepared",
        "bare": "a view that does nothing",
        "middlewares": "the same behind our middlewares",
        "confirm": "the confirm page's form",
        "api": "POST /rest/v2/flattr",
    }
    for its in figures.values():
        its["of_pgbench"] = its["rate"] / figures["pgbench"]["rate"]
        its["of_middlewares"] = its["rate"] / figures["middlewares"]["rate"]
    measuring.tell(f"\n{bench.clients} clients, {bench.seconds} s a round, medians\n")
    measuring.table(
        HEADER,
        [
            [
                *(names[name], round(its["rate"]), its["of_pgbench"]),
                its["of_middlewares"],
                *(its.get(time_) for time_ in ("p50", "p95", "p99")),
                *(round(its["cpu_us"]), round(its["app_cpu_us"]), its["connects"]),
            ]
            for name, its in figures.items()
        ],
    )


def statements(bench: Bench) -> dict[str, int]:
    """How many statements a click is, by whichever way."""
    (reader, thing), (other, its) = next(bench.clicks), next(bench.clicks)
    client, program = Client(), Client()
    for cookie in reader.cookies.split("; "):
        name, _, value = cookie.partition("=")
        client.cookies[name] = value
    form = clickers.form(reader, thing, bench.crowd.period)
    time.sleep(0.5)
    with CaptureQueriesContext(connection) as confirmed:
        answer = client.post(
            "/flattr/confirm", form, headers={"Host": settings.SITE_HOST}
        )
        assert answer.status_code == 303, answer.content
    with CaptureQueriesContext(connection) as called:
        answer = program.post(
            "/rest/v2/flattr",
            {"url": its.url},
            "application/json",
            headers={
                "Authorization": f"Bearer {other.token}",
                "Host": settings.SITE_HOST,
            },
        )
        assert answer.status_code == 200, answer.content
    return {"confirm": len(confirmed), "api": len(called)}


def look_back(bench: Bench) -> dict[str, int]:
    """Whether every click that was answered is there, in the month that ran. What was
    on its way when a load ended may be there too."""
    kept = Flattr.objects.filter(
        reader__in=[reader.user.pk for reader in bench.crowd.readers]
    )
    answered = sum(load.answers - load.refused for load in bench.loads) + 2
    there = kept.filter(period=bench.crowd.period).count()
    on_their_way = bench.clients * len(bench.loads)
    figures = {
        "clicks_answered": answered,
        "clicks_kept": there,
        "clicks_lost": max(0, answered - there),
        "clicks_elsewhere": kept.exclude(period=bench.crowd.period).count(),
        "clicks_refused": sum(load.refused for load in bench.loads),
    }
    assert figures["clicks_elsewhere"] == 0, figures
    assert there <= answered + on_their_way, figures
    measuring.tell(
        f"{answered:,} clicks were answered, {there:,} are there,"
        f" {figures['clicks_lost']} lost, {figures['clicks_refused']} refused"
    )
    return figures


# --- While a month is closed


def during_close(bench: Bench, quiet: float) -> dict[str, Any]:
    """The confirm page while the month before is closed; `quiet` is its p99 without."""
    period = months.preceding(bench.crowd.period)
    closer = threading.Thread(target=close_apart, args=[period])
    measuring.progress(f"clicking while {months.show(period)} is closed")
    closer.start()
    began, runs = time.monotonic(), []
    while closer.is_alive():
        runs.append(bench.confirm())
    closer.join()
    seconds = time.monotonic() - began
    p99 = statistics.median(run.load.p99 for run in runs if run.load)
    measuring.tell(
        f"While a month was closed, for {seconds:.0f} s: p99 {p99:.1f} ms,"
        f" {p99 / quiet:.1f} times that without"
    )
    return {"during_close": {"seconds": seconds, "p99": p99, "of_quiet": p99 / quiet}}


def close_apart(period: int) -> None:
    try:
        closing.close_month(period)
    finally:
        connections.close_all()

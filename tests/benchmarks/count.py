"""How many public counts a second, beside a view that does nothing under the same web
server; and the badge and the frame of old pages, which are asked as often."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import statistics
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from buttons.models import Thing
from tests.benchmarks import clickers, measuring, sending, stage
from tests.benchmarks.click import SERVERS, web
from tests.benchmarks.clicking import cpu, database_cpu
from tests.benchmarks.sending import Load
from tests.serving import Served

# So few that each is asked for often enough to be kept.
PAGES = 20
BROWSER = (
    "Accept: */*\r\nAccept-Encoding: gzip, deflate, br\r\nOrigin: https://a.example\r\n"
)
NAMES = {
    "bare": "a view that does nothing",
    "count": "/button/count, one page",
    "unchanged": "the same, asked with its ETag",
    "frame": "the old frame",
    "badge": "the badge",
}


def main(arguments: list[str]) -> int:
    """Run all in turn; 1 when a count that is known costs a statement."""
    options = read_options(arguments)
    sending.wrk()
    with contextlib.ExitStack() as stack:
        databases = stack.enter_context(stage.databases())
        stack.enter_context(stage.database(databases))
        crowd = clickers.gather()
        figures: dict[str, Any] = {"statements_on_a_hit": statements(crowd.things[0])}
        bare = stack.enter_context(web(SERVERS["bare"]))
        platform = stack.enter_context(web(SERVERS["platform"]))
        figures |= compare(options, bare, platform, crowd.things[:PAGES])
    measuring.finish(figures)
    return 0 if figures["statements_on_a_hit"] == 0 else 1


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py bench count", description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=5, help="of a way in a round")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


def compare(
    options: argparse.Namespace, bare: Served, platform: Served, things: list[Thing]
) -> dict[str, Any]:
    etag = asked(things[0]).headers["ETag"]
    ways = {
        "bare": (bare, [get(bare, count_of(thing)) for thing in things]),
        "count": (platform, [get(platform, count_of(thing)) for thing in things]),
        "unchanged": (
            platform,
            [get(platform, count_of(things[0]), f"If-None-Match: {etag}\r\n")],
        ),
        "frame": (
            platform,
            [get(platform, f"/button/view/?url={url_of(thing)}") for thing in things],
        ),
        "badge": (platform, [get(platform, "/button/flattr-badge.svg")]),
    }
    loads: dict[str, list[Load]] = {name: [] for name in ways}
    work: dict[str, list[float]] = {name: [] for name in ways}
    for number, (name, (server, requests)) in itertools.product(
        range(options.rounds + 1), ways.items()
    ):
        measuring.progress(f"round {number} of {options.rounds}: {name}")
        before = cpu(server.pid) + database_cpu()
        load = sending.send(
            itertools.islice(itertools.cycle(requests), 20_000),
            server.address,
            clients=options.clients,
            seconds=options.seconds if number else 1,
        )
        assert not load.refused, (name, load)
        if number:  # the first round warms up
            loads[name].append(load)
            used = cpu(server.pid) + database_cpu() - before
            work[name].append(used * 1e6 / load.answers)
    return tell(loads, work)


def tell(
    loads: dict[str, list[Load]], work: dict[str, list[float]]
) -> dict[str, dict[str, float]]:
    figures = {
        name: {
            "rate": statistics.median(load.rate for load in done),
            "p99": statistics.median(load.p99 for load in done),
            "cpu_us": statistics.median(work[name]),
        }
        for name, done in loads.items()
    }
    for its in figures.values():
        its["of_bare"] = its["rate"] / figures["bare"]["rate"]
    measuring.table(
        ("", "a second", "of a bare view", "p99 ms", "CPU µs"),
        [
            [
                *(NAMES[name], round(its["rate"]), its["of_bare"]),
                *(its["p99"], round(its["cpu_us"])),
            ]
            for name, its in figures.items()
        ],
    )
    return figures


def statements(thing: Thing) -> int:
    """How many a count costs that was asked for just now."""
    asked(thing)
    with CaptureQueriesContext(connection) as again:
        asked(thing)
    return len(again)


def asked(thing: Thing) -> Any:
    answer = Client().get(count_of(thing), headers={"Host": settings.SITE_HOST})
    assert answer.status_code == 200, answer.content
    return answer


def count_of(thing: Thing) -> str:
    return f"/button/count?url={url_of(thing)}"


def url_of(thing: Thing) -> str:
    return quote(thing.url, safe="")


def get(server: Served, path: str, headers: str = "") -> bytes:
    host = urlsplit(server.address).netloc
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{BROWSER}{headers}\r\n".encode()

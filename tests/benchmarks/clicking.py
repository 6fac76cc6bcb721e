"""The ways that `bench click` compares: each runs for some seconds and says what it did."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from buttons.models import Thing
from local.servers import binaries, state
from local.servers.valkey import Valkey
from tests.benchmarks import clickers, measuring, sending
from tests.benchmarks.clickers import CREATORS, Crowd, Reader
from tests.benchmarks.sending import Load
from tests.serving import Served
from tests.world.people import execute

# Each client has readers of its own and begins at another thing.
PGBENCH = """
\\set thing (:done + 25 * :client_id) % {things}
\\set reader :client_id * :readers_each + :done / {things}
\\set done :done + 1
INSERT INTO flattr (period, reader_id, thing_id, creator_id, received_at)
VALUES ({period}, {first_reader} + :reader, {first_thing} + :thing,
        {first_creator} + :thing % {creators}, flattr_clock());
"""
# What a client of pgbench cannot reach in a second.
FASTEST_CLIENT = 3_000
WARM_SECONDS, WARM_CLICKS = 1, 4_000

Make = Callable[[Reader, Thing], bytes]


@dataclass(frozen=True, slots=True)
class Run:
    """What a way did: clicks a second; how it looked to the clients (None: not known);
    CPU in seconds of the web server, and of PostgreSQL and Valkey; how many new
    connections to PostgreSQL."""

    rate: float
    clicks: int
    load: Load | None
    app_cpu: float
    database_cpu: float
    connects: int

    @property
    def cpu_each(self) -> float:
        """Microseconds of all processors for a click."""
        return (self.app_cpu + self.database_cpu) * 1e6 / max(1, self.clicks)


@dataclass(frozen=True, slots=True)
class Bench:
    """What all ways share. `clicks` are those that nobody made yet; `loads` are all
    that were sent to the platform."""

    crowd: Crowd
    servers: dict[str, Served]
    clicks: Iterator[tuple[Reader, Thing]]
    strangers: Iterator[int]
    clients: int
    seconds: float
    loads: list[Load]

    def confirm(self) -> Run:
        site, period = self.servers["platform"].address, self.crowd.period
        return self.click(lambda w, t: clickers.confirming(w, t, period, site))

    def call(self) -> Run:
        site = self.servers["platform"].address
        return self.click(lambda w, t: clickers.calling(w, t, site))

    def nothing(self, name: str) -> Run:
        """The confirm page's requests to a view that does nothing."""
        server, period = self.servers[name], self.crowd.period
        pairs = itertools.islice(self.crowd.pairs(), 500)
        requests = [
            clickers.confirming(who, what, period, server.address)
            for who, what in pairs
        ]
        self.send(requests, server, WARM_SECONDS)
        return self.watch(server, lambda: self.send(requests, server, self.seconds))

    def insert(self) -> Run:
        """pgbench's INSERT of such rows, prepared, as the application's role."""
        script = PGBENCH.format(
            period=self.crowd.period,
            things=len(self.crowd.things),
            first_reader=next(self.strangers),
            first_thing=self.crowd.things[0].pk,
            first_creator=self.crowd.creators[0].pk,
            creators=CREATORS,
        )
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            options = (
                "--no-vacuum --protocol prepared --jobs 1 --define done=0"
                f" --client {self.clients} --time {round(self.seconds)}"
                f" --define readers_each={readers_each(self.seconds)}"
                f" --file {file.name}"
            )
            program = str(binaries.installed() / "pgbench")
            before = database_cpu()
            said = subprocess.run(
                [program, *options.split(), os.environ["DATABASE_URL"]],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        rate = float(found(r"tps = ([0-9.]+)", said))
        many = int(found(r"transactions actually processed: (\d+)", said))
        return Run(rate, many, None, 0.0, database_cpu() - before, 0)

    def warm_up(self) -> None:
        """Much is imported, connected and planned by the first requests."""
        for way in (self.confirm, self.call):
            way()
        for name in ("bare", "middlewares"):
            self.nothing(name)

    def click(self, make: Make) -> Run:
        """New clicks on the platform, as fast as they are answered."""
        seconds, server = self.seconds, self.servers["platform"]
        warm = self.send(self.some(make, WARM_CLICKS), server, WARM_SECONDS)
        self.loads.append(warm)
        requests = list(self.some(make, round(warm.rate * seconds * 2) + 1_000))
        time.sleep(0.5)  # a younger form is not believed
        run = self.watch(server, lambda: self.send(requests, server, seconds))
        assert run.load
        self.loads.append(run.load)
        return run

    def some(self, make: Make, many: int) -> Iterator[bytes]:
        for who, what in itertools.islice(self.clicks, many):
            yield make(who, what)

    def send(self, requests: Iterable[bytes], to: Served, seconds: float) -> Load:
        return sending.send(requests, to.address, clients=self.clients, seconds=seconds)

    def watch(self, server: Served, send: Callable[[], Load]) -> Run:
        there, app, database = connections(), cpu(server.pid), database_cpu()
        load = send()
        return Run(
            load.rate,
            load.answers,
            load,
            cpu(server.pid) - app,
            database_cpu() - database,
            len(connections() - there),
        )


def readers_each(seconds: float) -> int:
    """How many readers a client of pgbench may need, each for all things once."""
    return round(seconds) * FASTEST_CLIENT // clickers.THINGS + 1


def cpu(pid: int | None) -> float:
    return measuring.cpu_seconds(pid) or 0.0


def database_cpu() -> float:
    return cpu(measuring.server_pid()) + cpu(Valkey(state.current()).pid())


def connections() -> set[int]:
    """The sessions in this database, by their processes."""
    rows = execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    )
    return {pid for (pid,) in rows}


def found(pattern: str, said: str) -> str:
    match = re.search(pattern, said)
    assert match, said
    return match[1]

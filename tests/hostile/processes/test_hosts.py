"""Workers and web on machines of their own, one of which is cut off in a close."""

from __future__ import annotations

import contextlib
import http.client
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg2
import pytest
import redis
from django.conf import settings

from accounts.oauth import tokens
from accounts.people import budgets
from flattr.database import clock
from local.servers import postgres
from payouts.close import closing
from payouts.models import Close
from tests.hostile.processes.hosts import PORT, Host, Network
from tests.hostile.processes.parts import Part
from tests.hostile.processes.platform import Platform, eventually
from tests.hostile.processes.town import Town, assert_books, is_closed
from tests.hostility import Budget
from tests.world.people import execute, open_budget, person
from tests.world.tracer import Tracer

pytestmark = pytest.mark.all

SMALL_BATCHES = 5
REDIS_PORT = 6379


@dataclass
class Hosts:
    """Three machines: two with a worker, one with the web server and beat."""

    near: Host
    far: Host
    edge: Host
    near_worker: Part
    far_worker: Part
    web: Part
    beat: Part

    @property
    def parts(self) -> list[Part]:
        return [self.near_worker, self.far_worker, self.web, self.beat]


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    network.start()
    yield network
    network.end()


@pytest.fixture
def reached_by_network(
    platform: Platform, network: Network, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """PostgreSQL and Valkey listen on the bridge, each with a password; where. The
    platform's own parts stand still."""
    for part in platform.parts:
        part.stop()
    platform.lose_postgres()
    with (platform.postgres.data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {network.prefix}.0/24 scram-sha-256\n")
    with monkeypatch.context() as patch:
        patch.setitem(postgres.SETTINGS, "listen_addresses", network.address)
        platform.postgres_is_back()
    # Whoever has no password is not answered, which looks like a server that is away.
    platform._valkey_is_wanted = False
    broker = redis.Redis(unix_socket_path=str(platform.valkey.socket_path))
    broker.config_set("bind", network.address)
    broker.config_set("port", REDIS_PORT)
    broker.config_set("requirepass", "secret")
    password = platform.state.secret("postgres-app")
    yield {
        "DATABASE_URL": f"postgresql://app:{password}@{network.address}:5432/flattr",
        "REDIS_URL": f"redis://:secret@{network.address}:{REDIS_PORT}/0",
    }
    broker.config_set("requirepass", "")
    broker.config_set("port", 0)
    broker.close()
    platform.valkey_is_back()
    platform.lose_postgres()
    platform.postgres_is_back()


@pytest.fixture
def hosts(
    platform: Platform, network: Network, reached_by_network: dict[str, str]
) -> Iterator[Hosts]:
    near, far, edge = (network.host(name) for name in ("near", "far", "edge"))
    site = {
        "SITE_URL": f"http://{edge.address}:{PORT}",
        "ALLOWED_HOSTS": edge.address,
        **reached_by_network,
    }
    web = (
        f"granian --interface wsgi --host {edge.address} --port {PORT} --workers 1"
        " --blocking-threads 4 --no-access-log flattr.wsgi:application"
    )
    schedule = platform.state.folder("beat") / "edge"
    beat = f"beat --loglevel INFO --schedule {schedule} --pidfile="

    def part(name: str, host: Host, words: str, ready: str) -> Part:
        command = host.command([sys.executable, "-m", *words.split()])
        environment = {**platform.environment(), **site}
        return Part(name, command, environment, platform.logs, ready)

    def worker(host: Host, name: str) -> Part:
        words = (
            f"worker --hostname {name}@flattr --queues money,mail,fetch"
            " --concurrency 2 --loglevel INFO --without-gossip --without-mingle"
        )
        return part(name, host, f"celery --app flattr.celery:app {words}", "ready")

    hosts = Hosts(
        *(near, far, edge),
        worker(near, "near"),
        worker(far, "far"),
        part("edge-web", edge, web, "Started worker"),
        part(
            "edge-beat",
            edge,
            f"celery --app flattr.celery:app {beat}",
            "beat: Starting",
        ),
    )
    try:
        yield hosts
    finally:
        for one in hosts.parts:
            one.end()
            print(one.words()[-3_000:])  # noqa: T201


def test_a_host_that_is_cut_off_in_a_close_changes_nothing(
    platform: Platform, hosts: Hosts, seed: int, budget: Budget
) -> None:
    """S5: the others go on, and the month has the same digest as in the books, whether
    the host comes back or, with `--hostile`, does not before it is closed."""
    comes_back = bool(budget(1, 0))
    town = Town(seed=seed, readers=60, creators=12, books=Tracer())
    town.click_around()
    for part in (hosts.web, hosts.near_worker, hosts.far_worker):
        part.start()
    eventually(lambda: answers(hosts), "nobody can click")
    click_over_http(hosts, town)
    over = town.month_is_over()
    begin_close(over)
    workers = {hosts.near_worker.name, hosts.far_worker.name}

    with platform.held_at("close_batch"):
        hosts.beat.start()
        eventually(
            lambda: workers <= set(platform.waiting_at("close_batch")),
            "the workers do not share the close",
        )
        hosts.far.cut_off()
    if comes_back:
        eventually(lambda: filled(over) > 1, "nobody goes on")
        time.sleep(2)
        hosts.far.come_back()
    eventually(lambda: is_closed(over), f"{over} is not closed")

    hosts.far.come_back()
    books = town.books_of_closes([over])
    assert_books(books)
    assert Close.objects.get(period=over).digest == books.digest(over)
    assert not closing.close_month(over)


def test_a_network_that_knows_no_password_gets_nothing(
    network: Network, reached_by_network: dict[str, str]
) -> None:
    """T43: the broker and the database are not public."""
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(network.address, REDIS_PORT).ping()
    wrong = reached_by_network["DATABASE_URL"].replace("app:", "app:x")
    with pytest.raises(psycopg2.OperationalError, match="password authentication"):
        psycopg2.connect(wrong)


def answers(hosts: Hosts) -> bool:
    """Whether the web server is reached from another machine."""
    with contextlib.suppress(OSError):
        socket.create_connection((hosts.edge.address, PORT), timeout=1).close()
        return True
    return False


def click_over_http(hosts: Hosts, town: Town) -> None:
    """A reader flattrs something through the web server's host."""
    live = person("live")
    open_budget(live, 500, paid=0)
    town.books.gives_monthly(live.pk, 500, clock.period())
    town.pay(live.pk, 1_500)
    budgets.credit(live, clock.now())
    thing, creator = town.things[0]
    asked = http.client.HTTPConnection(hosts.edge.address, PORT, timeout=30)
    token = tokens.make(live, "phone", ["flattr"])
    headers = {"Authorization": f"Bearer {token}"}
    asked.request("POST", f"/rest/v2/things/{thing}/flattr", headers=headers)
    assert asked.getresponse().status == 200
    town.books.clicks_on(live.pk, thing, creator, clock.period())


def begin_close(period: int) -> None:
    """In small batches, so that there is something to share."""
    execute(
        "SELECT close_begin(%s, %s, %s, %s, %s)",
        period,
        settings.POLICY,
        settings.FEE_PERCENT,
        settings.CURRENCY,
        SMALL_BATCHES,
    )


def filled(period: int) -> int:
    return sum(done for _, _, done in closing.batches(period))

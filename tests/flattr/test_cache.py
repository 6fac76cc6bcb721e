"""The cache as it is in production, on the real server."""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from redis.connection import AbstractConnection

from flattr.celery import app
from flattr.database import cache, waking
from flattr.database.cache import ForgivingRedisCache
from flattr.settings import CACHES, CELERY_BROKER_TRANSPORT_OPTIONS
from local.servers.state import State
from local.servers.valkey import Valkey
from payouts.events import webhooks
from tests.clones import Clones


@pytest.fixture
def real_cache(all_clones: Clones) -> ForgivingRedisCache:
    """The servers run as long as there are clones."""
    location = str(CACHES["default"]["LOCATION"])
    return ForgivingRedisCache(location, {"OPTIONS": {"socket_timeout": 5}})


def test_what_is_not_there_cannot_be_counted(real_cache: ForgivingRedisCache) -> None:
    """Or a count would be kept for ever, as one that begins by itself has no end."""
    key = f"calls-{secrets.token_hex(8)}"

    with pytest.raises(ValueError, match=key):
        real_cache.incr(key)

    assert real_cache.get(key) is None
    assert real_cache.add(key, 0, timeout=60)
    assert [real_cache.incr(key), real_cache.incr(key)] == [1, 2]
    assert real_cache.get(key) == 2


def test_one_client_is_enough(real_cache: ForgivingRedisCache) -> None:
    first = real_cache._cache.get_client("a", write=True)

    assert real_cache._cache.get_client("b", write=True) is first


@pytest.fixture
def hanging() -> Iterator[tuple[Valkey, ForgivingRedisCache]]:
    """A server of one's own that was stopped in the middle of its work, and the
    platform's cache on it."""
    with tempfile.TemporaryDirectory(prefix="flattr-valkey-") as folder:
        valkey = Valkey(State(Path(folder) / "state"))
        valkey.start()
        location = valkey.url().replace("redis+socket://", "unix://")
        params = {"OPTIONS": CACHES["default"]["OPTIONS"]}
        made = ForgivingRedisCache(location.replace("virtual_host=", "db="), params)
        made.set("before", 1)
        assert made.get("before") == 1
        pid = valkey.pid()
        assert pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield valkey, made
        finally:
            os.kill(pid, signal.SIGCONT)
            valkey.stop()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that go to a server, from now on."""
    words: list[str] = []
    send: Callable[..., Any] = AbstractConnection.send_command

    def send_and_note(self: AbstractConnection, *command: Any, **more: Any) -> Any:
        words.append(str(command[0]))
        return send(self, *command, **more)

    monkeypatch.setattr(AbstractConnection, "send_command", send_and_note)
    return words


def test_a_redis_that_hangs_costs_one_second_and_not_one_a_call(
    hanging: tuple[Valkey, ForgivingRedisCache],
    sent: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Alice signs in meanwhile: that is a dozen calls of the cache."""
    valkey, kept = hanging
    options = kept._options  # type: ignore[attr-defined]
    assert options["socket_timeout"] == 1
    assert kept._silence.seconds == cache.LEFT_ALONE_SECONDS
    monkeypatch.setattr(kept._silence, "seconds", 3_600)

    assert kept.get("before", "away") == "away"
    assert sent == ["GET"], "it is asked once and not tried again"

    for _ in range(10):
        assert kept.get("before", "away") == "away"
        assert kept.incr("count") == 1
        assert kept.add("new", 1)
        assert not kept.has_key("before")
        assert not kept.touch("before")
        assert not kept.delete("before")
        assert kept.get_many(["before"]) == {}
        assert kept.set_many({"before": 2}) == []
        kept.set("before", 2)
        kept.delete_many(["before"])
    assert sent == ["GET"], "and then it is left alone"

    pid = valkey.pid()
    assert pid
    os.kill(pid, signal.SIGCONT)
    assert kept.get("before") is None, "still"
    for silence in cache.SILENCES.values():
        silence._until = 0.0
    assert kept.get("before") == 1, "until it is asked again"


def test_waking_a_worker_does_not_wait_for_a_redis_that_hangs(
    hanging: tuple[Valkey, ForgivingRedisCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    """T4: Stripe's next words are answered at once, and the tick acts on them."""
    valkey, _ = hanging
    monkeypatch.setattr(waking.BROKER, "_until", 0.0)
    options = {**CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": 1}
    assert CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] <= 5

    with app.connection_for_write(valkey.url(), transport_options=options) as opened:
        called = []

        really = app.send_task

        def send(name: str, **how: Any) -> None:
            called.append(name)
            really(name, connection=opened, **how)

        monkeypatch.setattr(current_app, "send_task", send)
        began = time.monotonic()
        webhooks.wake()
        # Two, and more on a machine with other work; else for ever.
        assert time.monotonic() - began < 20
        monkeypatch.setattr(waking.BROKER, "_until", began + 3_600)
        for _ in range(50):
            webhooks.wake()
        assert len(called) == 1

"""A Valkey of one's own, and what stands in where there is none."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from local.servers import processes
from local.servers.state import State
from local.servers.valkey import Valkey


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with tempfile.TemporaryDirectory(prefix="flattr-valkey-") as folder:
        made = Valkey(State(Path(folder) / "state"))
        yield made
        made.stop()


def client(valkey: Valkey) -> redis.Redis:
    address = valkey.url().replace("redis+socket://", "unix://").partition("?")[0]
    return redis.Redis.from_url(address, decode_responses=True)


def test_what_was_queued_outlives_a_kill(valkey: Valkey) -> None:
    if not valkey.program:
        pytest.skip("No Valkey and no Redis on this machine.")
    valkey.start()
    client(valkey).rpush("money", "tick")
    before = valkey.pid()
    assert before

    os.kill(before, signal.SIGKILL)
    processes.wait_until(lambda: valkey.pid() is None, seconds=60)
    valkey.start()

    assert valkey.pid() != before
    assert client(valkey).lrange("money", 0, -1) == ["tick"]


def test_a_running_one_is_attached_to_and_stopped_by_another_command(
    valkey: Valkey,
) -> None:
    valkey.start()
    other = Valkey(valkey.state)

    other.start()
    assert other.pid() == valkey.pid()

    other.stop()
    assert not valkey.answers()


def test_one_whose_socket_lies_elsewhere_is_still_ours(valkey: Valkey) -> None:
    """Below a long path, sockets go to a short one."""
    deep = Valkey(State(valkey.state.path.joinpath("d" * 60, "e" * 60)))

    deep.start()

    assert not deep.socket_path.is_relative_to(deep.home)
    assert deep.pid()
    deep.stop()
    assert not deep.answers()
    deep.socket_path.parent.rmdir()


def test_without_a_server_one_in_python_stands_in(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "program", None)

    valkey.start()

    assert valkey.url().startswith("redis://127.0.0.1:")
    client(valkey).set("who", "Alice")
    assert client(valkey).get("who") == "Alice"
    assert Valkey(valkey.state)._port() == valkey._port()

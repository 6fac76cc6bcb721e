"""The simulator as a process: its state outlives it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import stripe as sdk

from local.servers.state import ROOT
from tests.local.stripe.conftest import client_of
from tests.serving import free_port
from tests.world.stripes import Simulator


def start(port: int, state: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "local.stripe"),
            *("--port", str(port), "--state", str(state)),
        ],
        cwd=ROOT,
        env=os.environ | {"STRIPE_API_KEY": "sk_test_kept"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert b"no money moves" in process.stdout.readline()
    return process


def ask(port: int, path: str, form: bytes | None = None, key: str = "") -> Any:
    headers = {"Authorization": "Bearer sk_test_kept", "Idempotency-Key": key}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", form, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read())


def test_another_process_may_use_its_powers(stripe: Simulator) -> None:
    def deed(name: str, **given: object) -> Any:
        request = urllib.request.Request(  # noqa: S310
            f"{stripe.url}/_simulator/{name}",
            json.dumps(given).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.loads(answer.read())["done"]

    assert deed("top_up", amount=500)["status"] == "succeeded"
    deed("chaos", mishaps=["rate_limit"], method="GET", times=1)
    with pytest.raises(sdk.RateLimitError):
        client_of(stripe).v1.balance.retrieve()
    assert client_of(stripe).v1.balance.retrieve().available[0].amount == 500
    for name, given in (
        ("fly", {}),
        ("top_up", {"height": 3}),
        ("chaos", {"mishaps": ["x"]}),
    ):
        with pytest.raises(urllib.error.HTTPError):
            deed(name, **given)


def test_what_was_answered_is_still_true_after_a_kill(tmp_path: Path) -> None:
    port, state = free_port(), tmp_path / "state.sqlite3"
    process = start(port, state)
    made = ask(port, "/v1/customers", b"email=alice@example.org", "one")
    ask(port, "/v1/topups", b"amount=500&currency=eur")

    process.kill()
    process.wait()
    process = start(port, state)

    try:
        assert ask(port, f"/v1/customers/{made['id']}") == made
        again = ask(port, "/v1/customers", b"email=alice@example.org", "one")
        assert again == made
        assert [event["type"] for event in ask(port, "/v1/events")["data"]] == [
            "topup.created",
            "customer.created",
        ]
    finally:
        process.terminate()
        process.wait(60)
    assert process.returncode == 0

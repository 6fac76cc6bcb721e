"""The simulator as a process of its own.

    python -m local.stripe --port 8002 --state FILE --site http://127.0.0.1:8000

Its API key and the webhooks' secrets are those that the platform has in its
environment: STRIPE_API_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_CONNECT_WEBHOOK_SECRET.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading

from local.stripe.serving.server import Server

SETTLEMENT_SECONDS = 60  # also of payouts on their way to a bank
DEBIT_SECONDS = 60  # until a bank says what became of a debit


def main() -> None:
    parser = argparse.ArgumentParser(prog="local.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument(
        "--state", default=":memory:", help="a file; else nothing is kept"
    )
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--settlement-seconds", type=int, default=SETTLEMENT_SECONDS)
    parser.add_argument("--debit-seconds", type=int, default=DEBIT_SECONDS)
    options = parser.parse_args()
    server = Server(
        options.port,
        path=options.state,
        api_key=os.environ.get("STRIPE_API_KEY", ""),
        settlement_seconds=options.settlement_seconds,
        debit_seconds=options.debit_seconds,
        currency=os.environ.get("FLATTR_CURRENCY", "EUR").lower(),
    )
    for path, name, connect in (
        ("/webhooks/stripe", "STRIPE_WEBHOOK_SECRET", False),
        ("/webhooks/stripe-connect", "STRIPE_CONNECT_WEBHOOK_SECRET", True),
    ):
        if secret := os.environ.get(name, "").split(",")[0].strip():
            server.simulator.subscribe(options.site + path, secret, connect=connect)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server.start()
    server.deliver()
    print(f"Simulated payments at {server.simulator.url}/: no money moves.", flush=True)
    ended.wait()
    server.stop()


if __name__ == "__main__":
    main()

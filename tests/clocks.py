"""Which day it is: `--clock=2027-02-28T23:59:30` has every test begin at that moment.

The platform's clock is set in each test's database before anything else is made there
(`tests.fixtures`), and goes on from then. Without the option it is the machine's time.
Tests that start a whole platform of their own, and what uses real time (sessions,
throttles, Stripe), go on as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("flattr").addoption(
        "--clock",
        metavar="MOMENT",
        help="when every test begins, like 2027-02-28T23:59:30 (UTC)",
    )


def pytest_configure(config: pytest.Config) -> None:
    try:
        beginning(config)
    except ValueError as wrong:
        raise pytest.UsageError(f"--clock: {wrong}.") from wrong


def beginning(config: pytest.Config) -> datetime | None:
    """The moment that the option names, if it was given."""
    # A text until here: options go to the workers of a run, which take no other.
    text = config.getoption("--clock")
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None

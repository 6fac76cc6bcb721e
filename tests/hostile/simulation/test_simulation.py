"""A town with readers, creators, fraud, staff and chaos, and a bookkeeper who knows
what must become of it: after each day both say the same, to the cent.

Every run lets one town live for forty days, `--all` two more for sixty; `--hostile` ten
for four hundred, and with FLATTR_SEEDS=0-999 a thousand, which takes two days. With
FLATTR_SEED=n it is town n, with FLATTR_DAYS=n for so many days.
"""

from __future__ import annotations

import functools
import logging
import os
import random
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from psycopg2 import extensions

from payouts.gateway import asking
from tests.hostile.simulation import transport
from tests.hostile.simulation.days import Days
from tests.hostile.simulation.town import REMEMBERED, Town
from tests.world.stripes import Simulator

SOME_DAYS, MORE_DAYS, ALL_DAYS = 40, 60, 400

Live = Callable[[int, int], None]


@pytest.fixture
def live(
    own_database: str,
    owner_connection: extensions.connection,
    stripe: Simulator,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Live:
    """Let a town of that seed live for so many days."""

    def for_days(seed: int, days: int) -> None:
        asked = transport.client(stripe.core)
        monkeypatch.setattr(asking, "client", functools.cache(lambda: asked))
        with time_machine.travel("2026-01-01", tick=True) as traveller:
            town = Town(seed, stripe, owner_connection, traveller)
            logging.getLogger().addHandler(town.errors)
            try:
                lives(Days(town, settings, monkeypatch), days)
            except BaseException as failure:
                before = "\n".join(town.said[-REMEMBERED:])
                told = f"seed={seed} day={town.day} act={town.said[-1:]}"
                raise AssertionError(f"{told}: {failure}\n{before}") from failure
            finally:
                logging.getLogger().removeHandler(town.errors)

    return for_days


def lives(days: Days, many: int) -> None:
    days.first_day()
    for _ in range(many):
        days.passes()
    days.comes_to_rest()


def seeds_asked_for() -> range:
    first, _, last = os.environ.get("FLATTR_SEEDS", "0-9").partition("-")
    return range(int(first), int(last or first) + 1)


def test_a_town_lives_for_forty_days(live: Live) -> None:
    """L1 to L6, L11, S1 to S12, W1 to W4, H2, H5, T8, T9, T15."""
    lives_at_random(live, SOME_DAYS)


@pytest.mark.all
@pytest.mark.parametrize("number", [2, 3])
def test_other_towns_live_for_sixty_days(live: Live, number: int) -> None:
    lives_at_random(live, MORE_DAYS)


def lives_at_random(live: Live, days: int) -> None:
    seed = int(os.environ.get("FLATTR_SEED", random.randrange(2**32)))
    live(seed, int(os.environ.get("FLATTR_DAYS", days)))


@pytest.mark.hostile
def test_a_town_lives_for_four_hundred_days(live: Live, town: int) -> None:
    live(town, int(os.environ.get("FLATTR_DAYS", ALL_DAYS)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a town, but only where they are run."""
    if "town" in metafunc.fixturenames:
        hostile = metafunc.config.getoption("--hostile")
        metafunc.parametrize("town", seeds_asked_for() if hostile else range(1))

"""How much of the hostile tests is run: small fixed budgets, or with `--hostile` all.

A test marked `hostile` runs with the option alone. Hypothesis tries thirty examples,
with the option a thousand. A test with a budget of its own asks `budget`; one that
draws lots asks `seed`, which is printed when it fails: `FLATTR_SEED=n` repeats it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from hypothesis import Phase, settings

settings.register_profile("everyday", max_examples=30, deadline=None)
settings.register_profile("hostile", max_examples=1_000, deadline=None)
# Whether it fails is all that is asked; a shorter example is looked for by nobody.
settings.register_profile(
    "mutants",
    settings.get_profile("everyday"),
    phases=[Phase.explicit, Phase.generate],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flattr")
    group.addoption(
        "--hostile",
        action="store_true",
        help="crashes, floods and forgeries in full figures, which takes hours",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "hostile: run with --hostile alone")
    # A profile that was named on the command line was asked for.
    if not config.getoption("hypothesis_profile", None):
        settings.load_profile(
            "hostile" if config.getoption("--hostile") else "everyday"
        )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if config.getoption("--hostile"):
        return
    hostile = [item for item in items if item.get_closest_marker("hostile")]
    if hostile:
        config.hook.pytest_deselected(items=hostile)
        items[:] = [item for item in items if not item.get_closest_marker("hostile")]


@pytest.fixture(scope="session")
def budget(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """`budget(20, 200)`: the everyday figure, or with `--hostile` the full one."""
    full = pytestconfig.getoption("--hostile")
    return lambda everyday, hostile: hostile if full else everyday


@pytest.fixture
def seed() -> int:
    """What everything random in a test is made from; shown beside one that failed."""
    number = int(os.environ.get("FLATTR_SEED") or random.randrange(10**6))
    print(f"FLATTR_SEED={number}")  # noqa: T201
    return number

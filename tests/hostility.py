"""How much is run: what every change has to pass, `--all`, or `--hostile` as well.

A test marked `all` runs with `--all` alone: it shows in breadth what a quicker test
shows once, like every page in a browser at every width. One marked `hostile` runs with
`--hostile` alone, which takes hours and runs all others too. One marked `integrations`
needs a program of Debian's: it runs with `--integrations`, and then the program must be
there, or with `--all` where it is. Hypothesis tries thirty examples, with `--hostile` a
thousand. A test with a budget of its own asks `budget`; one that draws lots asks `seed`,
which is printed when it fails: `FLATTR_SEED=n` repeats it.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

# How fast examples are drawn says how much else the machine does.
IN_NO_HURRY: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("everyday", max_examples=30, **IN_NO_HURRY)
settings.register_profile("hostile", max_examples=1_000, **IN_NO_HURRY)
# Whether it fails is all that is asked; a shorter example is looked for by nobody.
settings.register_profile(
    "mutants",
    settings.get_profile("everyday"),
    phases=[Phase.explicit, Phase.generate],
)


# The markers whose tests an option runs.
RUNS = {
    "all": {"all", "integrations"},
    "integrations": {"integrations"},
    "hostile": {"all", "integrations", "hostile"},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flattr")
    group.addoption(
        "--hostile",
        action="store_true",
        help="crashes, floods and forgeries in full figures, which takes hours",
    )
    group.addoption(
        "--all",
        action="store_true",
        help="the whole breadth: all pages at all widths, integrations and the rest",
    )

    group.addoption(
        "--integrations",
        action="store_true",
        help="what is tried with other people's programs, which must be installed",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "all: run with --all or --hostile alone")
    config.addinivalue_line("markers", "hostile: run with --hostile alone")
    config.addinivalue_line(
        "markers", "integrations: run with --integrations, or --all where installed"
    )
    # A profile that was named on the command line was asked for.
    if not config.getoption("hypothesis_profile", None):
        settings.load_profile(
            "hostile" if config.getoption("--hostile") else "everyday"
        )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    left_out = {name for name in RUNS if not runs(config, name)}
    later = [item for item in items if left_out & {m.name for m in item.iter_markers()}]
    if later:
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if item not in set(later)]
    if later and not items:
        raise pytest.UsageError(
            "What was chosen runs with --all, --integrations or --hostile alone."
        )


def runs(config: pytest.Config, marker: str) -> bool:
    """Whether tests of that marker were asked for."""
    return any(
        config.getoption(f"--{option}") and marker in markers
        for option, markers in RUNS.items()
    )


def needs_program(config: pytest.Config, program: str, package: str) -> None:
    """Skip the test where another's program is not installed; fail it where its tests
    were asked for."""
    if shutil.which(program):
        return
    says = f"{program} is not installed: apt-get install {package}"
    if config.getoption("--integrations"):
        pytest.fail(says)
    pytest.skip(says)


Budget = Callable[..., int]


def one_in(many: int, values: Iterable[Any]) -> list[Any]:
    """Parameters of which every run tries one in so many, and `--all` the rest."""
    return [
        pytest.param(value, marks=[pytest.mark.all] if number % many else [])
        for number, value in enumerate(values)
    ]


@pytest.fixture(scope="session")
def budget(pytestconfig: pytest.Config) -> Budget:
    """`budget(20, 200)`: the everyday figure, or with `--hostile` the full one; a third
    is the one of `--all`."""

    def figure(everyday: int, hostile: int, breadth: int | None = None) -> int:
        if runs(pytestconfig, "hostile"):
            return hostile
        in_breadth = runs(pytestconfig, "all") and breadth is not None
        return breadth if in_breadth and breadth else everyday

    return figure


@pytest.fixture
def seed() -> int:
    """What everything random in a test is made from; shown beside one that failed."""
    number = int(os.environ.get("FLATTR_SEED") or random.randrange(10**6))
    print(f"FLATTR_SEED={number}")  # noqa: T201
    return number

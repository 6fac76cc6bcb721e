"""Alice gives; Bob and Carol make."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import time_machine

from accounts.models import User
from tests.world.people import person, reader_with_budget


@pytest.fixture
def alice(db: None) -> User:
    """A reader with an open budget of 10.00, who paid in 100.00."""
    return reader_with_budget("alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


@pytest.fixture
def carol(db: None) -> User:
    return person("carol")


@pytest.fixture
def hour_begins() -> Iterator[None]:
    """The machine's hour has just begun: what is counted by the hour is not cut in two
    where a test runs over its end."""
    with time_machine.travel(time.time() // 3600 * 3600 + 1):
        yield

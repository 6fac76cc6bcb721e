"""Alice gives; Bob and Carol make."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.people import open_budget, person


@pytest.fixture
def alice(db: None) -> User:
    """A reader with an open budget of 10.00, who paid in 100.00."""
    reader = person("alice")
    open_budget(reader)
    return reader


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


@pytest.fixture
def carol(db: None) -> User:
    return person("carol")

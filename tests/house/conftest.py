from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def forgotten_limits() -> Iterator[None]:
    """What the cache counted for the last test is not counted for this one."""
    cache.clear()
    yield
    cache.clear()

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests import serving
from tests.clones import Clones
from tests.fixtures import point_at


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    """What the cache counted for the last test is not counted for this one."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def one_server(all_clones: Clones, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A web server, on a database of its own, for all tests of a file: they leave it
    as they found it. Its address."""
    name = all_clones.clone()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        point_at(name, patch)
        with serving.platform({}) as address:
            yield address
        connections.close_all()
    all_clones.drop(name)

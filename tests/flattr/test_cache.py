"""The cache as it is in production, on the real server."""

from __future__ import annotations

import secrets

import pytest

from flattr.cache import ForgivingRedisCache
from flattr.settings import CACHES
from tests.clones import Clones


@pytest.fixture
def real_cache(all_clones: Clones) -> ForgivingRedisCache:
    """The servers run as long as there are clones."""
    location = str(CACHES["default"]["LOCATION"])
    return ForgivingRedisCache(location, {"OPTIONS": {"socket_timeout": 5}})


def test_what_is_not_there_cannot_be_counted(real_cache: ForgivingRedisCache) -> None:
    """Or a count would be kept for ever, as one that begins by itself has no end."""
    key = f"calls-{secrets.token_hex(8)}"

    with pytest.raises(ValueError, match=key):
        real_cache.incr(key)

    assert real_cache.get(key) is None
    assert real_cache.add(key, 0, timeout=60)
    assert [real_cache.incr(key), real_cache.incr(key)] == [1, 2]
    assert real_cache.get(key) == 2


def test_one_client_is_enough(real_cache: ForgivingRedisCache) -> None:
    first = real_cache._cache.get_client("a", write=True)

    assert real_cache._cache.get_client("b", write=True) is first

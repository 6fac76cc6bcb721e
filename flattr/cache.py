"""A cache that may be away: reads miss, writes are dropped, nobody gets a 500.

Nothing that must not be lost lives in Redis, and its limits fail open; those of
login and of starting a payment are counted in PostgreSQL instead.
"""

from __future__ import annotations

import contextlib
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSlow

AWAY = (RedisIsAway, RedisIsSlow)


class ForgivingRedisCache(RedisCache):
    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        with contextlib.suppress(*AWAY):
            return super().add(key, value, *args, **kwargs)
        return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        with contextlib.suppress(*AWAY):
            return super().get(key, default, version)
        return default

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        with contextlib.suppress(*AWAY):
            super().set(key, value, *args, **kwargs)

    def delete(self, key: Any, version: int | None = None) -> bool:
        with contextlib.suppress(*AWAY):
            return super().delete(key, version)
        return False

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        with contextlib.suppress(*AWAY):
            return super().get_many(keys, version)
        return {}

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        with contextlib.suppress(*AWAY):
            return super().set_many(data, *args, **kwargs)
        return []

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        with contextlib.suppress(*AWAY):
            return super().incr(key, delta, version)
        return delta

"""A cache that may be away: reads miss, writes are dropped, nobody gets a 500.

Nothing that must not be lost lives in Redis, and its limits fail open; those of
login and of starting a payment are counted in PostgreSQL instead.
"""

from __future__ import annotations

import contextlib
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSlow

AWAY = (RedisIsAway, RedisIsSlow)


class Client(RedisCacheClient):
    """Django's, for many short calls: it would make a client anew for each command, and
    ask twice to count once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[bool, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]

    def incr(self, key: Any, delta: int) -> Any:
        client = self.get_client(key, write=True)
        value = client.incr(key, delta)
        # All that we keep is kept for a time: what has none was made just now.
        if value == delta and client.ttl(key) == -1:
            client.delete(key)
            raise ValueError(f"There is no {key}.")
        return value


class ForgivingRedisCache(RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client

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

"""A cache that may be away: reads miss, writes are dropped, nobody gets a 500.

Nothing that must not be lost lives in Redis, and its limits fail open; those of
login and of starting a payment are counted in PostgreSQL instead.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSlow

from flattr.database.redis_inside import QuickRedisCache
from flattr.database.silence import Silence

AWAY = (RedisIsAway, RedisIsSlow)
LEFT_ALONE_SECONDS = 10.0
# By server; each process has its own.
SILENCES: dict[str, Silence] = {}

log = structlog.get_logger(__name__)


class ForgivingRedisCache(QuickRedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._silence = SILENCES.setdefault(str(server), Silence(LEFT_ALONE_SECONDS))

    def _try(self, call: Callable[..., Any], otherwise: Any, *args: Any) -> Any:
        """What `call` returns, or `otherwise` while Redis is away and for some seconds
        after. Without that pause a Redis that hangs would delay every call by a
        second."""
        if self._silence.lasts:
            return otherwise
        try:
            return call(*args)
        except AWAY as failure:
            self._silence.begin()
            log.warning("cache_is_away", why=str(failure))
            return otherwise

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(partial(super().add, key, value, *args, **kwargs), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(super().get, default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._try(partial(super().set, key, value, *args, **kwargs), None)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(partial(super().touch, key, *args, **kwargs), False)

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._try(super().delete, False, key, version)

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._try(super().delete_many, None, keys, version)

    def has_key(self, key: Any, version: int | None = None) -> Any:
        return self._try(super().has_key, False, key, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try(super().get_many, {}, keys, version)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(partial(super().set_many, data, *args, **kwargs), [])

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        return self._try(super().incr, delta, key, delta, version)

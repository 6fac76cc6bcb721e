"""Read the environment, and refuse a bad value loudly.

Every function names the variable it refuses, so that the operator reads one
sentence that says what to do. `READ` keeps the names that were asked for: the
test of docker-compose.yml compares its variables with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from flattr import vat

READ: set[str] = set()
SHORTEST_SECRET = 32
COST = re.compile(r"([a-z_]+)=([0-9]{1,4})\+([0-9]{1,4})")


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; without one, `default`; without that, a refusal."""
    READ.add(name)
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set, and there is no default.")
    return default


def needed(name: str, what: str, example: str | None) -> str:
    """As `text`, of what the law wants said: the refusal says `what` is missing. In local
    mode there is an example."""
    if example is None and not text(name, ""):
        raise ImproperlyConfigured(f"{name} is not set: the imprint has to say {what}.")
    return text(name, example)


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "false", "true", "no", "yes", "off", "on"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def whole(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}, not {value!r}."
        )
    return int(value)


def rate(name: str) -> int:
    """A percentage with up to two decimals, in hundredths of a percent; 0 where there is
    none."""
    found = vat.parse_percent(text(name, "0"))
    if found is None:
        raise ImproperlyConfigured(
            f"{name} is a percentage such as 19 or 8.1, up to"
            f" {vat.percent(vat.HIGHEST_RATE)}, not {text(name, '0')!r}."
        )
    return found


def one_of(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(
            f"{name} must be one of {', '.join(allowed)}, not {value!r}."
        )
    return value


def words(name: str, default: str | None = "") -> list[str]:
    """A list separated by commas; blanks around the words do not count. Without a
    default there is a word in it."""
    found = [word.strip() for word in text(name, default).split(",") if word.strip()]
    if default is None and not found:
        raise ImproperlyConfigured(f"{name} has only commas in it.")
    return found


def some_of(name: str, default: str, allowed: tuple[str, ...]) -> list[str]:
    """One or more of the words that are allowed, in their order."""
    found = words(name, default)
    wrong = [word for word in found if word not in allowed]
    if wrong or not found:
        raise ImproperlyConfigured(
            f"{name} must name some of {', '.join(allowed)}, not {', '.join(wrong)!r}."
        )
    return [word for word in allowed if word in found]


def costs(
    name: str, defaults: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """What each of some things costs: `card=150+25` is 1.50 % and 25 minor units. What
    is not named keeps its default."""
    found = dict(defaults)
    for word in words(name, ""):
        match = COST.fullmatch(word)
        if match is None or match[1] not in defaults:
            raise ImproperlyConfigured(
                f"{name} is a list such as card=150+25 (hundredths of a percent, and"
                f" minor units) of {', '.join(defaults)}; {word!r} is none of it."
            )
        found[match[1]] = int(match[2]), int(match[3])
    return found


def secret(name: str) -> str:
    """A text that nobody guesses: of 32 characters or more."""
    return long_enough(name, text(name))


def long_enough(name: str, value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"{name} is too short: it needs {SHORTEST_SECRET} random characters or more."
        )
    return value


def fernet_keys(name: str) -> list[str]:
    """Keys to encrypt with, the newest first; at least one."""
    keys = words(name, None)
    for key in keys:
        try:
            Fernet(key)
        except ValueError as failure:
            raise ImproperlyConfigured(f"{name} is no Fernet key.") from failure
    return keys


def site_url(name: str, default: str | None = None) -> str:
    """An address of http or https with a host and nothing after it."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(
            f"{name} must be an address like https://flattr.example, not {value!r}."
        )
    return value


def database(name: str, **options: object) -> dict[str, Any]:
    """Django's settings for postgresql://USER:PASSWORD@HOST:PORT/NAME, with libpq's
    options for each connection.

    A socket directory is given as `?host=/directory&port=5432`.
    """
    found = parse_database(text(name), name)
    return {**found, "OPTIONS": {**found["OPTIONS"], **options}}


def parse_database(value: str, name: str = "The address") -> dict[str, Any]:
    """The same of an address that stands in no variable; `name` is what a refusal
    calls it."""
    parts = urlsplit(value)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://.")
    query = dict(parse_qsl(parts.query))
    unknown = set(query) - {"host", "port", "sslmode", "sslrootcert"}
    if unknown:
        raise ImproperlyConfigured(
            f"{name} has options that are not understood: {', '.join(sorted(unknown))}."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or ""),
        "OPTIONS": {
            option: query[option]
            for option in ("sslmode", "sslrootcert")
            if option in query
        },
    }


def mail(name: str, default: str | None = None) -> dict[str, object]:
    """smtp://USER:PASSWORD@HOST:PORT, `smtps:` for implicit TLS, `?tls=1` for
    STARTTLS; or `dir:///PATH` to write each mail to a file."""
    value = text(name, default)
    parts = urlsplit(value)
    query = dict(parse_qsl(parts.query))
    if parts.scheme == "dir":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must be like smtp://USER:PASSWORD@HOST:587/?tls=1."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": query.get("tls") == "1",
    }

"""What the settings are outside local mode."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from flattr.database import roles
from local.running.checks import PRODUCTION
from local.servers.state import ROOT
from tests import clones
from tests.world.people import execute

ASK = """
import json, django
django.setup()
from django.conf import settings
names = [name for name in dir(settings) if name.isupper()]
told = {name: getattr(settings, name) for name in names}
print(json.dumps(told, default=str, skipkeys=True))
"""


def production(*names: str, **environment: str) -> dict[str, Any]:
    told = all_settings(tuple(environment.items()))
    return {name: told[name] for name in names}


@functools.cache
def all_settings(environment: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """What one process of production says, for all who ask it something."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | PRODUCTION | dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_cookies_are_bound_to_the_host() -> None:
    """T24, T36: `__Host-` means Secure, for the whole host and for no other."""
    told = production(
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "SESSION_COOKIE_DOMAIN",
        "SESSION_COOKIE_PATH",
    )

    assert list(told.values()) == [
        "__Host-s",
        "__Host-csrf",
        True,
        True,
        True,
        True,
        "Lax",
        None,
        "/",
    ]


def test_the_way_is_always_encrypted() -> None:
    """Two years, with all that is below the host."""
    told = production(
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_HSTS_PRELOAD",
        "SECURE_CONTENT_TYPE_NOSNIFF",
    )

    assert list(told.values()) == [True, 63_072_000, True, True, True]


def test_nothing_local_is_there() -> None:
    """No mailbox, no simulated payments, no page that tells of an error's inside."""
    told = production("ROOT_URLCONF", "STRIPE_API_BASE", "DEBUG", "LOCAL")

    assert told == {
        "ROOT_URLCONF": "flattr.urls",
        "STRIPE_API_BASE": "",
        "DEBUG": False,
        "LOCAL": False,
    }


@pytest.mark.all
@pytest.mark.parametrize(
    ("proxies", "believed"), [("0", None), ("1", ["HTTP_X_FORWARDED_PROTO", "https"])]
)
def test_only_a_known_proxy_may_say_it_was_encrypted(
    proxies: str, believed: list[str] | None
) -> None:
    """X-Forwarded-Proto counts only behind configured proxies (T35)."""
    told = production("SECURE_PROXY_SSL_HEADER", FLATTR_TRUSTED_PROXIES=proxies)

    assert told["SECURE_PROXY_SSL_HEADER"] == believed


def started(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of production, until it ends by itself."""
    return subprocess.run(
        [sys.executable, *command],
        env=os.environ | PRODUCTION | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_WEBHOOK_SECRET", ","),
        ("STRIPE_WEBHOOK_SECRET", " , ,"),
        ("STRIPE_CONNECT_WEBHOOK_SECRET", ","),
        ("FLATTR_ENCRYPTION_KEY", ","),
        ("FLATTR_ENCRYPTION_KEY", "a key of another kind"),
        ("ALLOWED_HOSTS", ","),
        ("SECRET_KEY", "x" * 31),
        ("SECRET_KEY_FALLBACKS", f"{'x' * 32},{'x' * 31}"),
    ],
)
def test_a_value_that_protects_nothing_is_refused_at_start(
    name: str, value: str
) -> None:
    """It would start, and refuse every word of Stripe's, or be guessed."""
    done = started("-c", "import flattr.settings", **{name: value})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]
    assert value not in done.stderr or len(value) < 10


WEB = ("-c", "import flattr.wsgi; print('started')")
WORKER = (
    *("-m", "celery", "--app", "flattr.celery:app", "worker", "--pool", "solo"),
    *("--without-mingle", "--without-gossip", "--loglevel", "ERROR"),
)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(WEB, id="web"),
        pytest.param(WORKER, id="worker", marks=pytest.mark.all),
    ],
)
def test_nothing_starts_on_a_database_whose_clock_was_moved(
    own_database: str, command: tuple[str, ...]
) -> None:
    """A demo's database, restored into production: its months are not the world's."""
    with roles.as_owner():
        execute("UPDATE flattr_clock_offset SET seconds = 86400")

    done = started(*command, DATABASE_URL=clones.address("DATABASE_URL", own_database))

    assert done.returncode != 0
    assert "is moved by 86400 seconds" in done.stderr
    assert "started" not in done.stdout


LATER = """
import django
django.setup()
from django.db import connection
for _ in range(2):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        print("was let in")
    except Exception as failure:
        print(type(failure).__name__)
"""


@pytest.mark.all
def test_a_clock_that_was_moved_meanwhile_is_met_by_the_next_connection(
    own_database: str,
) -> None:
    """Web and workers may start while the database is away."""
    with roles.as_owner():
        execute("UPDATE flattr_clock_offset SET seconds = 0")
    here = {"DATABASE_URL": clones.address("DATABASE_URL", own_database)}
    assert started("-c", LATER, **here).stdout == "was let in\nwas let in\n"
    assert started(*WEB, **here).stdout == "started\n"
    away = {"DATABASE_URL": "postgresql://app@127.0.0.1:1/flattr"}
    assert started(*WEB, **away).stdout == "started\n"

    with roles.as_owner():
        execute("UPDATE flattr_clock_offset SET seconds = 1")

    told = started("-c", LATER, **here).stdout
    assert told == "ImproperlyConfigured\nImproperlyConfigured\n"


@pytest.mark.parametrize("way", ["-O", "PYTHONOPTIMIZE=1"])
def test_nothing_starts_without_its_assertions(way: str) -> None:
    """O4: whatever switches them off. Every process reads the settings first."""
    name, _, value = way.partition("=")

    done = subprocess.run(
        [sys.executable, *([] if value else [way]), "-c", "import flattr.settings"],
        env=os.environ | PRODUCTION | ({name: value} if value else {}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "switches off assertions" in done.stderr

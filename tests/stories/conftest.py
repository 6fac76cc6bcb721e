"""A story runs on the real server, with its own mail and the blog beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
from django.core.cache.backends.redis import RedisCache
from django.core.management import call_command
from pytest_django import Settings

from flattr import settings as real
from local.servers import processes
from local.servers.state import ROOT
from tests.browser.conftest import sign_in
from tests.serving import free_port
from tests.world.stripes import Simulator

__all__ = ["sign_in"]


@pytest.fixture
def blog_address(settings: Settings) -> str:
    """Where the blog will be: another host than the platform's, so another site."""
    address = f"http://localhost:{free_port()}"
    settings.DEMO_BLOG_URL = address
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    return address


@pytest.fixture
def server_environment(blog_address: str, stripe: Simulator) -> dict[str, str]:
    # What an earlier story counted (a mail every three minutes) is not this one's.
    RedisCache(str(real.CACHES["default"]["LOCATION"]), {}).clear()
    return {
        "FLATTR_DEMO_BLOG_URL": blog_address,
        # As `up` serves it: mails are files that the mailbox page shows.
        "DJANGO_SETTINGS_MODULE": "flattr.settings",
    }


@pytest.fixture
def demo(server: str) -> str:
    """The server's address, with the demo, whose posts are on this story's blog."""
    call_command("seed_demo", verbosity=0)
    return server


@pytest.fixture
def blog(demo: str, blog_address: str) -> Iterator[str]:
    """The demo blog, with buttons of the server's."""
    port = blog_address.rsplit(":", 1)[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "local.blog", "--port", port, "--site", demo],
        cwd=ROOT,
        env=os.environ | {"FLATTR_DEMO_BLOG_URL": blog_address},
        start_new_session=True,
    )
    assert processes.wait_until(lambda: answers(blog_address), seconds=180)
    yield blog_address
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310
            return True
    except OSError:
        return False

"""A program of 2014 with nothing changed at all: flattrclient 0.2 finds us at
https://flattr.com and https://api.flattr.com, by the machine's own hosts file and the
certificates that it trusts. See `tests.rest.apart`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.oauth import tokens
from local.servers.state import ROOT
from tests.accounts.oauth.apps import CALLBACK, SECRET, allow, app_of
from tests.clones import Clones
from tests.fixtures import point_at
from tests.rest import apart
from tests.world.people import open_budget, person

NAMES = ("flattr.com", "api.flattr.com")
PROGRAM = Path(__file__).with_name("program_of_2014.py")


def why_not() -> str:
    """Why this machine cannot give a program a machine of its own; empty if it can."""
    if sys.platform != "linux" or os.geteuid():
        return "Only root on Linux may make namespaces of mounts and network."
    if not shutil.which("unshare"):
        return "There is no `unshare` here."
    if urlsplit(os.environ["DATABASE_URL"]).hostname:
        return "The database is not reached by a socket of this machine's."
    laid = [*apart.UNSHARE, *apart.MOUNT, str(apart.HOSTS), str(apart.BUNDLE)]
    done = subprocess.run(laid, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is laid over the files of the program's machine, and the server's keys."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("machine")
    authority = trustme.CA()
    certificate = authority.issue_cert(*NAMES)
    trusted = apart.BUNDLE.read_bytes() + authority.cert_pem.bytes()
    (folder / "bundle.pem").write_bytes(trusted)
    (folder / "hosts").write_text(f"127.0.0.1 localhost {' '.join(NAMES)}\n")
    chain = b"".join(part.bytes() for part in certificate.cert_chain_pems)
    (folder / "chain.pem").write_bytes(chain)
    (folder / "key.pem").write_bytes(certificate.private_key_pem.bytes())
    return folder


@pytest.fixture(scope="module")
def told(
    machine: Path, all_clones: Clones, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """Alice gives, and has a token; Bob has let the program in, which has a code."""
    name = all_clones.clone()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        point_at(name, patch)
        alice, bob = person("alice"), person("bob", first_name="Bob")
        open_budget(alice)
        app = app_of(person("carol"))
        browser = Client()
        browser.force_login(bob)
        yield {
            "alice": tokens.make(alice, "python-flattr", ["flattr"]),
            "app": app.client_id,
            "secret": SECRET,
            "callback": CALLBACK,
            "code": allow(browser, app, scope="flattr,thing", redirect_uri=CALLBACK),
        }
        connections.close_all()
    all_clones.drop(name)


@pytest.fixture(scope="module")
def met(machine: Path, told: dict[str, str]) -> Any:
    """All that the program met, as it tells it."""
    done = subprocess.run(
        [
            *(*apart.UNSHARE, sys.executable, "-m", "tests.rest.apart"),
            *(str(machine), str(PROGRAM)),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "SITE_URL": f"https://{NAMES[0]}",
            "ALLOWED_HOSTS": ",".join(NAMES),
        },
        input=json.dumps(told),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_bobs_code_becomes_a_token_at_the_old_address(met: Any) -> None:
    page, status, location = met["authorize"]

    assert met["token"] == ["access_token", "token_type"]
    assert (page, status) == ("https://flattr.com/oauth/authorize", 302)
    assert urlsplit(location).path == "/account/login/"


def test_bob_makes_changes_finds_and_deletes(met: Any) -> None:
    made = met["made"]
    song, other = made["id"], made["other"]

    assert (made["created"], made["updated"], made["again"]) == ("ok", "ok", None)
    assert made["found"] == [song, "A song", ["music", "spring"], "bob"]
    assert made["changed"] == ["Of autumn", ["music"], "audio"]
    assert (made["both"], made["own"]) == ([song, other], [other, song])
    assert made["bobs"] == [song], "the other is hidden"
    assert made["first name"] == "Bob"
    assert (made["searched"], made["deleted"]) == ([1, song], "")


def test_alice_flattrs_and_subscribes(met: Any) -> None:
    song, gave = met["made"]["id"], met["gave"]

    assert (gave["flattred"], gave["flattrs"]) == (["ok", 1], [song])
    assert (gave["shown"], gave["shown by her"]) == ([], []), "Alice hides hers"
    assert (gave["subscribed"], gave["paused"]) == ("ok", "paused")
    assert (gave["goes on"], gave["subscription"]) == ("started", [True, song])
    assert gave["seen"] == ["A better song", True, True]
    assert (gave["unsubscribed"], gave["subscriptions"]) == ("", [])
    assert (gave["activities"], gave["incoming"]) == (1, [])
    assert gave["after stream"] is True, "the client asks for stream JSON by now"


def test_the_program_is_told_why_not(met: Any) -> None:
    names = {case: text.partition(":")[0] for case, text in met["failed"].items()}

    assert names == {
        "twice": "FlattrApiError",
        "own": "FlattrApiError",
        "no thing": "NotFoundError",
        "deleted": "NotFoundError",
        "nobody": "NotFoundError",
        "no scope": "InsufficientScopeError",
        "no token": "UnauthorizedError",
        "code twice": "FlattrApiError",
    }


def test_what_follows_a_body_cut_short_is_no_request(met: Any) -> None:
    """Node counts letters where bytes are meant, PHP reads no other version."""
    first, *rest = met["cut short"]
    body = json.loads(rest[-1])

    assert first.startswith("HTTP/1.1 400 ")
    assert "connection: close" in [line.lower() for line in rest]
    assert body["error"] == "invalid_request", "and nothing came behind it"


def test_nothing_is_left_outside(machine: Path, met: Any) -> None:
    assert apart.BUNDLE.read_bytes() != (machine / "bundle.pem").read_bytes()
    assert "flattr.com" not in apart.HOSTS.read_text()
    assert str(machine) not in Path("/proc/self/mountinfo").read_text()

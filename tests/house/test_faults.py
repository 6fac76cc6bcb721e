"""Faults are told to Sentry only where an address for them is set."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from local.servers.state import ROOT

ASK = (
    "import flattr.settings, sentry_sdk\n"
    "client = sentry_sdk.get_client()\n"
    "print(client.dsn, client.options['send_default_pii'],"
    " client.options['include_local_variables'],"
    " client.options['max_request_body_size'])"
)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "None"),
        ("http://key@127.0.0.1:9/1", "http://key@127.0.0.1:9/1 False False never"),
    ],
)
def test_faults_are_told_without_people(address: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=os.environ | {"SENTRY_DSN": address},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith(told)

"""Who runs the site: production has to say it, and the page says what was said."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from flattr.site import imprint
from local.running.checks import PRODUCTION
from local.servers.state import ROOT

REQUIRED = {
    "FLATTR_OPERATOR_EMAIL": "where people can write",
    "FLATTR_OPERATOR_LEGAL_NAME": "who runs the site, by the name and form of the law",
    "FLATTR_OPERATOR_ADDRESS": "the postal address of whoever runs the site",
}
OPTIONAL = ("REPRESENTATIVE", "PHONE", "REGISTER", "VAT_ID", "RESPONSIBLE")


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", ["", " "])
def test_nothing_starts_without_what_the_imprint_has_to_say(
    name: str, value: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import flattr.settings"],
        env=os.environ | PRODUCTION | {name: value},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    refusal = f"{name} is not set: the imprint has to say {REQUIRED[name]}."
    assert done.stderr.splitlines()[-1].endswith(refusal)


def test_the_imprint_leaves_out_what_nobody_said(settings: Any) -> None:
    for name in OPTIONAL:
        setattr(settings, f"OPERATOR_{name}", "")

    assert [fact.label for fact in imprint.facts()] == ["Run by", "Address", "E-mail"]


def test_the_page_says_what_was_said(client: Client, db: None, settings: Any) -> None:
    settings.OPERATOR_LEGAL_NAME = "Flattr <Cooperative>"
    settings.OPERATOR_VAT_ID = "SE 0000"
    settings.PRIVACY_AUTHORITY = "The Authority, Stockholm"
    settings.OPERATOR_EMAIL = "people@flattr.example"

    text = client.get("/imprint").content.decode()

    assert "<dt>Run by</dt><dd>Flattr &lt;Cooperative&gt;</dd>" in text
    assert "<dt>VAT id</dt><dd>SE 0000</dd>" in text
    assert "<dt>Data protection authority</dt><dd>The Authority, Stockholm</dd>" in text
    assert '<a href="mailto:people@flattr.example">people@flattr.example</a>' in text


def test_every_page_leads_to_it(client: Client, db: None) -> None:
    assert '<a href="/imprint">Imprint</a>' in client.get("/fees").content.decode()
    assert 'href="/imprint">imprint</a>' in client.get("/contact").content.decode()

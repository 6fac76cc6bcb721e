"""The statement about accessibility: what was tested, by whom and what was found."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from flattr.site import accessibility
from flattr.site.accessibility import Look

DARK = Look(date(2026, 12, 1), "axe-core 4.12.1", "dark", 375, 1, 0)


def test_the_page_says_what_the_tests_wrote_down(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "accessibility.json"
    told = {"on": "2027-02-03", "engine": "axe-core 9.9", "scheme": "light"}
    file.write_text(
        json.dumps({"a": {**told, "width": 1280, "pages": 777, "violations": 2}})
    )
    monkeypatch.setattr(accessibility, "FILE", file)

    text = client.get("/accessibility").content.decode()

    assert "On 3 February 2027 axe-core 9.9 looked at every page" in text
    assert "777 pages, light, in a window 1280 points wide: 2 faults" in text


def test_a_look_in_words() -> None:
    assert DARK.says == "1 page, dark, in a window 375 points wide: nothing found"


def test_what_is_written_down_is_whole() -> None:
    """Both looks, with nothing found: else the page has to say what is wrong."""
    found = accessibility.looks()

    assert [(look.scheme, look.width) for look in found] == [
        ("dark", 375),
        ("light", 1280),
    ]
    assert [look.violations for look in found] == [0, 0]
    assert all(look.pages > 90 for look in found)


def test_whom_to_complain_to(client: Client, db: None, settings: Any) -> None:
    settings.ACCESSIBILITY_AUTHORITY = ""
    assert "complain to" not in client.get("/accessibility").content.decode()
    settings.ACCESSIBILITY_AUTHORITY = "The Agency, Stockholm"

    text = client.get("/accessibility").content.decode()

    assert "If we do not help, complain to: The Agency, Stockholm" in text

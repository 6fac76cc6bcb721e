"""Versions of terms and privacy: which counts, since when, and what it changed."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from flattr.web import editions
from flattr.web.editions import Edition


@pytest.mark.parametrize("versions", [editions.TERMS, editions.PRIVACY])
def test_versions_are_numbered_and_dated_in_order(versions: list[Edition]) -> None:
    numbers = [edition.number for edition in versions]
    since = [edition.since for edition in versions]

    assert numbers == [*range(len(versions), 0, -1)]
    assert since == sorted(since, reverse=True)


@pytest.mark.parametrize(
    ("path", "name"), [("/terms", "TERMS"), ("/privacy", "PRIVACY")]
)
def test_the_page_says_which_version_counts_and_what_it_changed(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, path: str, name: str
) -> None:
    first = Edition(1, date(2026, 11, 23), editions.FIRST)
    second = Edition(2, date(2027, 3, 1), "What changed: the least budget is 1.00.")
    monkeypatch.setattr(editions, name, [first])
    text = client.get(path).content.decode()
    assert "Version 1, from 23 November 2026. It is the first." in text
    assert "Versions before" not in text

    monkeypatch.setattr(editions, name, [second, first])

    text = client.get(path).content.decode()
    now = text.index("Version 2, from 1 March 2027. What changed: the least budget is")
    before = text.index("Versions before")
    assert now < before < text.index("Version 1, from 23 November 2026")

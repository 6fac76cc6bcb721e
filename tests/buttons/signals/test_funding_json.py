"""funding.json, by the schema of fundingjson.org."""

from __future__ import annotations

import json
from typing import Any

import pytest

from buttons.signals.funding_json import Covered, listed, of_text
from buttons.signals.kinds import MOST_SIGNALS, Kind, Unreadable
from tests.buttons.signals.files import text_of

SITE = "http://127.0.0.1:8000"
URL = "https://anna.example/funding.json"
LIST = "https://anna.example/.well-known/funding-manifest-urls"


def manifest(**changed: Any) -> str:
    return json.dumps({**json.loads(text_of("anna.funding.json")), **changed})


def test_who_it_is_and_the_pages_where_she_is_given() -> None:
    found = of_text(text_of("anna.funding.json"), URL).signals

    assert [(one.kind, one.name, one.role, one.address, one.here) for one in found] == [
        (
            Kind.FUNDING_JSON,
            "Anna Berg",
            "maintainer",
            "https://anna.example/",
            "",
        ),
        (Kind.FUNDING_JSON, "", "", f"{SITE}/@anna", "anna"),
        (Kind.FUNDING_JSON, "", "", "https://github.com/sponsors/anna", ""),
    ]
    assert "DE89" not in str(found)
    assert "anna@" not in str(found)


def test_the_pages_that_it_speaks_for_and_the_lists_that_say_so() -> None:
    """A list on a third host says nothing, and on its own host it needs none."""
    assert of_text(text_of("anna.funding.json"), URL).covers == (
        Covered("https://anna.example/", ""),
        Covered("https://anna.example/garden", ""),
        Covered(
            "https://github.com/anna/garden",
            "https://github.com/anna/garden/blob/main/.well-known/funding-manifest-urls",
        ),
        Covered("https://seeds.example/", ""),
        Covered("https://codeberg.org/anna/seeds", ""),
    )


def test_a_list_is_named_where_the_manifest_is_on_another_host() -> None:
    page = {"url": "https://anna.example/", "wellKnown": LIST}
    text = manifest(entity={"name": "Anna", "webpageUrl": page}, projects=[])

    assert of_text(text, "https://files.example/anna.json").covers == (
        Covered("https://anna.example/", LIST),
    )
    assert of_text(text, URL).covers == (Covered("https://anna.example/", ""),)


@pytest.mark.parametrize(
    "listed_at",
    [
        "https://anna.example/",
        "https://anna.example/.well-known/funding-manifest-urls.html",
        "https://files.example/.well-known/funding-manifest-urls",
        "https://anna.example.evil.example/.well-known/funding-manifest-urls",
        "/.well-known/funding-manifest-urls",
    ],
)
def test_a_list_that_cannot_be_the_hosts_own_is_none(listed_at: str) -> None:
    page = {"url": "https://anna.example/", "wellKnown": listed_at}
    text = manifest(entity={"name": "Anna", "webpageUrl": page}, projects=[])

    assert of_text(text, "https://files.example/anna.json").covers == (
        Covered("https://anna.example/", ""),
    )


def test_version_one_is_read() -> None:
    for version in ("v1.0.0", "v1.1.0", "1.0"):
        assert of_text(manifest(version=version), URL).signals


@pytest.mark.parametrize(
    "changed",
    [
        {"version": "v2.0.0"},
        {"version": "v10.0.0"},
        {"version": 1},
        {"version": None},
        {"entity": "Anna"},
        {"entity": None},
        {"entity": [{"name": "Anna"}]},
    ],
)
def test_what_is_no_manifest(changed: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        of_text(manifest(**changed), URL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"v1.1.0"',
        "{",
        "<!DOCTYPE html><html></html>",
        '{"version": "v1.1.0", "entity": {"name": ' + "9" * 10_000 + "}}",
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_what_is_no_json_or_made_to_keep_us_busy(text: str) -> None:
    with pytest.raises(Unreadable):
        of_text(text, URL)


@pytest.mark.parametrize(
    "wrong",
    [
        "Anna",
        7,
        None,
        True,
        [],
        {},
        ["\ud800"],
        {"url": 7},
        {"url": ["https://a.example"]},
    ],
)
def test_types_that_are_not_what_they_should_be(wrong: Any) -> None:
    found = of_text(
        manifest(
            entity={"name": wrong, "role": wrong, "webpageUrl": wrong},
            projects=[wrong, {"webpageUrl": wrong, "repositoryUrl": wrong}],
            funding={"channels": [wrong, {"address": wrong}]},
        ),
        URL,
    )

    assert found.covers == ()
    assert {one.address for one in found.signals} <= {""}
    assert of_text(manifest(projects=wrong, funding=wrong), URL).signals


def test_many_are_too_many() -> None:
    channels = [{"address": f"https://anna.example/{n}"} for n in range(1000)]
    projects = [
        {"webpageUrl": one} for one in ({"url": c["address"]} for c in channels)
    ]
    found = of_text(manifest(projects=projects, funding={"channels": channels}), URL)

    assert len(found.signals) == MOST_SIGNALS
    assert len(found.covers) == 31


def test_a_list_names_manifests_each_on_a_line() -> None:
    text = "https://b.example/f.json\r\n\n# more\nhttps://anna.example/funding.json\n"

    assert listed(text, LIST) == (
        "https://anna.example/funding.json",
        "https://b.example/f.json",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!DOCTYPE html>\nhttps://anna.example/funding.json",
        "funding.json",
        "/funding.json",
        "javascript:alert(1)",
        "see https://anna.example/funding.json",
        "https://anna.example/" + "a" * 2000,
        "https://anna.example/\ud800",
    ],
)
def test_a_list_that_names_none(text: str) -> None:
    assert listed(text, LIST) == ()


def test_a_long_list_is_cut() -> None:
    text = "\n".join(f"https://anna.example/{n}.json" for n in range(10_000))

    assert len(listed(text, LIST)) == 10

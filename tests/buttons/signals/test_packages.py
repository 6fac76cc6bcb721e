"""package.json, as npm documents it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from buttons.signals.kinds import MOST_SIGNALS, Kind, Unreadable
from buttons.signals.packages import of_package_json
from tests.buttons.signals.files import text_of

SITE = "http://127.0.0.1:8000"


def addresses(funding: Any) -> list[str]:
    return [one.address for one in of_package_json(json.dumps({"funding": funding}))]


def test_where_it_asks_for_funding_and_who_made_it() -> None:
    found = of_package_json(text_of("package.json"))

    assert {one.kind for one in found} == {Kind.PACKAGE}
    assert [(one.name, one.role, one.address, one.here) for one in found] == [
        ("", "", f"{SITE}/@anna", "anna"),
        ("", "", "https://opencollective.com/garden", ""),
        ("Anna Berg", "author", "https://anna.example/", ""),
        ("Bob", "maintainer", "https://bob.example/", ""),
        ("Carol", "maintainer", "", ""),
    ]
    assert "@anna.example" not in str(found)


def test_funding_is_an_address_or_an_object_or_a_list_of_both() -> None:
    page = "https://anna.example/give"

    assert addresses(page) == [page]
    assert addresses({"type": "individual", "url": page}) == [page]
    assert addresses([page, {"url": f"{page}/2"}, page]) == [page, f"{page}/2"]


@pytest.mark.parametrize(
    "funding",
    [
        "anna",
        "anna.example/give",
        "mailto:anna@anna.example",
        "javascript:alert(1)",
        "https://anna@evil.example/",
        "https://anna.example/\ud800",
        7,
        True,
        None,
        {},
        {"url": None},
        {"url": ["https://anna.example/"]},
        {"type": "https://anna.example/"},
        [["https://anna.example/"]],
    ],
)
def test_funding_that_is_no_page(funding: Any) -> None:
    assert addresses(funding) == []


@pytest.mark.parametrize(
    "person",
    ["", " <anna@anna.example>", "anna@anna.example", 7, None, [], {"email": "a"}],
)
def test_people_without_a_name_are_nobody(person: Any) -> None:
    assert (
        of_package_json(json.dumps({"author": person, "maintainers": [person]})) == []
    )


def test_many_are_too_many() -> None:
    funding = [f"https://a.example/{number}" for number in range(999)]
    maintainers = [f"Anna {number}" for number in range(999)]
    text = json.dumps({"funding": funding, "maintainers": maintainers})

    assert len(addresses(funding)) == MOST_SIGNALS
    assert len(of_package_json(text)) == MOST_SIGNALS


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "<html></html>", "[" * 99_999])
def test_what_is_no_package(text: str) -> None:
    with pytest.raises(Unreadable):
        of_package_json(text)

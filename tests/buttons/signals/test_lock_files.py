"""What a program is built on: repositories, where the file names them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from buttons.signals.kinds import Unreadable
from buttons.signals.listings import MOST_ENTRIES, Listing, ListKind, listing_of
from tests.buttons.signals.files import text_of

GARDEN = "https://github.com/anna/garden"
SOIL = "https://codeberg.org/bob/soil"


def read(name: str, text: str) -> Listing:
    found = listing_of(name, text)
    assert found is not None
    return found


def entries(name: str, text: str) -> list[tuple[str, str]]:
    return [(one.title, one.url) for one in read(name, text).entries]


def npm(package: Any) -> Listing:
    packages = {"node_modules/garden": package}
    return read("", json.dumps({"lockfileVersion": 3, "packages": packages}))


# Each file of the kind, what it names, and how many of its packages name nothing.
FILES = [
    (
        "requirements.txt",
        ListKind.REQUIREMENTS,
        [
            ("garden", GARDEN),
            ("beds", "https://github.com/anna/beds"),
            ("seeds", "https://gitlab.com/gardens/tools/seeds"),
            ("soil", SOIL),
            ("carol/rain", "https://github.com/carol/rain"),
        ],
        6,
    ),
    ("uv.lock", ListKind.UV, [("garden", GARDEN), ("soil", SOIL)], 1),
    ("poetry.lock", ListKind.POETRY, [("garden", GARDEN), ("soil", SOIL)], 2),
    ("Cargo.lock", ListKind.CARGO, [("garden", GARDEN)], 2),
    (
        "go.sum",
        ListKind.GO,
        [
            ("github.com/BurntSushi/toml", "https://github.com/BurntSushi/toml"),
            ("codeberg.org/anna/garden/v2", "https://codeberg.org/anna/garden"),
            (
                "gitlab.com/gardens/tools/beds/v3",
                "https://gitlab.com/gardens/tools/beds",
            ),
            ("github.com/bob/soil/cmd/dig", "https://github.com/bob/soil"),
        ],
        1,
    ),
    (
        "package-lock.v1.json",
        ListKind.NPM,
        [("garden", GARDEN), ("seeds", "https://github.com/carol/seeds")],
        2,
    ),
    (
        "package-lock.v2.json",
        ListKind.NPM,
        [("garden", GARDEN), ("postcss", "https://opencollective.com/postcss/")],
        0,
    ),
    (
        "package-lock.v3.json",
        ListKind.NPM,
        [
            ("@octo/entities", "https://github.com/octo/entities"),
            ("nanoid", "https://github.com/ai"),
            ("only-resold", "https://tidelift.com/funding/github/npm/only-resold"),
            ("soil", SOIL),
        ],
        1,
    ),
]


@pytest.mark.parametrize(("file", "kind", "named", "unusable"), FILES)
def test_what_a_file_names_whether_or_not_its_name_is_known(
    file: str, kind: ListKind, named: list[tuple[str, str]], unusable: int
) -> None:
    text = text_of(file)
    name = "package-lock.json" if "package-lock" in file else file

    for given in (name, f"my-program/{name}", ""):
        found = read(given, text)
        assert found.kind == kind
        assert [(one.title, one.url) for one in found.entries] == named
        assert found.unusable == unusable
        assert not found.left_out


@pytest.mark.parametrize(("file", "kind", "named", "_unusable"), FILES)
def test_as_editors_for_windows_write_it(
    file: str, kind: ListKind, named: list[tuple[str, str]], _unusable: int
) -> None:
    text = text_of(file).replace("\n", "\r\n")

    found = read("", text)

    assert found.kind == kind
    assert [(one.title, one.url) for one in found.entries] == named


@pytest.mark.parametrize(
    "line",
    [
        "garden==1.2",
        "garden @ git+https://github.com.evil.example/anna/garden",
        "garden @ https://evil.example/?git+https://github.com/anna/garden",
        "garden==1.2 # https://github.com/anna/garden",
        "# garden @ git+https://github.com/anna/garden",
        "--find-links https://github.com/anna/garden",
        "-f https://github.com/anna/garden",
        "-r https://github.com/anna/garden/raw/HEAD/requirements.txt",
        "-e ./github.com/anna/garden",
        "garden @ git+https://github.com/anna/garden" + "a" * 2000,
        "garden @",
        "garden @ git+https://github.com/anna/\ud800",
        "garden @ ",
    ],
)
def test_lines_of_requirements_that_name_no_repository(line: str) -> None:
    assert entries("requirements.txt", line) == []


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "Requirements-Dev.txt",
        "dev-requirements.txt",
        "base.requirements.in",
        "constraints.txt",
    ],
)
def test_names_of_requirements(name: str) -> None:
    assert read(name, "django\nflask").kind == ListKind.REQUIREMENTS


def test_other_names_of_files_are_known_by_what_is_in_them() -> None:
    assert read("base.txt", "django==5.2\nflask").kind == ListKind.REQUIREMENTS
    assert listing_of("base.txt", "django\nflask") is None
    assert listing_of("my-requirements.md", "# What it requires\n\nPatience.") is None


@pytest.mark.parametrize(
    "package",
    [
        'source = { registry = "https://github.com/anna/garden" }',
        'source = { git = "https://github.com.evil.example/anna/garden" }',
        'source = "registry+https://github.com/anna/garden"',
        'source = "https://github.com/anna/garden"',
        'source = { virtual = "https://github.com/anna/garden" }',
        "source = { git = 'https://github.com/anna/garden' }",
        'source = { git = 7, branch = "https://github.com/anna/garden" }',
        '# source = "git+https://github.com/anna/garden"',
        '[package.dependencies]\nsource = "git+https://github.com/anna/garden"',
        '[package.source]\ntype = "legacy"\nurl = "https://github.com/anna/garden"',
        '[package.source]\nurl = "https://github.com/anna/garden"',
        '[package.metadata]\ntype = "git"\nurl = "https://github.com/anna/garden"',
    ],
)
def test_packages_that_name_no_repository(package: str) -> None:
    for name in ("uv.lock", "poetry.lock", "Cargo.lock"):
        assert entries(name, f'[[package]]\nname = "garden"\n{package}\n') == []


@pytest.mark.parametrize(
    "package",
    [
        {"resolved": "https://github.com.evil.example/anna/garden"},
        {"resolved": "file:../github.com/anna/garden"},
        {"from": "git+https://github.com/anna/garden"},
        {"resolved": ["git+https://github.com/anna/garden"]},
        {"link": True, "resolved": "git+https://github.com/anna/garden"},
        {"funding": "github.com/anna/garden"},
        {"funding": {"url": 7}},
        {"funding": [[GARDEN]]},
        "git+https://github.com/anna/garden",
        None,
    ],
)
def test_packages_of_npm_that_name_no_page(package: Any) -> None:
    assert npm(package).entries == ()


def test_sponsors_of_look_alikes_are_pages_as_they_are() -> None:
    page = "https://github.com.evil.example/sponsors/anna"

    assert [one.url for one in npm({"funding": page}).entries] == [page]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", ""),
        ("poetry.lock", "django==5.2"),
        ("Cargo.lock", 'name = "garden"'),
        ("uv.lock", ".".join("a" * 500_000) + " = 1"),
        ("package-lock.json", ""),
        ("package-lock.json", "[]"),
        ("package-lock.json", "{}"),
        ("package-lock.json", '{"lockfileVersion": 3, "packages": {'),
        ("package-lock.json", "[" * 100_000),
        ("npm-shrinkwrap.json", '{"lockfileVersion": ' + "9" * 10_000 + "}"),
    ],
)
def test_what_is_broken(name: str, text: str) -> None:
    with pytest.raises(Unreadable):
        listing_of(name, text)


@pytest.mark.parametrize(
    "name", ["requirements.txt", "uv.lock", "package-lock.json", "go.sum", "feeds.opml"]
)
def test_a_page_is_no_list_whatever_it_is_called(name: str) -> None:
    assert listing_of(name, "<!DOCTYPE html>\n<html><body>404</body></html>") is None


@pytest.mark.parametrize(
    "whole",
    [
        {"packages": []},
        {"packages": {"node_modules/garden": 7}},
        {"packages": None, "dependencies": {"garden": [], "soil": {"dependencies": 7}}},
    ],
)
def test_types_that_are_not_what_they_should_be(whole: dict[str, Any]) -> None:
    found = read("package-lock.json", json.dumps({"lockfileVersion": None, **whole}))

    assert found.entries == ()


def test_packages_within_packages_within_packages() -> None:
    inner: dict[str, Any] = {"seeds": {"version": "github:carol/seeds"}}
    for _depth in range(150):
        inner = {"beds": {"version": "1.0.0", "dependencies": inner}}
    text = json.dumps({"lockfileVersion": 1, "dependencies": inner})

    assert entries("", text) == [("seeds", "https://github.com/carol/seeds")]


def test_what_is_left_out_is_counted() -> None:
    lines = (f"p{n} @ git+https://github.com/anna/p{n}" for n in range(700))
    found = read("requirements.txt", "\n".join(lines))

    assert len(found.entries) == MOST_ENTRIES
    assert found.left_out == 700 - MOST_ENTRIES

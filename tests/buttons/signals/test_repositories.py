"""One address for a repository, however it was written."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from buttons.signals.repositories import repository_of

GARDEN = "https://github.com/anna/garden"


@pytest.mark.parametrize(
    "written",
    [
        GARDEN,
        f"{GARDEN}/",
        f"{GARDEN}.git",
        f"{GARDEN}?tab=readme#top",
        f"{GARDEN}/tree/main/src/beds.py",
        f"{GARDEN}/issues/17",
        f"{GARDEN}/archive/refs/heads/main.zip",
        "http://www.GitHub.com/anna/garden",
        "https://anna:secret@github.com/anna/garden.git",
        "git+https://github.com/anna/garden.git@v1.0#egg=garden&subdirectory=py",
        "git+https://github.com/anna/garden@main",
        "git://github.com/anna/garden.git#main",
        "ssh://git@github.com/anna/garden.git",
        "ssh://git@ssh.github.com:443/anna/garden.git",
        "git+ssh://git@github.com/anna/garden.git#0123abcd",
        "git+ssh://git@github.com:anna/garden.git",
        "git@github.com:anna/garden.git",
        "https://raw.githubusercontent.com/anna/garden/main/README.md",
        "https://codeload.github.com/anna/garden/tar.gz/refs/heads/main",
    ],
)
def test_however_it_is_written(written: str) -> None:
    found = repository_of(written)

    assert found is not None
    assert found.address == GARDEN
    assert found.account == "https://github.com/anna"
    assert found.path == "anna/garden"


@pytest.mark.parametrize(
    ("written", "address", "account", "raw"),
    [
        (
            GARDEN,
            GARDEN,
            "https://github.com/anna",
            "https://raw.githubusercontent.com/anna/garden/HEAD/docs/FUNDING.yml",
        ),
        (
            "https://gitlab.com/gardens/tools/beds/-/blob/main/README.md",
            "https://gitlab.com/gardens/tools/beds",
            "https://gitlab.com/gardens",
            "https://gitlab.com/gardens/tools/beds/-/raw/HEAD/docs/FUNDING.yml",
        ),
        (
            "git@gitlab.com:anna/garden.git",
            "https://gitlab.com/anna/garden",
            "https://gitlab.com/anna",
            "https://gitlab.com/anna/garden/-/raw/HEAD/docs/FUNDING.yml",
        ),
        (
            "https://codeberg.org/anna/garden/src/branch/main/a.c",
            "https://codeberg.org/anna/garden",
            "https://codeberg.org/anna",
            "https://codeberg.org/anna/garden/raw/branch/HEAD/docs/FUNDING.yml",
        ),
        (
            "https://anna@bitbucket.org/anna/garden.git",
            "https://bitbucket.org/anna/garden",
            "https://bitbucket.org/anna",
            "https://bitbucket.org/anna/garden/raw/HEAD/docs/FUNDING.yml",
        ),
        (
            "https://git.sr.ht/~anna/garden/tree/master/item/a.c",
            "https://git.sr.ht/~anna/garden",
            "https://git.sr.ht/~anna",
            "https://git.sr.ht/~anna/garden/blob/HEAD/docs/FUNDING.yml",
        ),
    ],
)
def test_each_forge_has_its_own_ways(
    written: str, address: str, account: str, raw: str
) -> None:
    found = repository_of(written)

    assert found is not None
    assert (found.address, found.account) == (address, account)
    assert found.raw("docs/FUNDING.yml") == raw


@pytest.mark.parametrize(
    "written",
    [
        "https://github.com.evil.example/anna/garden",
        "https://evil.example/github.com/anna/garden",
        "https://github.com@evil.example/anna/garden",
        "https://evil.example#@github.com/anna/garden",
        "https://evil.example\\@github.com/anna/garden",
        "https://evil.example?@github.com/anna/garden",
        "git@evil.example:github.com/anna/garden",
        "https://gist.github.com/anna/0123abcd",
        "https://anna.github.io/anna/garden",
        "https://xgithub.com/anna/garden",
    ],
)
def test_look_alikes_are_none(written: str) -> None:
    assert repository_of(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna/garden",
        "github.com/anna/garden",
        "https://github.com",
        "https://github.com/anna",
        "https://github.com/sponsors/anna",
        "https://github.com/orgs/gardens/repositories",
        "https://github.com/topics/gardens",
        "https://github.com/anna/..",
        "https://github.com/anna/.git",
        "https://github.com/ann%61/garden",
        "https://gitlab.com/explore/projects",
        "https://gitlab.com/anna/-/snippets",
        "https://git.sr.ht/anna/garden",
        "https://codeberg.org/user/login",
        "ftp://github.com/anna/garden",
        "javascript://github.com/anna/garden",
        "https://github.com/anna/gar\0den",
        "https://github.com/anna/\ud800",
    ],
)
def test_what_is_no_repository(written: str) -> None:
    assert repository_of(written) is None


def test_a_host_of_tests_is_a_forge_for_what_can_be_no_page_of_a_blog(
    settings: Settings,
) -> None:
    settings.PROOF_HOSTS = ["localhost:8001"]
    forge = "http://localhost:8001"

    for written in ("/anna/garden", "/anna/garden.git", "/anna/garden/blob/HEAD/a.c"):
        found = repository_of(forge + written)
        assert found is not None, written
        assert found.address == f"{forge}/anna/garden"
        assert found.raw("FUNDING.yml") == f"{forge}/anna/garden/raw/HEAD/FUNDING.yml"
    assert repository_of(f"{forge}/2026/12/a-post") is None
    assert repository_of(f"{forge}/a-post") is None
    assert repository_of("http://localhost:8002/anna/garden") is None

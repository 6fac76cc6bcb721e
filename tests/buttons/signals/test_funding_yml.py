"""FUNDING.yml as GitHub documents it."""

from __future__ import annotations

import pytest

from buttons.signals.funding_yml import LONGEST, of_text
from buttons.signals.kinds import Kind, Unreadable
from tests.buttons.signals.files import text_of

SITE = "http://127.0.0.1:8000"


def addresses(text: str) -> list[str]:
    return [one.address for one in of_text(text)]


def test_every_key_leads_where_github_leads() -> None:
    found = of_text(text_of("octocat.FUNDING.yml"))

    assert {one.kind for one in found} == {Kind.FUNDING_YML}
    assert [(one.name, one.address) for one in found] == [
        ("octocat", "https://github.com/octocat"),
        ("surftocat", "https://github.com/surftocat"),
        ("007", "https://github.com/007"),
        ("0123", "https://github.com/0123"),
        ("octocat", "https://patreon.com/octocat"),
        ("octo-collective", "https://opencollective.com/octo-collective"),
        ("octocat", "https://ko-fi.com/octocat"),
        ("npm/@octo/package", "https://tidelift.com/funding/github/npm/@octo/package"),
        ("octo-project", "https://funding.communitybridge.org/projects/octo-project"),
        ("octocat", "https://liberapay.com/octocat"),
        ("octocat/garden", "https://issuehunt.io/r/octocat/garden"),
        (
            "octo-project",
            "https://crowdfunding.lfx.linuxfoundation.org/projects/octo-project",
        ),
        ("octocat", "https://polar.sh/octocat"),
        ("octocat", "https://buymeacoffee.com/octocat"),
        ("u/gh/octocat", "https://thanks.dev/u/gh/octocat"),
        ("octocat", "https://otechie.com/octocat"),
        ("", "https://www.paypal.me/octocat"),
        ("", "https://octocat.example/"),
        ("", f"{SITE}/@anna"),
    ]


@pytest.mark.parametrize(
    ("link", "here", "by_id"),
    [
        (f"{SITE}/@Anna", "anna", False),
        (f"{SITE}/submit/auto?user_id=anna&url=https%3A%2F%2Fa.example", "anna", False),
        (f"{SITE}/submit/auto?fid=ABCDEF&url=https%3A%2F%2Fa.example", "abcdef", True),
        ("https://flattr.com/@anna", "", False),
        ("https://127.0.0.1.example/@anna", "", False),
    ],
)
def test_custom_may_be_a_link_of_ours(link: str, here: str, by_id: bool) -> None:
    (found,) = of_text(f"custom: ['{link}']")

    assert (found.here, found.by_id) == (here, by_id)


@pytest.mark.parametrize(
    "line",
    [
        "github: # Replace with up to 4 usernames",
        "github: ~",
        "github: null",
        "github: {octocat: yes}",
        "github: [[octocat]]",
        "github: ../evil",
        "github: octocat?a=b",
        "github: https://evil.example/",
        "ko_fi: octo cat",
        "tidelift: npm/a/b/c/d",
        "custom: javascript:alert(1)",
        "custom: mailto:octocat@octocat.example",
        "custom: octocat",
        "custom: 'https://octocat@evil.example/'",
        "custom: 2026-12-01",
        "flattr: octocat",
        "Github: octocat",
        "12: octocat",
        "<<: {github: octocat}",
        "<!DOCTYPE html><html><body>Page not found: octocat</body></html>",
    ],
)
def test_what_names_nobody(line: str) -> None:
    assert "octocat" not in "".join(addresses(f"{line}\npolar: anna"))


def test_an_empty_template_names_nobody() -> None:
    keys = ("github", "patreon", "ko_fi", "liberapay", "custom")
    values = ("", "~", "null", "Null # nobody", "''")

    assert addresses("\n".join(map("{}: {}".format, keys, values))) == []


def test_the_last_of_doubles_counts_and_nobody_is_named_twice() -> None:
    assert addresses("patreon: anna\ngithub: [bob, bob]\npatreon: carol") == [
        "https://patreon.com/carol",
        "https://github.com/bob",
    ]


def test_as_editors_for_windows_write_it() -> None:
    assert addresses("\ufeffgithub: anna\r\n") == ["https://github.com/anna"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "octocat",
        "- github: octocat",
        "github: [octocat",
        "github: *octocat",
        "github: octocat\n\tko_fi: octocat",
        "--- {github: anna}\n--- {github: anna}",
        "!!python/object/apply:os.system [touch octocat]",
        '{"github": "octocat\0"}',
        "github: \ud800",
        "? [a]\n: b",
        f"github: {'a' * LONGEST}",
        f"github: {'[' * 200}",
        "github: anna\n" + "\n".join(f"key{number}: []" for number in range(101)),
        "a: &a [*a]",
    ],
)
def test_what_is_no_such_file(text: str) -> None:
    with pytest.raises(Unreadable):
        of_text(text)

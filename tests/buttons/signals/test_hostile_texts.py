"""Whatever a stranger writes, reading it takes no longer than a second, names no more
than it may, and is refused in one way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import hypothesis
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from buttons.signals import funding_json, funding_yml, packages
from buttons.signals.kinds import LONGEST_NAME, MOST_SIGNALS, Signal, Unreadable
from buttons.signals.listings import MOST_ENTRIES, READERS, Listing, listing_of
from buttons.signals.repositories import repository_of
from buttons.things.addresses import normalise
from tests.buttons.signals.files import text_of
from tests.hostility import one_in

URL = "https://anna.example/funding.json"
LARGE = 1_000_000
# A second on a machine that does nothing else.
SECONDS = 2.0
# One name of a file for each way in which they are read.
KINDS = {read: kind for kind, read in READERS.items()}.values()


def signals_of(text: str) -> list[Signal]:
    found: list[Signal] = []
    for read in (
        funding_yml.of_text,
        packages.of_package_json,
        lambda text: [*funding_json.of_text(text, URL).signals],
    ):
        try:
            signals = read(text)
        except Unreadable:
            continue
        assert len(signals) <= MOST_SIGNALS
        found += signals
    return found


def listings_of(text: str) -> list[Listing]:
    found = []
    for name in ("", *KINDS):
        try:
            listing = listing_of(name, text)
        except Unreadable:
            continue
        if listing is not None:
            assert len(listing.entries) <= MOST_ENTRIES
            found.append(listing)
    return found


def check_what_is_read(text: str) -> None:
    """All that is read from it is short, in one line, and an address or none."""
    for one in signals_of(text):
        assert one.name or one.address
        assert len(one.name) <= LONGEST_NAME
        assert one.name.isprintable()
        assert one.role.isprintable()
        assert not one.address or normalise(one.address) == one.address
    for listing in listings_of(text):
        urls = [entry.url for entry in listing.entries]
        assert [*map(normalise, urls)] == urls
        assert len({*urls}) == len(urls)
        assert all(entry.title.isprintable() for entry in listing.entries)
    for address in funding_json.listed(text, URL):
        assert normalise(address) == address
    if (repository := repository_of(text)) is not None:
        assert normalise(repository.address) == repository.address
        assert repository_of(repository.address) == repository


odd = st.sampled_from(
    [
        *(
            "https://anna.example/",
            "git+https://github.com/anna/garden@v1",
            "//",
            "...",
        ),
        *(
            "https://github.com/sponsors/anna",
            "<b>Anna</b>",
            "\u202eannA",
            "\0",
            "\ud800",
        ),
        *("https://ａnna.example/\u200b", "xn--", "javascript:alert(1)", "n" * 5000),
        *(
            "Anna <anna@anna.example> (https://anna.example)",
            "github:anna/garden",
            "\n",
        ),
        *("-e git+ssh://git@github.com/anna/garden#egg=\u2028", "node_modules/", "~"),
        *(
            '"',
            "'",
            "&a;",
            "<![CDATA[",
            "]]>",
            "[[package]]",
            "{",
            "=",
            "%00",
            "@",
            "#",
        ),
    ]
)
keys = st.sampled_from(
    [
        *("github", "custom", "tidelift", "version", "entity", "name", "webpageUrl"),
        *("url", "wellKnown", "projects", "repositoryUrl", "funding", "channels"),
        *("address", "role", "author", "maintainers", "lockfileVersion", "packages"),
        *("dependencies", "node_modules/garden", "resolved", "version", "link", "<<"),
    ]
)
values = st.recursive(
    st.one_of(
        odd,
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.just("v1.1.0"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5)
    ),
    max_leaves=25,
)


@given(values)
def test_values_of_any_type_in_any_place(value: Any) -> None:
    check_what_is_read(json.dumps(value))
    check_what_is_read(yaml.safe_dump(value))
    manifest = {"version": "v1.1.0", "entity": {"name": "Anna"}, "funding": value}
    check_what_is_read(json.dumps({**manifest, "projects": value, "author": value}))
    check_what_is_read(
        json.dumps({"lockfileVersion": 3, "packages": {"node_modules/a": value}})
    )


@given(
    st.lists(st.one_of(odd, keys, st.text(max_size=9)), max_size=12),
    st.sampled_from(" \n"),
)
def test_texts_put_together(pieces: list[str], between: str) -> None:
    check_what_is_read(between.join(pieces))


@given(
    st.sampled_from(
        [
            *("octocat.FUNDING.yml", "anna.funding.json", "package.json"),
            *(
                "antennapod.opml",
                "by-hand.opml",
                "thunderbird.opml",
                "requirements.txt",
            ),
            *("uv.lock", "poetry.lock", "Cargo.lock", "go.sum", "package-lock.v3.json"),
        ]
    ),
    st.integers(0, 5000),
    st.integers(0, 40),
    odd,
)
@hypothesis.settings(max_examples=100)
def test_files_with_something_put_in_and_something_left_out(
    file: str, at: int, cut: int, piece: str
) -> None:
    text = text_of(file)
    at %= len(text) + 1

    check_what_is_read(text[:at] + piece + text[at + cut :])


def outlines(count: int, written: str) -> str:
    return f"<opml>{''.join(written.format(n) for n in range(count))}</opml>"


def repeated(line: str, count: int) -> str:
    return "\n".join(line.format(n) for n in range(count))


NPM = '{{"lockfileVersion": 3, "packages": {{{}}}}}'

# What keeps parsers busy, each about a megabyte: depth, width, repetition, what never
# ends, and whatever was slow once.
SLOW: dict[str, Callable[[], str]] = {
    "brackets": lambda: "[" * LARGE,
    "objects": lambda: '{"a":' * (LARGE // 5),
    "a long number": lambda: '{"a": ' + "9" * LARGE + "}",
    "long numbers": lambda: '{"a": [' + ",".join(["9" * 4299] * 230) + "]}",
    "a long key of TOML": lambda: ".".join("a" * (LARGE // 2)) + " = 1",
    "packages": lambda: "[[package]]\n" * (LARGE // 12),
    "a source that never ends": lambda: (
        "[[package]]\nsource = {" + " git =" * (LARGE // 6)
    ),
    "YAML's aliases": lambda: repeated("a{0}: &a{0} {{<<: [*a, *a, *a]}}", 20_000),
    "outlines": lambda: outlines(28_000, "<outline xmlUrl='http://a.b/{}'/>"),
    "outlines of no use": lambda: outlines(28_000, "<outline xmlUrl='xttp://a.b/{}'/>"),
    "outlines in outlines": lambda: "<opml>" + "<outline text='a'>" * 55_000,
    "closed outlines": lambda: (
        f"<opml>{'<outline>' * 47_000}{'</outline>' * 47_000}</opml>"
    ),
    "attributes": lambda: "<opml " + repeated("a{0}=''", 110_000) + "/>",
    "declared attributes": lambda: (
        "<!DOCTYPE opml [<!ATTLIST o "
        + repeated("a{0} CDATA '1'", 15_000)
        + f">]><opml>{'<o/>' * 150_000}</opml>"
    ),
    "less than": lambda: "<opml>" + "<" * LARGE,
    "ampersands": lambda: "<opml>" + "&" * LARGE,
    "a comment": lambda: "<!--" + "-" * LARGE,
    "declarations": lambda: "<?a?>" * (LARGE // 5) + "<opm",
    "a doctype": lambda: "<!DOCTYPE [" + "]" * LARGE,
    "an attribute": lambda: "<opml a='" + "<" * LARGE,
    "addresses": lambda: repeated("https://a{0}.example/", 43_000),
    "hosts": lambda: repeated("a{0}.b", 110_000),
    "hosts in other letters": lambda: repeated("https://ü{0}.b", 60_000),
    "brackets behind addresses": lambda: repeated(f"https://a.b/{')' * 1900}", 500),
    "dots behind an address": lambda: "https://a.b/" + "." * LARGE,
    "short lines": lambda: "a\n" * (LARGE // 2),
    "blanks": lambda: " " * LARGE,
    "requirements": lambda: repeated("p{0} @ git+https://github.com/a/p{0}", 22_000),
    "short requirements": lambda: repeated("a{0}@b;", 100_000),
    "markers": lambda: repeated(f"a @ b;{'(' * 1900}", 500),
    "markers in brackets": lambda: repeated(
        f"a @ b://c ; {'(' * 150}os_name == '{{0}}'{')' * 150}", 3_000
    ),
    "versions of one": lambda: repeated(f"a{'==1,' * 480}==1 ; a == '://@{{0}}'", 500),
    "many extras": lambda: repeated(f"a[{'a,' * 900}a] @ b://c{{0}}", 500),
    "extras": lambda: repeated(f"a{'[' * 1900}", 500),
    "names": lambda: repeated(f"a{'.' * 1900}", 500),
    "comments": lambda: repeated(" #" * 990, 500),
    "options": lambda: repeated(f"a {'-' * 1900}", 500),
    "lines that go on": lambda: "a\\\n" * (LARGE // 3),
    "modules": lambda: repeated(
        "github.com/a/p{0} v1.0.0 h1:" + "a" * 43 + "=", 12_000
    ),
    "one line of requirements": lambda: "a==1 @ b://" + "a[.-" * (LARGE // 4),
    "versions": lambda: "a v" * (LARGE // 3),
    "npm": lambda: NPM.format(
        ",".join(
            f'"node_modules/a{n}":{{"resolved":"git://github.com/a/{n}"}}'
            for n in range(15_000)
        )
    ),
    "npm's funding": lambda: NPM.format(
        ",".join(
            f'"node_modules/a{n}":{{"funding":["https://a.b/{n}"]}}'
            for n in range(19_000)
        )
    ),
    "people": lambda: json.dumps({"maintainers": ["(a" * 9_000] * 50}),
    "slashes": lambda: "https://github.com/" + "a/" * (LARGE // 2),
    "at signs": lambda: "https://" + "@" * LARGE,
    "words": lambda: "http " * (LARGE // 5),
}


@pytest.mark.parametrize("slow", one_in(4, SLOW))
def test_a_megabyte_takes_no_longer_than_a_second(slow: str) -> None:
    text = SLOW[slow]()
    takes: dict[str, float] = {}
    readers: dict[str, Callable[[], object]] = {
        "FUNDING.yml": lambda: funding_yml.of_text(text),
        "funding.json": lambda: funding_json.of_text(text, URL),
        "its list": lambda: funding_json.listed(text, URL),
        "package.json": lambda: packages.of_package_json(text),
        "a repository": lambda: repository_of(text),
        "a name": lambda: listing_of(text, ""),
        "pasted": lambda: listing_of("", text),
        **{kind: partial(listing_of, kind, text) for kind in KINDS},
    }

    for name, read in readers.items():
        began = time.process_time()
        with suppress(Unreadable):
            read()
        takes[name] = time.process_time() - began

    assert max(takes.values()) < SECONDS, takes


@pytest.mark.parametrize(
    "piece", ["{a,", "[", "[a,", "- ", "? ", "'", "!a ", "&a ", "a: ", "|\n", "a: b\n"]
)
def test_a_file_of_yaml_is_read_before_it_gets_slow(piece: str) -> None:
    for length in (100, 1000, funding_yml.LONGEST):
        began = time.process_time()
        with suppress(Unreadable):
            funding_yml.of_text((piece * length)[:length])
        assert time.process_time() - began < SECONDS

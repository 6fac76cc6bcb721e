"""One page has one address, whatever was typed, and no parser reads another host
in it (T21)."""

from __future__ import annotations

import json
import shutil
import subprocess
from urllib.parse import quote, urlsplit

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from buttons.things.addresses import BadAddress, host_of, normalise, shown
from tests.buttons.things.traps import HOSTS, REFUSED
from tests.hostility import Budget

NODE = shutil.which("node")
NEEDS_NODE = pytest.mark.skipif(
    NODE is None, reason="node's URL is the browsers' parser"
)
BROWSER = """
for (const text of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
    let href = null;
    try { href = new URL(text).href } catch {}
    console.log(JSON.stringify(href));
}
"""

pieces = st.sampled_from(
    [
        *"aB1.-_:/?#@%[]\\ '\"<>`{}|~!$&()*+,;=éßяǅ例０。．\u200b\u200d\xad\t\n",
        "%2e",
        "..",
        "xn--",
        "http://",
        "//",
        "0x",
        "%00",
        "example",
        ":80",
        ":443",
    ]
)


def sprung(trap: str, place: int, piece: str, cut: int) -> str:
    """A trap with something put in and something left out at a place of it."""
    at = place % (len(trap) + 1)
    return trap[:at] + piece + trap[at + cut :]


traps = st.builds(
    sprung,
    st.sampled_from([*HOSTS, *(trap for trap in REFUSED if len(trap) < 200)]),
    st.integers(0, 99),
    pieces,
    st.integers(0, 2),
)
texts = st.lists(pieces, max_size=12).map("".join)
addresses = st.builds(
    "{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP://", ""]),
    st.sampled_from(["anna.example/", "bücher.example", "", "a", "127.0.0.1"]),
    texts,
)


def as_a_browser_reads(typed: list[str]) -> list[str | None]:
    """The addresses as node's URL writes them; None where it throws."""
    assert NODE
    done = subprocess.run(
        [NODE, "-e", BROWSER],
        input=json.dumps(typed),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def accepted(text: str) -> str | None:
    try:
        return normalise(text)
    except BadAddress:
        return None


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("http://anna.example", "http://anna.example/"),
        ("  https://Anna.Example/Post \n", "https://anna.example/Post"),
        ("http://anna.example:80/", "http://anna.example/"),
        ("https://anna.example:443/", "https://anna.example/"),
        ("https://anna.example:80/", "https://anna.example:80/"),
        ("http://anna.example/a/./b/../c", "http://anna.example/a/c"),
        ("http://anna.example/a/%2e%2E/b/..", "http://anna.example/"),
        ("http://anna.example/?q=a b&c='d'", "http://anna.example/?q=a%20b&c=%27d%27"),
        ("http://anna.example/#a b'", "http://anna.example/#a%20b'"),
        ("http://anna.example/?", "http://anna.example/?"),
        ("http://anna.example/ü{x}", "http://anna.example/%C3%BC%7Bx%7D"),
        ("http://anna.example/100%", "http://anna.example/100%"),
        ("http://BÜCHER.example/", "http://xn--bcher-kva.example/"),
        ("http://faß.example/", "http://xn--fa-hia.example/"),
        ("http://例え。テスト/", "http://xn--r8jz45g.xn--zckzah/"),
        ("http://my_blog.example/", "http://my_blog.example/"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        # Invisible joiners: a Persian word, a family, the flag of Scotland.
        (
            "http://anna.example/می\u200cخواهم",
            quote("http://anna.example/می\u200cخواهم", ":/"),
        ),
        (
            "http://anna.example/?👩\u200d👧",
            quote("http://anna.example/?👩\u200d👧", ":/?"),
        ),
        (
            "http://anna.example/#🏴\U000e0067\U000e0062\U000e0073\U000e007f",
            quote(
                "http://anna.example/#🏴\U000e0067\U000e0062\U000e0073\U000e007f", ":/#"
            ),
        ),
        ("http://anna.example/caf%E9?q=%e9", "http://anna.example/caf%E9?q=%e9"),
    ],
)
def test_an_address_is_written_as_browsers_write_it(typed: str, written: str) -> None:
    assert normalise(typed) == written
    assert normalise(written) == written


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna.example",
        "//anna.example/",
        "ftp://anna.example/",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,hello",
        "http:anna.example",
        "http:/anna.example",
        "http:///anna.example",
        "http://",
        "http://?a",
        "https://good.example\\@evil.example/",
        "https://good.example/\\evil",
        "https://anna@good.example/",
        "https://anna:secret@good.example/",
        "https://good.example@evil.example/",
        "https://an\u200bna.example/",
        "https://anna.example/\u202egnp",
        "https://anna.example/\x00",
        "https://anna.example/a\nb",
        "https://anna.example:8080/",
        "https://anna.example:99999/",
        "https://anna.example:8a/",
        "https://anna.example:１/",
        "https://an na.example/",
        "https://anna%2eexample/",
        "https://anna.example%00.evil.example/",
        "https://anna..example/",
        "https://.anna.example/",
        "https://☃.example/",
        "https://xn--a/",
        "https://STRAẞE.example/",
        "http://[::1]/",
        "https://anna.example./",
        "https://an\u200dna.example/",
        "https://anna.example/caf\ufffd",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://2130706433/",
        "http://１２７.1/",
        f"https://{'a' * 64}.example/",
        f"https://anna.example/{'a' * 2000}",
        f"https://anna.example/{'ü' * 400}",
    ],
)
def test_what_parsers_disagree_on_is_refused(typed: str) -> None:
    """Each of three hundred ambiguous addresses is refused (T21)."""
    with pytest.raises(BadAddress) as refused:
        normalise(typed)

    assert str(refused.value).endswith(".")


def test_a_user_name_in_an_address_is_named_as_the_reason() -> None:
    """The refusal says that the address holds a user name (T21)."""
    with pytest.raises(BadAddress, match="user name"):
        normalise("https://anna@good.example/")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("http://[2606:4700::1111]/post", "is an IPv6 number"),
        ("http://[::1]:80/", "is an IPv6 number"),
        ("https://anna.example./post", "ends with a dot"),
        ("https://anna.example.:443/", "ends with a dot"),
        ("https://例え。テスト。/", "ends with a dot"),
        ("https://an\u200cna.example/", "cannot be seen"),
        ("https://anna.example/caf\ufffd", "was lost"),
    ],
)
def test_anna_is_told_truly_why_her_address_is_not_taken(typed: str, told: str) -> None:
    """Browsers open most of these, so none is said to be what no browser opens."""
    with pytest.raises(BadAddress, match=told):
        normalise(typed)


@hypothesis.settings(max_examples=300)
@given(addresses | traps)
def test_writing_an_address_again_changes_nothing(text: str) -> None:
    written = accepted(text)

    if written is not None:
        assert normalise(written) == written
        assert urlsplit(written).netloc == host_of(written)
        assert written.isascii()


@pytest.mark.parametrize("trap", HOSTS)
def test_in_no_trap_is_another_host(trap: str) -> None:
    """No accepted address leads to a host other than the one shown (T21)."""
    written = normalise(trap)

    assert host_of(written) == HOSTS[trap]
    assert normalise(written) == written


@pytest.mark.parametrize("trap", REFUSED, ids=ascii)
def test_no_trap_is_fallen_for(trap: str) -> None:
    """Whatever the normaliser accepts, Python's own parser reads alike (T21)."""
    with pytest.raises(BadAddress):
        normalise(trap)


def test_there_are_traps_enough() -> None:
    assert len(HOSTS) > 100
    assert len(set(REFUSED) - set(HOSTS)) > 180


@NEEDS_NODE
def test_a_browser_goes_where_the_traps_say() -> None:
    """Chromium itself goes where the list of traps says (T21)."""
    for trap, read in zip(HOSTS, as_a_browser_reads([*HOSTS]), strict=True):
        assert read is not None, trap
        assert urlsplit(read).netloc == HOSTS[trap], trap
        assert normalise(trap) == read


@NEEDS_NODE
@hypothesis.settings(max_examples=5, deadline=None)
@given(st.lists(addresses | traps, min_size=200, max_size=200))
def test_a_browser_reads_the_same_address(typed: list[str]) -> None:
    """Chromium and the normaliser read one address alike (T21)."""
    for text, read in zip(typed, as_a_browser_reads(typed), strict=True):
        assert accepted(text) in {None, read}, text


@NEEDS_NODE
def test_a_browser_reads_the_same_host_in_every_letter(
    budget: Budget, seed: int
) -> None:
    """They read a host alike whatever letter stands in it (T21): one letter in thirty,
    others in every run, or all with `--all`."""
    step = budget(30, 1, 1)
    numbers = range(0x80 + seed % step, 0x32000, step)
    letters = [chr(n) for n in numbers if not 0xD800 <= n < 0xE000]
    typed = [f"http://a{letter}b.example/" for letter in letters]

    for text, read in zip(typed, as_a_browser_reads(typed), strict=True):
        assert accepted(text) in {None, read}, text


def test_other_ports_are_for_one_machine_only(settings: Settings) -> None:
    settings.DEMO_BLOG_URL = "http://localhost:8001"
    assert normalise("http://LOCALHOST:8001/spring") == "http://localhost:8001/spring"

    settings.LOCAL = False
    with pytest.raises(BadAddress):
        normalise("http://localhost:8001/spring")


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("https://xn--bcher-kva.example/a", "https://bücher.example/a"),
        ("https://xn--r8jz45g.xn--zckzah/", "https://例え.テスト/"),
        # Cyrillic letters that look like Latin ones, under a Latin name.
        ("https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/"),
        ("https://xn--pple-43d.com/", "https://xn--pple-43d.com/"),
        (
            "https://anna.example/?a=https://xn--b",
            "https://anna.example/?a=https://xn--b",
        ),
    ],
)
def test_a_host_that_pretends_is_shown_as_it_is_sent(address: str, seen: str) -> None:
    assert shown(address) == seen

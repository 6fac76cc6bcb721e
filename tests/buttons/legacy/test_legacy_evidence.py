"""Old embeds on an author's own page, with the host changed, say whose it is (T18)."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from buttons.proofs.evidence import Evidence
from tests.buttons.proofs.pages import counting

HOST = "127.0.0.1:8000"
PAGE = "https://bob.example/post"
LOADER = f'<script async src="//{HOST}/js/0.6/load.js?mode=auto"></script>'
BOB = [Evidence("button", "bob")]


def link(attributes: str, about: str = PAGE) -> str:
    return f'<a class="big FlattrButton" href="{about}" {attributes}>x</a>'


def named(page: str, address: str = PAGE) -> list[Evidence]:
    return counting(page, address)


@pytest.mark.parametrize(
    "page",
    [
        link('rel="flattr;uid:Bob;category:text;"') + LOADER,
        LOADER + link('rev="flattr;uid:bob;tags:a,b"'),
        LOADER + link('data-flattr-uid="bob"'),
        LOADER + link(f'rel="flattr;url:{PAGE};uid:bob"', "https://else.example/"),
        link("") + LOADER.replace("mode=auto", "mode=auto&amp;uid=bob"),
        link("") + LOADER.replace("mode=auto", "uid=bob").replace("0.6", "0.5.0"),
        f'<iframe src="http://{HOST}/view/?uid=bob&amp;url={PAGE}"></iframe>',
    ],
)
def test_an_embed_of_ours_names_its_owner(page: str) -> None:
    assert named(page) == BOB


def test_a_frame_names_its_owner_by_an_id() -> None:
    frame = f'<iframe src="//{HOST}/button/view/?fid=b0b123&url={PAGE}&e=1"></iframe>'

    assert named(frame) == [Evidence("button", "b0b123", by_id=True)]


@pytest.mark.parametrize(
    "page",
    [
        link('rel="flattr;uid:bob"'),
        link('rel="flattr;uid:bob"') + LOADER.replace(HOST, "api.flattr.com"),
        link('rel="flattr;uid:bob"') + LOADER.replace(HOST, "evil.example"),
        link('rel="flattr;uid:bob"') + LOADER.replace("load.js", "other.js"),
        link('rel="flattr;uid:bob"', "https://bob.example/else") + LOADER,
        link('rel="nofollow" rev="flattr;uid:bob"') + LOADER,
        link('rel="ugc" data-flattr-uid="bob"') + LOADER,
        link("") + LOADER,
        link('rel="flattr;uid:bob"').replace("FlattrButton", "flattr") + LOADER,
        f"<!-- {link('rel=flattr;uid:bob')} -->{LOADER}",
        f'<iframe src="//api.flattr.com/button/view/?uid=bob&url={PAGE}"></iframe>',
        f'<iframe src="//{HOST}/view/?uid=bob&url=https://bob.example/x"></iframe>',
        f'<iframe src="//{HOST}/view/?uid=bob"></iframe>',
        f'<iframe src="//{HOST}\\@evil/view/?uid=bob&url={PAGE}"></iframe>',
    ],
)
def test_anything_else_names_nobody(page: str) -> None:
    assert named(page) == []


def test_two_names_are_both_told() -> None:
    page = link('rel="flattr;uid:bob"') + link('rel="flattr;uid:mallory"') + LOADER

    assert {found.name for found in named(page)} == {"bob", "mallory"}


def test_a_further_host_of_ours_counts_unless_it_was_the_first_flattr_s(
    settings: Settings,
) -> None:
    page = link('rel="flattr;uid:bob"') + LOADER.replace(HOST, "api.flattr.example")
    assert named(page) == []

    settings.OTHER_HOSTS = ["api.flattr.example"]
    assert named(page) == BOB

    settings.LEGACY_HOSTS = ["api.flattr.example"]
    assert named(page) == []

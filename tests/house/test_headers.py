"""Every address of the platform, for its headers (T22, T32)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from buttons.urls import OLD_PICTURES
from tests.accounts.signing_in.visiting import sign_in
from tests.world.people import person, thing_of

# What is meant to stand in other people's pages. The two old addresses of embeds
# may be framed by anybody; they read no cookie (T22).
FRAMEABLE = {"buttons:frame"}
EMBEDDED = {
    *("buttons:script", "buttons:loader", "buttons:first_loader", "buttons:count"),
    *(
        "buttons:badge",
        "buttons:person_badge",
        "buttons:things_feed",
        "buttons:flattrs_feed",
        "buttons:known_hosts",
        "buttons:oembed",
    ),
    *("site_card", "buttons:person_card", "buttons:thing_card"),
    *("buttons:old_interface", "api", "openapi", "payouts:numbers_json", *FRAMEABLE),
    *(f"buttons:{old}" for old, _name in OLD_PICTURES),
}
# A mail's HTML is shown alone, without any power.
SANDBOXED = {"letter_html"}


def routes(
    patterns: list[URLPattern | URLResolver], prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    """Every route of the URLconf, as (route, name with its namespace)."""
    for pattern in patterns:
        # What only looks ahead is no part of the address.
        route = prefix + str(pattern.pattern).replace("^(?=rest/v2)", "")
        if isinstance(pattern, URLResolver):
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, route, inside)
        else:
            yield route, f"{space}{pattern.name}"


EXAMPLES = {
    "int": "1",
    "str": "x",
    "path": "x",
    "slug": "x",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "month": "2026-10",
    "period": "2026-10",
}


# Routes with a pattern that only a few words fit.
WORDS = {
    "^card/site/": "/card/site/0123456789abcdef.png",
    "^card/person/": "/card/person/bob/0123456789abcdef.png",
    "^card/thing/": "/card/thing/1/0123456789abcdef.png",
    r"^button/(?P<name>flattr-badge": "/button/flattr-badge.svg",
    r"^(?:button/)?view": "/view/?url=https://bob.example/",
    "/badge.svg": "/@bob/badge.svg",
    r"/things\.(": "/profile/bob/things.atom",
    r"/flattrs\.(": "/profile/bob/flattrs.rss",
    r"^(?:rest/0": "/rest/0.5/user/me",
    r"^donation/": "/donation/give/to/bob",
    r"^support": "/support/faq",
    r"/?$": "",
}


def example(route: str) -> str:
    """A path that the route takes, or one that says 404 from inside its view."""
    if route.startswith("^rest/v2"):
        chosen = re.sub(r"\(\?P<(?!suffix)\w+>[^)]*\)", "1", route)
        return "/" + chosen.strip("^").partition("(")[0].removesuffix("\\Z")
    for word, path in WORDS.items():
        if word in route:
            return path or f"/{route.strip('^/?$')}"
    text = re.sub(
        r"<(?:(\w+):)?\w+>", lambda m: EXAMPLES.get(m[1] or "str", "x"), route
    )
    text = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)", "1", text)
    return "/" + text.replace("/?", "").replace("^", "").replace("$", "").replace(
        "\\Z", ""
    ).replace("\\", "")


ALL = sorted(set(routes(get_resolver().url_patterns)))


@pytest.fixture
def visitors(db: None) -> dict[str, Client]:
    bob = person("bob", is_staff=True, is_superuser=True)
    thing_of(bob, "song")
    signed_in = Client()
    sign_in(signed_in, "bob", "correct horse")
    return {"nobody": Client(), "bob": signed_in}


def test_the_urlconf_is_walked_whole() -> None:
    names = {name for _route, name in ALL}

    assert {"home", "settings", "account_login", "mfa_index", "healthz"} <= names
    assert "admin:index" in names
    assert len(ALL) > 60


@pytest.mark.parametrize("who", ["nobody", "bob"])
def test_no_page_may_be_framed_or_kept(visitors: dict[str, Client], who: str) -> None:
    """T22, T32: each route, signed out and signed in."""
    wrong = []
    for route, name in ALL:
        path = example(route)
        answer = visitors[who].get(path)
        found = [
            *everywhere(name, answer),
            *(embedded if name in EMBEDDED else kept)(
                name, answer, signed_in=who == "bob"
            ),
        ]
        wrong += [f"{path} ({answer.status_code}): {problem}" for problem in found]

    assert not wrong, "\n".join(wrong)


def everywhere(name: str, answer: Any) -> Iterator[str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    if answer.status_code >= 500:
        yield "broken"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "no nosniff"
    if "Permissions-Policy" not in answer.headers:
        yield "no permissions policy"
    if "default-src 'none'" not in policy:
        yield f"policy {policy}"
    if "unsafe" in policy and name not in SANDBOXED:
        yield f"policy {policy}"
    if name not in FRAMEABLE | SANDBOXED and "frame-ancestors 'none'" not in policy:
        yield f"may be framed: {policy}"


def embedded(name: str, answer: Any, *, signed_in: bool) -> Iterator[str]:
    """What other people's pages load: it knows nobody."""
    if answer.cookies or "Cookie" in answer.headers.get("Vary", ""):
        yield "reads or sets a cookie"
    if answer.headers.get("Cross-Origin-Resource-Policy") != "cross-origin":
        yield "may not be embedded"


def kept(name: str, answer: Any, *, signed_in: bool) -> Iterator[str]:
    """Our own pages: nobody else's page holds them, and no cache a person's."""
    if answer.headers.get("Cross-Origin-Resource-Policy") != "same-origin":
        yield "may be embedded"
    if name not in SANDBOXED and answer.headers.get("X-Frame-Options") != "DENY":
        yield "may be framed by old browsers"
    if answer.headers.get("Cross-Origin-Opener-Policy") != "same-origin":
        yield "keeps its opener"
    shows_a_person = signed_in and "Cookie" in answer.headers.get("Vary", "")
    if shows_a_person and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield f"may be stored: {answer.headers.get('Cache-Control')}"


def test_a_public_answer_reads_no_cookie(visitors: dict[str, Client]) -> None:
    """T32: what looks at nobody may be kept by everybody."""
    answer = visitors["bob"].get("/robots.txt")

    assert "Vary" not in answer.headers
    assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/settings/x.css", "/settings.css", "/month/x.js", "/settings/mails.json"]
)
def test_a_made_up_ending_is_not_the_page(
    visitors: dict[str, Client], path: str
) -> None:
    """T32: a cache that trusts endings finds nothing to keep."""
    assert visitors["bob"].get(path).status_code == 404


def test_only_staff_see_the_admin(db: None) -> None:
    person("alice")
    alice = Client()
    sign_in(alice, "alice", "correct horse")

    assert alice.get("/admin/").status_code in {302, 403}
    assert User.objects.filter(is_staff=True).count() == 0

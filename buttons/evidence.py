"""Whom a page names as its owner: its own button, a tag, a payment link, a profile.

Anybody may name any address for themselves; only what stands on the page itself says
whose it is. What visitors wrote there does not count: sites mark it `ugc`, and links
that they do not vouch for `nofollow` (promise T18).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.urls import reverse

from buttons import legacy_evidence
from buttons.addresses import BadAddress, normalise
from buttons.markup import tags

# The strongest first. A page that names two people in one way names nobody in it,
# nor in a weaker one.
KINDS = ["meta", "payment", "me", "button"]
MOST = 200
# Whom a tag, a TXT record or a file names whose author wants no flattrs.
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind, and the username or public id that it names."""

    kind: str
    name: str


def read(text: str, addresses: set[str]) -> list[Evidence]:
    """Everything on a page that names somebody for it. `addresses` are the page's
    own: as it was asked for, and where that led."""
    found: dict[Evidence, None] = {}
    named_by_links: dict[str, None] = {}
    default: str | None = None
    for tag, attributes in tags(text):
        for evidence in _of_tag(tag, attributes, addresses):
            found[evidence] = None
        if tag == "script" and default is None:
            default = legacy_evidence.loader_default(attributes.get("src", ""))
        elif tag == "a" and (old := legacy_evidence.of_link(attributes)):
            about, name = old
            if _is_about(about, addresses):
                named_by_links[name] = None
        if len(found) + len(named_by_links) >= MOST:
            break
    if default is not None:
        for name in named_by_links:
            found.update(dict.fromkeys(_evidence("button", name or default)))
    return list(found)


def _of_tag(tag: str, given: dict[str, str], addresses: set[str]) -> list[Evidence]:
    if tag == "meta":
        named = given.get("name", given.get("property", "")).strip().lower()
        kind, name = "meta", given.get("content", "") if named == "flattr:id" else ""
    elif tag == "iframe":
        about, named = legacy_evidence.of_frame(given.get("src", "")) or ("", "")
        kind, name = "button", named if _is_about(about, addresses) else ""
    elif tag in {"a", "link"}:
        kind, name = _of_link(tag, given, addresses)
    else:
        return []
    return _evidence(kind, name)


def _evidence(kind: str, name: str) -> list[Evidence]:
    name = name.strip().lower()[:30]
    return [Evidence(kind, name)] if name else []


def _of_link(tag: str, given: dict[str, str], addresses: set[str]) -> tuple[str, str]:
    """Kind and name of what an `a` or a `link` says; no name where it says nothing."""
    href, rel = _target(given), set(given.get("rel", "").lower().split())
    if not href or "ugc" in rel:
        return "", ""
    if "me" in rel and (name := _profile(href)):
        return "me", name
    if rel & {"nofollow", "sponsored"}:
        return "", ""
    name = _auto_submit(href, addresses)
    if "payment" in rel:
        return "payment", name
    return "button", name if tag == "a" else ""


def _target(given: dict[str, str]) -> str:
    """Where a link leads, if all readers of addresses would agree."""
    href = given.get("href", "").strip()
    if len(href) > 8_000 or "\\" in href or not href.startswith(("http:", "https:")):
        return ""
    try:
        urlsplit(href)
    except ValueError:
        return ""
    return href


def _profile(href: str) -> str:
    """Whose profile here an address is."""
    start = reverse("buttons:profile", args=["x"])[:-1]
    parts = urlsplit(href)
    ours = f"{parts.scheme}://{parts.netloc}" == settings.SITE_URL
    name = unquote(parts.path.removeprefix(start))
    return name if ours and parts.path.startswith(start) and "/" not in name else ""


def _auto_submit(href: str, addresses: set[str]) -> str:
    """Whom an auto-submit link names, if it is for this page. A link without an
    address is for the page that it stands on; on a host's front page any will do."""
    parts = urlsplit(href)
    # A link to the first Flattr names somebody of there: whoever takes that name here
    # first would be proved for pages of a stranger.
    if parts.netloc != settings.SITE_HOST or parts.path != reverse("buttons:submit"):
        return ""
    facts = parse_qs(parts.query)
    [name, *_] = facts.get("user_id") or facts.get("fid") or [""]
    [about, *_] = facts.get("url", [""])
    return name if not about or _is_about(about, addresses) else ""


def _is_about(about: str, addresses: set[str]) -> bool:
    """Whether a button for `about` is for this page; on a front page any will do."""
    if not about:
        return False
    if any(map(_is_front, addresses)):
        return True
    try:
        return normalise(about) in addresses
    except BadAddress:
        return False


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in {"", "/"} and not parts.query

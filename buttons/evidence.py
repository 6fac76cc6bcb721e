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

from buttons import legacy_evidence, submitting
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
    """A kind, and the username or public id that it names; `by_id` where it can only
    be an id."""

    kind: str
    name: str
    by_id: bool = False


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
        if named == "flattr:id":
            return _evidence("meta", given.get("content", ""), by_id=True)
    elif tag == "iframe" and (frame := legacy_evidence.of_frame(given.get("src", ""))):
        about, name, by_id = frame
        if _is_about(about, addresses):
            return _evidence("button", name, by_id=by_id)
    elif tag in {"a", "link"}:
        return _of_link(tag, given, addresses)
    return []


def _evidence(kind: str, name: str, *, by_id: bool = False) -> list[Evidence]:
    name = name.strip().lower()[:30]
    return [Evidence(kind, name, by_id)] if name else []


def _of_link(tag: str, given: dict[str, str], addresses: set[str]) -> list[Evidence]:
    """What an `a` or a `link` says."""
    href, rel = _target(given), set(given.get("rel", "").lower().split())
    if not href or "ugc" in rel:
        return []
    if "me" in rel and (name := _profile(href)):
        return _evidence("me", name)
    if rel & {"nofollow", "sponsored"} or (tag == "link" and "payment" not in rel):
        return []
    name, by_id = _auto_submit(href, addresses)
    return _evidence("payment" if "payment" in rel else "button", name, by_id=by_id)


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


def _auto_submit(href: str, addresses: set[str]) -> tuple[str, bool]:
    """Whom an auto-submit link names, and whether by an id, if it is for this page. A
    link without an
    address is for the page that it stands on; on a host's front page any will do."""
    parts = urlsplit(href)
    # A link to the first Flattr names somebody of there: whoever takes that name here
    # first would be proved for pages of a stranger.
    if parts.netloc != settings.SITE_HOST or parts.path != reverse("buttons:submit"):
        return "", False
    facts = {key: values[0] for key, values in parse_qs(parts.query).items()}
    about = facts.get("url", "")
    for_this = not about or _is_about(about, addresses)
    return submitting.whom(facts) if for_this else ("", False)


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

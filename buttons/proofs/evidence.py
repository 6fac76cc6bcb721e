"""Whom a page names as its owner: its own button, a tag, a payment link, a profile.

Anybody may name any address for themselves; only what stands on the page itself says
whose it is. A button says it of the page that it would flattr, and of no other. What
visitors wrote there does not count: sites mark it `ugc`, and links that they do not
vouch for `nofollow` (promise T18). People are told what does not count, and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from buttons.legacy import old_links
from buttons.legacy.old_links import Sent
from buttons.proofs import old_evidence
from buttons.reading import link_headers
from buttons.reading.fetching import Page
from buttons.reading.markup import Tag, tags
from buttons.signals.vouching import called, rel_of, unvouched, unvouched_me
from buttons.things import own_profiles, submitting
from buttons.things.addresses import BadAddress, shown
from buttons.things.submitting import Submission

# The strongest first: what stands on the page, then what stands beside it. A page that
# names two people in one way names nobody in it, nor in a weaker one.
ON_PAGE = ["meta", "payment", "me", "button"]
BESIDE = ["funding", "manifest", "podcast"]
MOST = 200
MOST_TOLD = 3

DOES_NOT_COUNT = {
    "meta": _("The page has a tag for “%(name)s”, which does not count."),
    "payment": _("The page has a payment link for “%(name)s”, which does not count."),
    "me": _("The page links to the profile of “%(name)s”, which does not count."),
    "button": _("The page has a button for “%(name)s”, which does not count."),
    "funding": _("Its FUNDING.yml names “%(name)s”, which does not count."),
    "manifest": _("Its funding.json names “%(name)s”, which does not count."),
    "podcast": _("Its feed names “%(name)s”, which does not count."),
}
NO_ADDRESS = _("It does not say which address it is for.")
NOT_ME = _("It is not marked rel=me.")
NO_LOADER = _("The page does not load the script load.js from this site.")
ANOTHER_LINK = _("The address in it is that of another Flattr link.")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind, and the username or public id that it names; `by_id` where it can only
    be an id. `but` says in a sentence why it does not count; empty where it does.
    `about` is what a click on it would say of the page, if it is a button."""

    kind: str
    name: str
    by_id: bool = False
    but: str = ""
    about: Submission | None = field(default=None, compare=False)


def seen(page: Page, addresses: set[str]) -> list[Evidence]:
    """Everything on a page, and sent with it, that names somebody, whether it counts
    for the page or not. `addresses` are the page's own: as it was asked for, and where
    that led."""
    found: dict[Evidence, None] = {}
    ignored: dict[Evidence, None] = {}

    def record(evidence: Evidence | None) -> None:
        if evidence is not None and not evidence.but:
            found[evidence] = None
        elif evidence is not None and len(ignored) < MOST:
            ignored[evidence] = None

    for tag in link_headers.tags(page.links):
        record(_of_link(tag, "utf-8", addresses))
    dressed: dict[tuple[str, str, str], None] = {}
    base, default = page.url, None
    for tag in tags(page.text, xml=page.xml):
        record(_of_tag(tag, page.encoding, addresses))
        if tag.name == "a" and (old := old_evidence.of_link(tag.given)):
            dressed[*old, unvouched(tag)] = None
        elif tag.name == "base" and base == page.url and not tag.inside:
            base = _joined(base, tag.given.get("href", ""))
        elif tag.name == "script" and default is None and not tag.inside:
            default = old_evidence.loader_default(tag.given.get("src", ""))
        if len(found) >= MOST:
            break
    for about, name, but in dressed:
        why = but or ("" if default is not None else str(NO_LOADER))
        there = _joined(base, about) if about else ""
        record(_button("button", {"url": there}, name or default or "", why, addresses))
    return [*found, *ignored]


def addresses_of(url: str, page: Page) -> set[str]:
    """The addresses of a page: as it was asked for, and where that led."""
    return {url, page.url} if page.url != url.partition("#")[0] else {url}


def of_address(
    kind: str, address: str, addresses: set[str], but: str = ""
) -> Evidence | None:
    """Whom an address names that stands beside the page: by a profile here, or by an
    auto-submit link of the page. `but` says why it does not count there."""
    there = old_links.sent(address)
    if there is None or not old_links.is_ours(there.host):
        return None
    if name := _profile(there):
        return _evidence(kind, name, but=but)
    if not old_links.SUBMIT.fullmatch(there.path):
        return None
    facts, again = old_links.facts(there.query)
    but = but or (str(ANOTHER_LINK) if again else "")
    return _button(kind, facts, "", but, addresses)


def unknown(found: Iterable[Evidence]) -> str:
    """A sentence for each name, at most three, that nobody here has."""
    return _first(
        (
            gettext("Nobody here has the id “%(name)s”.")
            if one.by_id
            else gettext("Nobody here has the name “%(name)s”.")
        )
        % {"name": one.name}
        for one in found
    )


def explain(found: Iterable[Evidence]) -> str:
    """What does not count and why, two sentences for each of at most three."""
    return _first(
        f"{DOES_NOT_COUNT[one.kind] % {'name': one.name}} {one.but}"
        for one in found
        if one.but
    )


def _first(sentences: Iterable[str]) -> str:
    return " ".join([*dict.fromkeys(sentences)][:MOST_TOLD])


def _of_tag(tag: Tag, encoding: str, addresses: set[str]) -> Evidence | None:
    given = tag.given
    if tag.name == "meta":
        content = given.get("content", "") if called(tag) == "flattr:id" else ""
        return _evidence("meta", content, by_id=True, but=unvouched(tag))
    if tag.name == "iframe":
        frame = old_evidence.of_frame(given.get("src", ""), encoding)
        if frame is not None:
            return _button("button", frame, "", unvouched(tag), addresses)
    if tag.name in {"a", "link"}:
        return _of_link(tag, encoding, addresses)
    return None


def _of_link(tag: Tag, encoding: str, addresses: set[str]) -> Evidence | None:
    """What an `a` or a `link` says."""
    rel = rel_of(tag)
    there = old_links.sent(tag.given.get("href", ""), encoding)
    if there is None:
        return None
    if name := _profile(there):
        but = unvouched_me(tag) if "me" in rel else str(NOT_ME)
        return _evidence("me", name, but=but)
    if not old_links.SUBMIT.fullmatch(there.path) or (
        tag.name == "link" and "payment" not in rel
    ):
        return None
    kind = "payment" if "payment" in rel else "button"
    facts, again = old_links.facts(there.query)
    but = unvouched(tag)
    # A link to the first Flattr names somebody of there: whoever takes that name here
    # first would be proved for pages of a stranger.
    if old_links.is_legacy(there.host):
        but = gettext("It leads to %(host)s, where other people have the names.") % {
            "host": there.host
        }
    elif not old_links.is_ours(there.host):
        return None
    return _button(
        kind, facts, "", but or (str(ANOTHER_LINK) if again else ""), addresses
    )


def _button(
    kind: str, facts: dict[str, str], name: str, but: str, addresses: set[str]
) -> Evidence | None:
    """What a button says of the page that a click on it would flattr."""
    by_id = False
    if not name:
        name, by_id = submitting.whom(facts)
    about, elsewhere = _about(facts, addresses)
    return _evidence(kind, name, by_id=by_id, but=but or elsewhere, about=about)


def _about(facts: dict[str, str], addresses: set[str]) -> tuple[Submission | None, str]:
    """What a button says of its page, and why that is not the page that it stands on;
    empty where it is."""
    if not facts.get("url", ""):
        return None, str(NO_ADDRESS)
    try:
        about = submitting.parse(facts)
    except BadAddress as refusal:
        return None, f"{gettext('Its address cannot be read.')} {refusal}"
    url = about.url
    if url in addresses and old_links.page_meant(url) in addresses:
        return about, ""
    elsewhere = gettext("It is for the address %(address)s.") % {"address": shown(url)}
    return about, elsewhere


def _evidence(
    kind: str,
    name: str,
    *,
    by_id: bool = False,
    but: str = "",
    about: Submission | None = None,
) -> Evidence | None:
    name = name.strip(" ").lower()[: submitting.LONGEST_NAME + 1]
    if not name or not name.isprintable():
        return None
    return Evidence(kind, name, by_id, but, about)


def _joined(base: str, href: str) -> str:
    """The address of a link on a page; as it is where that is not to be read."""
    href = href.strip(old_links.AROUND).translate(old_links.WITHIN)
    try:
        return urljoin(base, href)
    except ValueError:
        return href


def _profile(there: Sent) -> str:
    """Whose profile here a link leads to."""
    return own_profiles.named(there.path) if old_links.is_ours(there.host) else ""

"""A signal: one place at which a creator has said who they are or how to give to them.

Whoever reads it decides what it is worth: only `buttons.proofs` says whose a page is.
All of it is a stranger's text, cut to length and in one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin

from django.utils.translation import gettext_lazy as _

from buttons.legacy import old_links
from buttons.things import own_profiles, submitting
from buttons.things.addresses import BadAddress, normalise
from flattr.web.refusals import Refusal

LONGEST_NAME = 100
# Of one page, feed or file; more are not looked at.
MOST_SIGNALS = 50


class Unreadable(Refusal):
    """A text is not of the kind that it was taken for, or is made to keep us busy."""

    says = _("It could not be read.")

    code = "unreadable"


class Kind(StrEnum):
    """Where it was found."""

    TAG = "tag"
    BUTTON = "button"
    PAYMENT = "payment"
    ME = "me"
    AUTHOR = "author"
    FEDIVERSE = "fediverse"
    FEED_AUTHOR = "feed_author"
    PODCAST_FUNDING = "podcast_funding"
    PODCAST_VALUE = "podcast_value"
    PODCAST_PERSON = "podcast_person"
    FUNDING_YML = "funding_yml"
    FUNDING_JSON = "funding_json"
    PACKAGE = "package"
    PEERTUBE = "peertube"


FOUND_BY = {
    Kind.TAG: _("a flattr:id tag in its head"),
    Kind.BUTTON: _("a Flattr button on it"),
    Kind.PAYMENT: _("a payment link (rel=payment)"),
    Kind.ME: _("a link to a profile (rel=me)"),
    Kind.AUTHOR: _("a link to its author (rel=author)"),
    Kind.FEDIVERSE: _("its fediverse:creator tag"),
    Kind.FEED_AUTHOR: _("the author in its feed"),
    Kind.PODCAST_FUNDING: _("podcast:funding in its feed"),
    Kind.PODCAST_VALUE: _("podcast:value in its feed"),
    Kind.PODCAST_PERSON: _("podcast:person in its feed"),
    Kind.FUNDING_YML: _("FUNDING.yml in the repository"),
    Kind.FUNDING_JSON: _("its funding.json"),
    Kind.PACKAGE: _("its package.json"),
    Kind.PEERTUBE: _("its support text on PeerTube"),
}


@dataclass(frozen=True, slots=True)
class Signal:
    """`name` is a person's or an account's as it was published, `address` where it
    points (normalised), either may be empty. `role` says what the person does there,
    such as host or guest; `share` is what they get of 100, where it is said. `here` is
    a username here, or a public id if `by_id`, that it names: what was written, not
    who that is."""

    kind: Kind
    name: str = ""
    address: str = ""
    role: str = ""
    share: int | None = None
    here: str = ""
    by_id: bool = False


def signal(
    kind: Kind,
    *,
    name: str = "",
    address: str = "",
    role: str = "",
    share: int | None = None,
) -> Signal | None:
    """The signal of what a stranger wrote, `address` by `address_of`; None where it
    names nobody and leads nowhere."""
    name = submitting.line(name, LONGEST_NAME)
    if not (name or address):
        return None
    here, by_id = named_here(address)
    role = submitting.line(role, LONGEST_NAME)
    return Signal(kind, name, address, role, share, here, by_id)


def address_of(href: str, base: str = "") -> str:
    """Where a link leads that may be relative to `base`, normalised; empty where that
    is no page."""
    if not href.strip():
        return ""
    try:
        return normalise(urljoin(base, href.strip()))
    except (BadAddress, ValueError):
        return ""


def named_here(address: str) -> tuple[str, bool]:
    """Which username an address of ours names, or which public id (then the second is
    true): a profile, or an auto-submit link. Nobody, by an address of elsewhere, the
    first Flattr's too: other people have the names there."""
    there = old_links.sent(address)
    if there is None or not old_links.is_ours(there.host):
        return "", False
    if name := own_profiles.named(there.path):
        return name.lower()[: submitting.LONGEST_NAME], False
    if old_links.SUBMIT.fullmatch(there.path):
        facts, _again = old_links.facts(there.query)
        name, by_id = submitting.whom(facts)
        return name.lower()[: submitting.LONGEST_NAME], by_id
    return "", False

"""Where else a person is on the web: what they say themselves, and what they proved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.models import Proof, Thing
from buttons.models.thing import PROVED
from buttons.things.addresses import BadAddress, host_of, normalise, shown

MOST = 12
# Looked through for them: a blog whose every page links to the profile is one place.
MOST_PAGES = 60

# As Mastodon and others write the address of an account, and who else writes it so.
HANDLE = re.compile(r"/(@[0-9A-Za-z_][0-9A-Za-z_.-]{0,63})/?")
OTHER_ACCOUNTS = {
    *("medium.com", "www.youtube.com", "youtube.com", "www.tiktok.com", "tiktok.com"),
    *("www.threads.net", "threads.net", "vimeo.com", "www.flickr.com"),
}

BY_ACCOUNT = "by the account that the page belongs to"
BY_LINK = "by a link to their profile"


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a person's. `proof` says how it is proved to be theirs, empty for
    what they only say."""

    url: str
    proof: str = ""

    @property
    def shown(self) -> str:
        """The address for people's eyes, without what they know anyway."""
        return shown(self.url).partition("://")[2].removesuffix("/")

    @property
    def rel(self) -> str:
        return "me" if self.proof else "me nofollow ugc"


def places(creator: User) -> list[Place]:
    """At most twelve: first what they say, then hosts, accounts and pages that are
    proved and that they did not name. Two queries."""
    named = list(dict.fromkeys(_readable([creator.url, *creator.links])))
    hosts = _hosts(creator)
    pages = _pages(creator, named)
    found = {url: Place(url, _proof(url, hosts, pages)) for url in named}
    on = {host_of(url) for url in named}
    for host, proof in hosts.items():
        if host not in on:
            found[f"https://{host}/"] = Place(f"https://{host}/", proof)
            on.add(host)
    for url, proof in pages.items():
        account = _account(url) if proof == BY_ACCOUNT else url
        if account not in found and (proof == BY_ACCOUNT or host_of(account) not in on):
            found[account] = Place(account, _words(proof))
            on.add(host_of(account))
    return list(found.values())[:MOST]


def fediverse_handle(creator: User | None) -> str:
    """`@anna@mastodon.example`, of the first account that they name and that is proved
    to be theirs, for programs of the fediverse; empty without one. No query where they
    name none, else two."""
    if creator is None or creator.suspended_at is not None:
        return ""
    named = {url: _handle(url) for url in _readable([creator.url, *creator.links])}
    if any(named.values()):
        for place in places(creator):
            if place.proof and named.get(place.url):
                return named[place.url]
    return ""


def _handle(url: str) -> str:
    parts = urlsplit(url)
    found = HANDLE.fullmatch(parts.path)
    if found is None or parts.hostname in OTHER_ACCOUNTS:
        return ""
    return f"{found[1]}@{parts.netloc}"


def _readable(addresses: list[str]) -> Iterator[str]:
    """Those that are addresses of pages, whatever door they came in by."""
    for address in addresses:
        try:
            yield normalise(address)
        except BadAddress:
            continue


def _hosts(creator: User) -> dict[str, str]:
    """Whole hosts that are proved to be theirs, with how."""
    proofs = Proof.objects.standing().filter(person=creator, thing=None)
    return {proof.host: proof.sentence for proof in proofs.order_by("pk")[:MOST]}


def _pages(creator: User, named: list[str]) -> dict[str, str]:
    """Addresses that are proved to be theirs, with the kind of the proof: those that
    they name, accounts, and pages that link to the profile; the shortest first."""
    proved = Thing.objects.listed().filter(owner=creator, proved_at__isnull=False)
    telling = Q(url__in=named) | Q(proof__in=[BY_ACCOUNT, BY_LINK])
    rows = proved.filter(telling).order_by(Length("url"), "pk")
    return dict(rows.values_list("url", "proof")[:MOST_PAGES])


def _proof(url: str, hosts: dict[str, str], pages: dict[str, str]) -> str:
    if url in pages:
        return _words(pages[url])
    accounts = {_account(page) for page, kind in pages.items() if kind == BY_ACCOUNT}
    if url in accounts:
        return _words(BY_ACCOUNT)
    return hosts.get(host_of(url), "")


def _account(url: str) -> str:
    """The account's page above a page that is proved by it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{parts.path.split('/')[1]}"


def _words(proof: str) -> str:
    if proof == BY_ACCOUNT:
        return _("Proved: the account’s page names them")
    return str(PROVED.get(proof, proof))

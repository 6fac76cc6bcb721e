"""Hosts: which are shared by many people, and what a host says of its owner.

A host says it in its DNS, by a TXT record `flattr=PUBLIC_ID`, or in the file
`/.well-known/flattr`, with a public id on each line.
"""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from publicsuffixlist import PublicSuffixList

from buttons.proofs.fetching import TEXT, NotFetched, Page, fetch
from buttons.things.addresses import shown, shown_host

FILE = "/.well-known/flattr"
DNS_SECONDS = 5.0
MOST_TOLD = 3

# Where people have a part of one host, which begins with their name.
SHARED_BY_PATH = {
    *("bitbucket.org", "codeberg.org", "github.com", "gitlab.com", "gist.github.com"),
    *("medium.com", "ko-fi.com", "patreon.com", "liberapay.com", "dev.to"),
    *("youtube.com", "vimeo.com", "twitch.tv", "tiktok.com", "dailymotion.com"),
    *("soundcloud.com", "mixcloud.com", "freesound.org", "deviantart.com"),
    *("facebook.com", "instagram.com", "threads.net", "twitter.com", "x.com"),
    *("bsky.app", "linkedin.com", "pinterest.com", "reddit.com", "flickr.com"),
    *("mastodon.social", "mastodon.online", "mas.to", "mstdn.social", "hachyderm.io"),
    *("fosstodon.org", "chaos.social", "infosec.exchange", "pixelfed.social"),
    *("sites.google.com", "docs.google.com", "archive.org", "itch.io"),
}


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def is_shared(host: str) -> bool:
    """Whether many people have pages on a host, so that none of them owns it all.

    >>> is_shared("github.com"), is_shared("www.youtube.com"), is_shared("github.io")
    (True, True, True)
    >>> is_shared("anna.github.io"), is_shared("bob.example")
    (False, False)
    """
    name = host.partition(":")[0]
    if "." not in name:
        return False
    return by_path(name) or bool(_suffixes().is_public(name))


def by_path(host: str) -> bool:
    """Whether people have a part of this host that begins with their name."""
    return host.removeprefix("www.").removeprefix("m.") in SHARED_BY_PATH


def account_page(url: str) -> str:
    """The page of the account that a page on a host shared by path belongs to, or
    empty where there is none above it.

    >>> account_page("https://github.com/anna/garden?tab=readme")
    'https://github.com/anna'
    >>> account_page("https://github.com/anna"), account_page("https://bob.example/a/b")
    ('', '')
    """
    parts = urlsplit(url)
    first = parts.path.split("/")[1]
    account = f"{parts.scheme}://{parts.netloc}/{first}"
    return account if by_path(parts.netloc) and first and account != url else ""


def twin(host: str) -> str:
    """The same host with www, or without it; empty where there is none.

    >>> twin("bob.example"), twin("www.bob.example"), twin("localhost:8000")
    ('www.bob.example', 'bob.example', '')
    """
    other = host[4:] if host.startswith("www.") else f"www.{host}"
    return "" if ":" in host or "." not in host or is_shared(other) else other


def led_on(host: str, page: Page) -> str:
    """What somebody should know whose address leads on to a page on another host."""
    there = urlsplit(page.url).netloc
    if there == twin(host):
        return (
            f"{shown_host(host)} leads on to {shown_host(there)}: use"
            f" {shown_host(there)} in your buttons and links."
        )
    return f"It redirects to another host, {shown(page.url)}."


def which_of_both(host: str) -> str:
    """Which of a host with and without www to use, in a sentence; empty where the
    other does not answer."""
    if not (other := twin(host)):
        return ""
    us, them = shown_host(host), shown_host(other)
    for scheme in ("https", "http"):
        try:
            page = fetch(f"{scheme}://{other}/")
        except NotFetched:
            continue
        if urlsplit(page.url).netloc == host:
            return f"{them} leads on to it: use {us} in your buttons and links."
        if urlsplit(page.url).netloc == other:
            return (
                f"{them} answers too, and is another host to us: use {us} in all your"
                f" buttons and links, or prove {them} as well."
            )
    return ""


def says(host: str, public_id: str) -> tuple[str, str]:
    """How a host names somebody, `dns` or `file`, and what was seen, in a sentence;
    the first is empty where it does not."""
    wanted = f"flattr={public_id}"
    texts = _texts(host)
    if wanted in texts:
        return "dns", f"Its DNS has the TXT record {wanted}."
    others = _listed(sorted(text for text in texts if text.startswith("flattr")))
    but = f", but {others}" if others else ""
    seen = f"Its DNS has no TXT record {wanted}{but}"
    for scheme in ("https", "http"):
        try:
            page = fetch(f"{scheme}://{host}{FILE}", TEXT)
        except NotFetched as failure:
            why = str(failure)
            continue
        if urlsplit(page.url).netloc != host:
            why = led_on(host, page)
            continue
        lines = [line.strip().lower() for line in page.text.splitlines()]
        if public_id in lines:
            return "file", f"The file {FILE} names {public_id}."
        held = _listed([line for line in lines if line]) or "nothing"
        why = f"It holds {held}, and not {public_id}."
    return "", f"{seen}, and the file {FILE} does not help. {why}"


def _listed(texts: list[str]) -> str:
    """The first of a stranger's texts, in a sentence."""
    plain = [text[:40] for text in texts if text.isprintable()]
    return ", ".join(f"“{text}”" for text in plain[:MOST_TOLD])


def _texts(host: str) -> set[str]:
    if ":" in host or "." not in host:
        return set()
    try:
        answer = dns.resolver.resolve(
            f"{host}.", "TXT", lifetime=DNS_SECONDS, search=False
        )
    except dns.exception.DNSException:
        return set()
    return {
        b"".join(record.strings).decode("utf-8", "replace").strip().lower()
        for record in answer
    }

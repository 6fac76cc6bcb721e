"""Hosts: which are shared by many people, and what a host says of its owner.

A host says it in its DNS, by a TXT record `flattr=PUBLIC_ID`, or in the file
`/.well-known/flattr`, with a public id on each line.
"""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

from buttons.reading.fetching import TEXT, Page, fetch
from buttons.reading.not_fetched import NotFetched
from buttons.signals.repositories import FORGES
from buttons.things.addresses import shown, shown_host

FILE = "/.well-known/flattr"
DNS_SECONDS = 5.0
MOST_TOLD = 3

# Where people have a part of one host, which begins with their name.
SHARED_BY_PATH = {
    *FORGES,
    *(
        "gist.github.com",
        "medium.com",
        "ko-fi.com",
        "patreon.com",
        "liberapay.com",
        "dev.to",
    ),
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


def is_account(url: str) -> bool:
    """Whether a page is that of an account on a host shared by path.

    >>> is_account("https://github.com/anna"), is_account("https://github.com/anna/garden")
    (True, False)
    >>> is_account("https://github.com/"), is_account("https://bob.example/anna")
    (False, False)
    """
    parts = urlsplit(url)
    alone = parts.path.count("/") == 1 and len(parts.path) > 1
    return by_path(parts.netloc) and alone and not (parts.query or parts.fragment)


def twin(host: str) -> str:
    """The same host with www, or without it; empty where there is none.

    >>> twin("bob.example"), twin("www.bob.example"), twin("localhost:8000")
    ('www.bob.example', 'bob.example', '')
    """
    other = host[4:] if host.startswith("www.") else f"www.{host}"
    return "" if ":" in host or "." not in host or is_shared(other) else other


def led_on(host: str, page: Page) -> str:
    """What to tell somebody whose address leads on to a page on another host."""
    there = urlsplit(page.url).netloc
    if there == twin(host):
        return _(
            "%(here)s leads on to %(there)s: use %(there)s in your buttons and links."
        ) % {"here": shown_host(host), "there": shown_host(there)}
    return _("It redirects to another host, %(address)s.") % {
        "address": shown(page.url)
    }


def led_to_another_account(url: str, page: Page) -> str:
    """What to tell somebody whose address below an account leads on to a page of
    another, as many hosts do with any name before a number; empty where it does not."""
    asked, there = (urlsplit(one).path.split("/")[1].lower() for one in (url, page.url))
    if asked == there:
        return ""
    return _(
        "It leads on to %(address)s, so the account in its own address says nothing."
    ) % {"address": shown(page.url)}


def which_of_both(host: str) -> str:
    """Which of a host with and without www to use, in a sentence; empty where the
    other does not answer."""
    if not (other := twin(host)):
        return ""
    names = {"us": shown_host(host), "them": shown_host(other)}
    for scheme in ("https", "http"):
        try:
            page = fetch(f"{scheme}://{other}/")
        except NotFetched:
            continue
        if urlsplit(page.url).netloc == host:
            return (
                _("%(them)s leads on to it: use %(us)s in your buttons and links.")
                % names
            )
        if urlsplit(page.url).netloc == other:
            return (
                _(
                    "%(them)s answers too, and is another host to us: use %(us)s in all"
                    " your buttons and links, or prove %(them)s as well."
                )
                % names
            )
    return ""


def says(host: str, public_id: str) -> tuple[str, str]:
    """How a host names somebody, `dns` or `file`, and what was seen, in sentences; the
    first is empty where it does not."""
    wanted = {"record": f"flattr={public_id}"}
    texts = _texts(host)
    if wanted["record"] in texts:
        return "dns", _("Its DNS has the TXT record %(record)s.") % wanted
    seen = [_("Its DNS has no TXT record %(record)s.") % wanted]
    if others := _listed(sorted(text for text in texts if text.startswith("flattr"))):
        seen.append(_("It has %(records)s instead.") % {"records": others})
    found, sentence = _in_file(host, public_id)
    if found:
        return "file", sentence
    seen.append(_("The file %(file)s does not help either.") % {"file": FILE})
    return "", " ".join([*seen, sentence])


def _in_file(host: str, public_id: str) -> tuple[bool, str]:
    """Whether the host's file names somebody, and what was seen of it."""
    why = ""
    values = {"file": FILE, "id": public_id}
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
            return True, _("The file %(file)s names %(id)s.") % values
        if held := _listed([line for line in lines if line]):
            why = _("It holds %(lines)s, and not %(id)s.") % {**values, "lines": held}
        else:
            why = _("It is empty.")
    return False, why


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

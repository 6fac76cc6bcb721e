"""What the first Flattr's links look like, wherever they were written down.

Old feeds, readmes and plugins name hosts that are the first Flattr's. They are read
here as if they named ours (`LEGACY_HOSTS`), and as tolerantly as people wrote them:
with blanks, without encoding, with `&amp;` for `&`.

A link to a legacy host says what somebody wants to flattr. It proves nothing of whose
a page is: the name in it was given by others.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote, unquote_plus

from django.conf import settings
from django.http import HttpRequest

from buttons import submitting
from buttons.models import Thing
from buttons.submitting import Submission

# Every parameter that links and frames carry. `uid` is the frames' word for `user_id`.
KNOWN = {
    *("url", "user_id", "uid", "fid", "owner", "title", "description", "language"),
    *("tags", "category", "hidden", "popout", "button", "revsharekey", "e"),
}
LINK = re.compile(r"https?://([^/?#]+)/submit/auto/?", re.IGNORECASE)
ENCODED = re.compile(r"https?%(?:25)*3a", re.IGNORECASE)
THING = re.compile(r"https?://([^/?#]+)/thing/([0-9]{1,12})(?![^/?#])")
MOST_PARTS = 100


def read_auto_submit(text: str) -> Submission | None:
    """What an auto-submit link of ours or of a legacy host says; None for any other
    text. Refused with `BadAddress` if the page that it is about has no address.

    `text` is the link as a program or a person gave it, with its own parameters
    encoded or not.
    """
    query = _query_of_link(text)
    return None if query is None else read_query(query)


def read_query(query: str) -> Submission:
    """What the query of an auto-submit link says. A link whose page is such a link
    again means the page inside. Refused with `BadAddress`."""
    given = parameters(query)
    inner = _query_of_link(given.get("url", ""))
    said = submitting.read(given if inner is None else parameters(inner))
    return replace(said, url=page_of_thing(said.url))


def page_of_thing(url: str) -> str:
    """The page that a thing is about, if a normalised address is the thing's page here
    or at the first Flattr; else the address itself.

    One query for such an address, none for others.
    """
    about = THING.match(url)
    if about is None or not is_ours_or_legacy(about[1]):
        return url
    known = Thing.objects.numbered(int(about[2])).values_list("url", flat=True)
    return known.first() or url


def query_of(request: HttpRequest) -> str:
    """The query of a request as it came, before anybody took it apart."""
    raw: str = request.META.get("QUERY_STRING", "")
    return raw.encode("iso-8859-1", "replace").decode("utf-8", "replace")


def parameters(query: str) -> dict[str, str]:
    """The parameters of a link, the last of each name.

    In an address that was not encoded a plus is a plus, and what looks like unknown
    parameters behind its own question mark belongs to it.

    >>> parameters("user_id=bob&url=http://bob.example/?a=1&b=2&title=A post")
    {'user_id': 'bob', 'url': 'http://bob.example/?a=1&b=2', 'title': 'A post'}
    >>> parameters("url=http%3A%2F%2Fbob.example%2F%3Fa%3D1&amp;title=X=&tags&b=2")
    {'url': 'http://bob.example/?a=1', 'title': 'X=', 'tags': ''}
    """
    found: dict[str, str] = {}
    in_address = False
    for part in query.split("&", MOST_PARTS)[:MOST_PARTS]:
        name, _, value = part.partition("=")
        name = unquote_plus(name).strip().lower().removeprefix("amp;")
        if name in KNOWN:
            bare = name == "url" and "://" in value
            in_address = bare and "?" in value
            found[name] = unquote(value) if bare else unquote_plus(value)
        elif in_address:
            found["url"] += f"&{unquote(part)}"
    if ENCODED.match(found.get("url", "")):
        found["url"] = unquote(found["url"])
    return found


def is_ours_or_legacy(host: str) -> bool:
    """Whether an old link to that host, with or without its usual port, means us."""
    name = host.lower().removesuffix(":80").removesuffix(":443")
    known = {settings.SITE_HOST, *settings.OTHER_HOSTS, *settings.LEGACY_HOSTS}
    return name in known or host.lower() in known


def _query_of_link(text: str) -> str | None:
    text = text.strip()
    if ENCODED.match(text):
        text = unquote(text)
    head, _, query = text.partition("?")
    found = LINK.fullmatch(head)
    return query if found and is_ours_or_legacy(found[1]) else None

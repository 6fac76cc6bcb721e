"""What the first Flattr's links look like, wherever they were written down.

Old feeds, readmes and plugins name hosts that are the first Flattr's. They are read
here as if they named ours (`LEGACY_HOSTS`), and as tolerantly as people wrote them:
with blanks, without encoding, with `&amp;` for `&`.

A link to a legacy host says what somebody wants to flattr. It does not prove who owns
a page, since the name in it was given by others.

A link of ours has one meaning: a click on it and a check of the page that it stands on
read it the same way (`sent`, then `facts`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote, unquote_plus

import webencodings
from django.conf import settings
from django.http import HttpRequest

from buttons.models import Thing
from buttons.things import own_profiles, submitting
from buttons.things.addresses import UNREADABLE, unescaped
from buttons.things.submitting import Submission

# Every parameter that links and frames carry. `uid` is the frames' word for `user_id`.
KNOWN = {
    *("url", "user_id", "uid", "fid", "owner", "title", "description", "language"),
    *("tags", "category", "hidden", "popout", "button", "revsharekey", "e"),
}
SUBMIT = re.compile(r"/submit/auto/?")
HREF = re.compile(
    r"(?:https?:)?//([^/?#\\]+)([^?#\\]*)(?:\?([^#]*))?(?:#.*)?",
    re.IGNORECASE | re.DOTALL,
)
# What browsers leave out of an address, at its ends and within it.
AROUND = "".join(map(chr, range(0x21)))
WITHIN = str.maketrans("", "", "\t\n\r")
KEPT_IN_QUERY = "!#$%&()*+,-./:;=?@[\\]^_`{|}~"
LONGEST_LINK = 8_000
ENCODED = re.compile(r"https?%(?:25)*3a", re.IGNORECASE)
THING = re.compile(r"https?://([^/?#]+)/thing/([0-9]{1,12})(?![^/?#])")
PERSON = re.compile(r"https?://([^/?#]+)(/[^?#]+)")
MOST_PARTS = 100


class Sent(NamedTuple):
    """What a browser asks for when a link is clicked, host in small letters and query
    encoded."""

    host: str
    path: str
    query: str


def sent(href: str, encoding: str = "utf-8") -> Sent | None:
    """Where a link on a page in `encoding` leads; None where readers of addresses
    might disagree, or where only the page knows."""
    found = HREF.fullmatch(href.strip(AROUND).translate(WITHIN))
    if found is None or len(href) > LONGEST_LINK:
        return None
    host, path, query = found.groups("")
    try:
        letters = webencodings.encode(query, encoding, "strict")
    except UnicodeEncodeError:
        return None
    return Sent(host.lower(), path, quote(letters, safe=KEPT_IN_QUERY))


def read_auto_submit(text: str) -> Submission | None:
    """What an auto-submit link of ours or of a legacy host says; None for any other
    text. Refused with `BadAddress` if the page that it is about has no address.

    `text` is the link as a program or a person gave it, with its own parameters
    encoded or not.
    """
    query = _query_of_link(text)
    return None if query is None else read_query(query)


def is_auto_submit(text: str) -> bool:
    return _query_of_link(text) is not None


def read_query(query: str) -> Submission:
    """What the query of an auto-submit link says; refused with `BadAddress`."""
    said = submitting.parse(facts(query)[0])
    return replace(said, url=page_meant(said.url))


def facts(query: str) -> tuple[dict[str, str], bool]:
    """The parameters that count of an auto-submit link. A link whose page is such a
    link again, perhaps one of the first Flattr's, means the page inside: whether it
    was so."""
    given = parameters(query)
    inner = _query_of_link(given.get("url", ""))
    return (given, False) if inner is None else (parameters(inner), True)


def page_meant(url: str) -> str:
    """The page that a thing is about, if a normalised address is the thing's page here
    or at the first Flattr; the one address under which a person is flattred, if it is
    any address of their profile here; else the address itself.

    One query for such an address, none for others.
    """
    if (about := THING.match(url)) and is_ours_or_legacy(about[1]):
        known = Thing.objects.numbered(int(about[2])).values_list("url", flat=True)
        return known.first() or url
    if (person := PERSON.fullmatch(url)) and is_ours(person[1]):
        found = own_profiles.person_at(person[2])
        return own_profiles.address_of(found) if found else url
    return url


def query_of(request: HttpRequest) -> str:
    """The query of a request as it came, before anybody took it apart."""
    raw: str = request.META.get("QUERY_STRING", "")
    return raw.encode("iso-8859-1", "replace").decode("utf-8", UNREADABLE)


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
            blank = "+" if bare else " "
            found[name] = (
                unescaped(value.replace("+", blank)) if name == "url" else _words(value)
            )
        elif in_address:
            found["url"] += f"&{unescaped(part)}"
    if ENCODED.match(found.get("url", "")):
        found["url"] = unescaped(found["url"])
    return found


def _words(value: str) -> str:
    """What a parameter says. Pages in older letters send them as they have them."""
    try:
        return unquote_plus(value, errors="strict")
    except UnicodeDecodeError:
        return unquote_plus(value, encoding="windows-1252", errors="replace")


def is_ours(host: str) -> bool:
    """Whether a host is ours, and was not the first Flattr's."""
    return _is_one_of(host, {settings.SITE_HOST, *settings.OTHER_HOSTS}) and not (
        is_legacy(host)
    )


def is_legacy(host: str) -> bool:
    return _is_one_of(host, set(settings.LEGACY_HOSTS))


def is_ours_or_legacy(host: str) -> bool:
    """Whether an old link to that host means us."""
    return is_ours(host) or is_legacy(host)


def _is_one_of(host: str, known: set[str]) -> bool:
    """With or without its usual port."""
    name = host.lower().removesuffix(":80").removesuffix(":443")
    return name in known or host.lower() in known


def _query_of_link(text: str) -> str | None:
    text = text.strip()
    there = sent(unescaped(text) if ENCODED.match(text) else text)
    if there is None or not SUBMIT.fullmatch(there.path):
        return None
    return there.query if is_ours_or_legacy(there.host) else None

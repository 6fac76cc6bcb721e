"""What a video on PeerTube says of how to support whoever made it.

Its page does not show that to whoever reads only its tags, so it is asked for from the
program behind the page (https://docs.joinpeertube.org/api-rest-reference.html).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from buttons.reading.fetching import Page
from buttons.reading.markup import tags
from buttons.signals.kinds import (
    MOST_SIGNALS,
    Kind,
    Signal,
    Unreadable,
    address_of,
    signal,
)
from buttons.signals.untrusted import object_of, table, words
from buttons.signals.vouching import called
from buttons.things.typed_addresses import addresses_in

VIDEO = re.compile(r"/(?:w|videos/watch|videos/embed)/([0-9A-Za-z-]{1,40})/?")
# PeerTube itself takes a thousand letters.
LONGEST_SUPPORT = 5_000


def api_address(page: Page) -> str:
    """Where PeerTube tells about the video that a page shows; empty for another page."""
    parts = urlsplit(page.url)
    found = VIDEO.fullmatch(parts.path)
    if found is None or not _is_peertube(page):
        return ""
    return address_of(f"{parts.scheme}://{parts.netloc}/api/v1/videos/{found[1]}")


def of_answer(text: str, url: str) -> list[Signal]:
    """Each address in the support texts of a video and its channel; the channel itself
    where a text has none. `Unreadable` for what is no video of PeerTube. `url` is where
    the answer is from."""
    video = object_of(text)
    if not words(video.get("uuid")):
        raise Unreadable
    channel = table(video.get("channel"))
    name = words(channel.get("displayName")) or words(channel.get("name"))
    found: dict[Signal, None] = {}
    for support in map(words, (video.get("support"), channel.get("support"))):
        if not support:
            continue
        channel_page = address_of(words(channel.get("url")), url)
        for address in [*addresses_in(support[:LONGEST_SUPPORT])] or [channel_page]:
            told = signal(Kind.PEERTUBE, name=name, address=address)
            if told is not None:
                found[told] = None
    return [*found][:MOST_SIGNALS]


def _is_peertube(page: Page) -> bool:
    return any(
        called(tag) == "og:platform" and tag.given.get("content") == "PeerTube"
        for tag in tags(page.text, xml=page.xml)
        if tag.name == "meta" and not tag.inside
    )

"""The demo blog's feeds."""

from __future__ import annotations

import json
from html import escape

from local.blog_links import NAME, Links
from local.posts import NEIGHBOURS, POSTS

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"

ATOM_FEED = "/feed.atom"
PODCAST_FEED = "/nacht.rss"


def feeds(links: Links) -> dict[str, tuple[str, str]]:
    """Media type and text by path."""
    return {
        ATOM_FEED: ("application/atom+xml", atom(links)),
        "/feed.rss": ("application/rss+xml", rss(links)),
        "/feed.json": ("application/feed+json", in_json(links)),
        PODCAST_FEED: ("application/rss+xml", podcast(links)),
    }


def atom(links: Links) -> str:
    entries = "\n".join(
        f"<entry><id>{links.post(post)}</id><title>{escape(post.title)}</title>"
        f'<link href="{links.post(post)}"/>{links.payment(post, end="/>")}'
        f"<updated>2026-01-01T00:00:00Z</updated>"
        f"<author><name>{escape(post.author)}</name>"
        f"<uri>{links.neighbour(post.owner)}</uri></author>"
        f"<summary>{escape(post.text[0])}</summary></entry>"
        for post in POSTS
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{ATOM}">'
        f'<id>{links.here}/</id><link href="{links.here}/"/><title>{NAME}</title>'
        f"<updated>2026-01-01T00:00:00Z</updated>\n{entries}\n</feed>\n"
    )


def rss(links: Links) -> str:
    items = "\n".join(
        f"<item><title>{escape(post.title)}</title>"
        f"<link>{links.post(post)}</link><guid>{links.post(post)}</guid>"
        f"<description>{escape(post.text[0])}</description>"
        f"<dc:creator>{escape(post.author)}</dc:creator>"
        f"{links.payment(post, 'atom:', '/>')}</item>"
        for post in POSTS
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" xmlns:atom="{ATOM}" xmlns:dc="{DUBLIN_CORE}"><channel><title>{NAME}</title>'
        f"<link>{links.here}/</link><description>Five neighbours, one site.</description>"
        f"\n{items}\n</channel></rss>\n"
    )


def in_json(links: Links) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": NAME,
        "home_page_url": f"{links.here}/",
        "feed_url": f"{links.here}/feed.json",
        "authors": [
            {"name": one.name, "url": links.neighbour(one.username)}
            for one in NEIGHBOURS.values()
        ],
        "items": [
            {
                "id": links.post(post),
                "url": links.post(post),
                "title": post.title,
                "content_text": post.text[0],
                "authors": [{"name": post.author, "url": links.neighbour(post.owner)}],
            }
            for post in POSTS
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def podcast(links: Links) -> str:
    """Radio Nacht's own, with all that its author's program knows. The wallets are
    nobody's."""
    night = next(post for post in POSTS if post.owner == "radionacht")
    profile, page = links.profile("radionacht"), links.neighbour("radionacht")
    split = "".join(
        f'<podcast:valueRecipient name="{name}" type="node" address="{"0" * 66}"'
        f' split="{share}"/>'
        for name, share in (("Amira", 60), ("Radio Nacht", 40))
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" xmlns:atom="{ATOM}" xmlns:itunes="{ITUNES}"'
        f' xmlns:podcast="{PODCAST}"><channel><title>Radio Nacht</title>\n'
        f"<link>{page}</link><description>Nights, recorded.</description>\n"
        "<managingEditor>nights@radionacht.example (Amira)</managingEditor>\n"
        "<itunes:author>Radio Nacht</itunes:author>\n"
        f'<podcast:funding url="{profile}">Keep us awake</podcast:funding>\n'
        f'<podcast:person role="host" href="{page}">Amira</podcast:person>\n'
        '<podcast:person role="sound editor">Tomás</podcast:person>\n'
        f'<podcast:value type="lightning" method="keysend">{split}</podcast:value>\n'
        f"<item><title>{escape(night.title)}</title><link>{links.post(night)}</link>"
        f"<guid>{links.post(night)}</guid>"
        '<podcast:person role="guest">the man who counts</podcast:person>'
        f"{links.payment(night, 'atom:', '/>')}</item>\n"
        "</channel></rss>\n"
    )

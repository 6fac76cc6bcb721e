"""The demo blog's feeds."""

from __future__ import annotations

from html import escape

from local.blog_links import NAME, Links
from local.posts import POSTS

ATOM = "http://www.w3.org/2005/Atom"


def atom(links: Links) -> str:
    entries = "\n".join(
        f"<entry><id>{links.post(post)}</id><title>{escape(post.title)}</title>"
        f'<link href="{links.post(post)}"/>{links.payment(post, end="/>")}'
        f"<updated>2026-01-01T00:00:00Z</updated>"
        f"<author><name>{escape(post.author)}</name></author>"
        f"<summary>{escape(post.text[0])}</summary></entry>"
        for post in POSTS
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{ATOM}">'
        f"<id>{links.here}/</id><title>{NAME}</title>"
        f"<updated>2026-01-01T00:00:00Z</updated>\n{entries}\n</feed>\n"
    )


def rss(links: Links) -> str:
    items = "\n".join(
        f"<item><title>{escape(post.title)}</title>"
        f"<link>{links.post(post)}</link><guid>{links.post(post)}</guid>"
        f"<description>{escape(post.text[0])}</description>"
        f"{links.payment(post, 'atom:', '/>')}</item>"
        for post in POSTS
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" xmlns:atom="{ATOM}"><channel><title>{NAME}</title>'
        f"<link>{links.here}/</link><description>Five neighbours, one site.</description>"
        f"\n{items}\n</channel></rss>\n"
    )

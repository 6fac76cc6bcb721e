"""Where the demo blog's pages are, and where they are flattred."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

from local.posts import Post

NAME = "Hedgerow"


@dataclass(frozen=True, slots=True)
class Links:
    """For a platform at `site` and the blog itself at `here`, without slashes."""

    site: str
    here: str

    def post(self, post: Post) -> str:
        return f"{self.here}/{post.slug}"

    def neighbour(self, username: str) -> str:
        """A neighbour's own page."""
        return f"{self.here}/~{username}"

    def profile(self, username: str) -> str:
        return f"{self.site}/@{username}"

    def repository(self) -> str:
        return f"{self.here}/kit/hedgerow"

    def flattr(self, post: Post) -> str:
        facts = {"title": post.title, "category": post.category}
        return self.auto_submit(post.owner, self.post(post), **facts)

    def auto_submit(self, username: str, url: str, **more: str) -> str:
        facts = {"user_id": username, "url": url, **more}
        return f"{self.site}/submit/auto?{urlencode(facts, quote_via=quote, safe='')}"

    def payment(self, post: Post, prefix: str = "", end: str = ">") -> str:
        href = escape(self.flattr(post))
        return f'<{prefix}link rel="payment" type="text/html" href="{href}" title="Flattr this"{end}'

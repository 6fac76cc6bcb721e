"""The pages of the demo blog."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from local import blog_feeds, pictures
from local.blog_links import NAME, Links
from local.posts import POSTS, Post

ICON = "hedgerow"
STYLE = Path(__file__).with_name("blog.css")


class Blog:
    """The pages, for a platform at `site` and the blog itself at `here`."""

    def __init__(self, site: str, here: str) -> None:
        self.site = site.rstrip("/")
        self.here = here.rstrip("/")
        self.links = Links(self.site, self.here)
        shown = [ICON, *(post.picture for post in POSTS)]
        self._pictures = {picture_path(name): name for name in shown}

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Media type and body of a path; None where there is nothing."""
        if path in self._pictures:
            return "image/webp", pictures.body_of(self._pictures[path])
        found = self._text(path)
        if found is None:
            return None
        media_type, text = found
        return f"{media_type}; charset=utf-8", text.encode()

    def _text(self, path: str) -> tuple[str, str] | None:
        pages: dict[str, Callable[[], tuple[str, str]]] = {
            "/": lambda: ("text/html", self.front()),
            "/readme": lambda: ("text/html", self.readme()),
            "/attic": lambda: ("text/html", self.attic()),
            "/feed.atom": lambda: ("application/atom+xml", blog_feeds.atom(self.links)),
            "/feed.rss": lambda: ("application/rss+xml", blog_feeds.rss(self.links)),
            "/blog.css": lambda: ("text/css", STYLE.read_text()),
        } | {f"/{post.slug}": self._page_of(post) for post in POSTS}
        page = pages.get(path)
        return page() if page else None

    def _page_of(self, post: Post) -> Callable[[], tuple[str, str]]:
        return lambda: ("text/html", self.post(post))

    # --- Snippets, in the forms that the platform's page for creators gives

    def button(self, post: Post) -> str:
        href, owner = escape(self.links.flattr(post)), escape(post.owner)
        return (
            f'<a class="FlattrButton" href="{href}" data-flattr-uid="{owner}">'
            "Flattr this</a>"
        )

    def snippet(self, post: Post) -> str:
        href = escape(self.links.flattr(post))
        if post.form == "button":
            return f'{self.button(post)}\n<script async src="{self.site}/button.js"></script>'
        if post.form == "badge":
            badge = f"{self.site}/button/flattr-badge-large.png"
            return f'<a href="{href}"><img src="{badge}" width="93" height="20" alt="Flattr this"></a>'
        return f'<a href="{href}">Flattr this</a>'

    # --- Pages

    def front(self) -> str:
        listed = "\n".join(
            f'<article><h2><a href="/{post.slug}">{escape(post.title)}</a></h2>'
            f'<p class="by">{escape(post.author)}, {post.on}</p>'
            f"<p>{escape(post.text[0])}</p>"
            f'<p class="thanks">{self.button(post)}</p></article>'
            for post in reversed(POSTS)
        )
        script = f'<script async src="{self.site}/button.js"></script>'
        return self.page(NAME, f"{listed}\n{script}")

    def post(self, post: Post) -> str:
        paragraphs = "\n".join(f"<p>{escape(text)}</p>" for text in post.text)
        drawing = picture_path(post.picture)
        return self.page(
            f"{post.title} · {NAME}",
            f"<article><h1>{escape(post.title)}</h1>"
            f'<p class="by">{escape(post.author)}, {post.on}</p>\n'
            f'<p class="drawing"><img src="{drawing}" width="640" height="400" alt=""></p>'
            f"\n{paragraphs}\n"
            f'<p class="thanks">{self.snippet(post)}</p>\n'
            '<p class="after">The gate is on the latch. Come in.</p></article>',
            head=f"{self.links.payment(post)}\n{self.open_graph(post)}",
        )

    def open_graph(self, post: Post) -> str:
        """What others show of a post where somebody shares it."""
        facts = {
            "type": "article",
            "site_name": NAME,
            "title": post.title,
            "description": post.text[0],
            "url": f"{self.here}/{post.slug}",
            "image": f"{self.here}{picture_path(post.picture)}",
        }
        return "\n".join(
            f'<meta property="og:{name}" content="{escape(value)}">'
            for name, value in facts.items()
        )

    def readme(self) -> str:
        """What becomes of the Markdown badge in a readme."""
        comic = next(post for post in POSTS if post.form == "badge")
        return self.page(
            f"README · {NAME}",
            "<article><h1>README</h1><p>The scripts that put this site together."
            " They are forty lines and do what they say.</p>"
            f'<p class="thanks">{self.snippet(comic)}</p></article>',
        )

    def attic(self) -> str:
        """The posts with buttons as the first Flattr gave them, its host changed."""
        listed = "\n".join(
            f'<article><h2><a href="/{post.slug}">{escape(post.title)}</a></h2>'
            f'<p class="thanks">{self.old_button(post, number)}</p></article>'
            for number, post in enumerate(POSTS)
        )
        script = f'<script async src="{self.site}/js/0.6/load.js?mode=auto"></script>'
        return self.page(
            f"Attic · {NAME}",
            "<h1>Attic</h1><p>How we thanked each other in 2011. Only the host in the"
            f" code is another.</p>\n{listed}\n{script}",
        )

    def old_button(self, post: Post, number: int) -> str:
        here = f"{self.here}/{post.slug}"
        facts = f"uid:{post.owner};category:{post.category};"
        link = f'<a class="FlattrButton" href="{here}" title="{escape(post.title)}"'
        query = escape(urlencode({"uid": post.owner, "url": here, "title": post.title}))
        tall = f'{self.site}/button/view/?{query}" width="55" height="62"'
        compact = (
            f'{self.site}/view/?{query}&amp;button=compact" width="110" height="20"'
        )
        forms = [
            f'{link} rel="flattr;{facts}"></a>',
            f'{link} rev="flattr;{facts}button:compact"></a>',
            f'{link} data-flattr-uid="{post.owner}"></a>',
            f'<iframe src="{tall} title="Flattr"></iframe>',
            f'<iframe src="{compact} title="Flattr"></iframe>',
        ]
        return forms[number % len(forms)]

    def page(self, title: str, body: str, head: str = "") -> str:
        return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" type="image/webp" sizes="256x256" href="{picture_path(ICON)}">
<link rel="stylesheet" href="/blog.css">
<link rel="alternate" type="application/atom+xml" href="/feed.atom" title="{NAME}">
{head}
</head>
<body>
<header><a href="/">{NAME}</a><p>Five neighbours, one site.</p></header>
<main>
{body}
</main>
<footer><p><a href="/feed.atom">Atom</a> <a href="/feed.rss">RSS</a> <a href="/readme">README</a> <a href="/attic">Attic</a></p></footer>
</body>
</html>
"""


def picture_path(name: str) -> str:
    return f"/pictures/{name}.webp"

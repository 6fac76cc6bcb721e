"""The pages of the demo blog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from local import blog_feeds, blog_files, pictures
from local.blog_links import NAME, Links
from local.posts import NEIGHBOURS, POSTS, Neighbour, Post

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
        pages: dict[str, Callable[[], str]] = {
            "/": self.front,
            "/readme": self.readme,
            "/attic": self.attic,
            "/kit/hedgerow": self.repository,
            blog_files.FILM: self.film,
        }
        pages |= {f"/{post.slug}": partial(self.post, post) for post in POSTS}
        pages |= {
            f"/~{one.username}": partial(self.neighbour, one)
            for one in NEIGHBOURS.values()
        }
        if path in pages:
            return "text/html", pages[path]()
        if path == "/blog.css":
            return "text/css", STYLE.read_text()
        return (blog_feeds.feeds(self.links) | blog_files.files(self.links)).get(path)

    def headers(self, path: str) -> dict[str, str]:
        """What the server says before a page begins: Jun's pays thanks there."""
        page = self.links.neighbour("jun")
        if f"{self.here}{path}" != page:
            return {}
        payment = self.links.auto_submit("jun", page)
        return {"Link": f'<{payment}>; rel="payment"; type="text/html"'}

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
            f'<p class="by"><a rel="author" href="/~{post.owner}">{escape(post.author)}</a>,'
            f" {post.on}</p>\n"
            f'<p class="drawing"><img src="{drawing}" width="640" height="400" alt=""></p>'
            f"\n{paragraphs}\n"
            f'<p class="thanks">{self.snippet(post)}</p>\n'
            '<p class="after">The gate is on the latch. Come in.</p></article>',
            head="\n".join(
                [
                    self.links.payment(post),
                    self.open_graph(post),
                    self.account(post.owner),
                ]
            ),
            feed=self.feed_of(post.owner),
        )

    def neighbour(self, one: Neighbour) -> str:
        """Of each page another thing says whose it is: a tag, a link, a header, the
        feed, or a file beside it."""
        profile, posts = self.links.profile(one.username), self.posts_of(one)
        head, more = self.account(one.username), ""
        if one.public_id:
            head += f'\n<meta name="flattr:id" content="{one.public_id}">'
        if one.account:
            _, name, host = one.account.split("@")
            more += f'<p>Elsewhere: <a rel="me" href="https://{host}/@{name}">{one.account}</a></p>'
        if one.username == "kit":
            more += (
                f'<p>Thank us <a rel="me" href="{profile}">here</a>. There is'
                f' <a href="{blog_files.FILM}">a film</a>, and'
                f' <a href="{self.links.repository()}">the scripts</a>.</p>'
            )
        return self.page(
            f"{one.name} · {NAME}",
            f"<article><h1>{escape(one.name)}</h1><p>{escape(one.about)}</p>\n"
            f"<ul>{posts}</ul>{more}</article>",
            head=head,
            feed=self.feed_of(one.username),
        )

    def posts_of(self, one: Neighbour) -> str:
        return "\n".join(
            f'<li><a href="/{post.slug}">{escape(post.title)}</a>, {post.on}</li>'
            for post in POSTS
            if post.owner == one.username
        )

    def account(self, username: str) -> str:
        """What programs of the fediverse read beside a link to a page."""
        account = NEIGHBOURS[username].account
        return f'<meta name="fediverse:creator" content="{account}">' if account else ""

    def feed_of(self, username: str) -> tuple[str, str]:
        if username == "radionacht":
            return blog_feeds.PODCAST_FEED, "application/rss+xml"
        return blog_feeds.ATOM_FEED, "application/atom+xml"

    def repository(self) -> str:
        """What a forge shows of the scripts; what is in them is beside it."""
        return self.page(
            "kit/hedgerow",
            "<article><h1>kit/hedgerow</h1><p>The scripts that put this site together."
            "</p><ul><li>.github/FUNDING.yml</li><li>package.json</li></ul></article>",
        )

    def film(self) -> str:
        """As PeerTube shows it; how to thank for it only its program tells."""
        return self.page(
            f"Two moths look for a lamp · {NAME}",
            "<article><h1>Two moths look for a lamp</h1>"
            '<p class="by">Kit &amp; Kaboodle</p><p>One minute of film, most of it dark.'
            "</p></article>",
            head='<meta property="og:platform" content="PeerTube">',
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
            f'<p class="thanks">{self.snippet(comic)}</p>\n'
            "<h2>Whom to thank</h2><p>What this site tells programs of its authors. Paste"
            f' an address on the page where <a href="{self.site}/anywhere">anything can be'
            " flattred</a>, and see what is found.</p>\n"
            f"<dl>{self.signals()}</dl></article>",
        )

    def signals(self) -> str:
        told = {
            "/spring": "a payment link and a button under a post, its author, her account",
            "/~anna": "a tag in the head, and a profile elsewhere",
            "/~jun": "a payment link that the server sends beside the page",
            "/~kit": "a link to a profile",
            "/~radionacht": "podcast:funding, persons and shares in the podcast’s feed",
            "/~oelmuehle": "the site’s funding.json, which its own list names",
            "/feed.json": "the authors in a JSON feed; in Atom and RSS as well",
            "/kit/hedgerow": "FUNDING.yml and package.json of a repository",
            blog_files.FILM: "what PeerTube says of supporting a channel",
            blog_files.BLOGROLL: "a list of whom we read, to be flattred one by one or all",
        }
        return "\n".join(
            f'<dt><a href="{path}">{self.here}{path}</a></dt><dd>{what}</dd>'
            for path, what in told.items()
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

    def page(
        self,
        title: str,
        body: str,
        head: str = "",
        feed: tuple[str, str] = (blog_feeds.ATOM_FEED, "application/atom+xml"),
    ) -> str:
        path, kind = feed
        return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" type="image/webp" sizes="256x256" href="{picture_path(ICON)}">
<link rel="stylesheet" href="/blog.css">
<link rel="alternate" type="{kind}" href="{path}" title="{NAME}">
{head}
</head>
<body>
<header><a href="/">{NAME}</a><p>Five neighbours, one site.</p></header>
<main>
{body}
</main>
<footer><p><a href="/feed.atom">Atom</a> <a href="/feed.rss">RSS</a> <a href="/feed.json">JSON</a> <a href="/blogroll.opml">Blogroll</a> <a href="/readme">README</a> <a href="/attic">Attic</a></p></footer>
</body>
</html>
"""


def picture_path(name: str) -> str:
    return f"/pictures/{name}.webp"

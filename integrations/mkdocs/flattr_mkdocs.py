"""A Flattr button under every page that MkDocs writes; a hook.

In `mkdocs.yml`: `hooks`, `site_url`, and `extra.flattr` with `site` and `name`. A page
whose metadata has `flattr: false` has none.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

BUTTON = (
    '<p><a class="FlattrButton" href="{href}" data-flattr-uid="{name}">'
    "Flattr this</a></p>"
)


def on_page_content(html, page, config, **_more):
    if page.meta.get("flattr") is False:
        return html
    known = config["extra"]["flattr"]
    about = {"user_id": known["name"], "url": page.canonical_url, "title": page.title}
    if tags := page.meta.get("tags"):
        about["tags"] = ",".join(tags)
    href = f"{known['site']}/submit/auto?{urlencode(about, quote_via=quote, safe='')}"
    return html + BUTTON.format(href=escape(href), name=escape(known["name"]))

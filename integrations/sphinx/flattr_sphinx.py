"""A Flattr button under every page that Sphinx writes.

In `conf.py`: `extensions = ["flattr_sphinx"]`, `html_baseurl`, `flattr_site` and
`flattr_name`. A page whose metadata has `:flattr: no` has none.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode, urljoin

BUTTON = (
    '<p><a class="FlattrButton" href="{href}" data-flattr-uid="{name}">'
    "Flattr this</a></p>"
)


def add_button(app, page, _template, context, doctree):
    if doctree is None or (context["meta"] and context["meta"].get("flattr") == "no"):
        return
    name = app.config.flattr_name
    address = urljoin(app.config.html_baseurl, app.builder.get_target_uri(page))
    title = next(iter(doctree.findall(lambda node: node.tagname == "title")), None)
    about = {"user_id": name, "url": address}
    if title is not None:
        about["title"] = title.astext()
    href = f"{app.config.flattr_site}/submit/auto?{urlencode(about, quote_via=quote, safe='')}"
    context["body"] += BUTTON.format(href=escape(href), name=escape(name))


def setup(app):
    app.add_config_value("flattr_site", "", "html", str)
    app.add_config_value("flattr_name", "", "html", str)
    app.connect("html-page-context", add_button)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

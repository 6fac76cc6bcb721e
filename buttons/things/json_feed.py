"""JSON Feed 1.1, written as Django writes its other feeds."""

from __future__ import annotations

import json
from typing import IO, Any

from django.utils.feedgenerator import SyndicationFeed, rfc3339_date

VERSION = "https://jsonfeed.org/version/1.1"


class JsonFeed(SyndicationFeed):
    """Where to flattr an entry, or all of the feed, stands in `_flattr`: names with an
    underscore are extensions."""

    def write(self, outfile: IO[str], encoding: str) -> None:
        """`encoding` is always UTF-8, as JSON is."""
        assert encoding == "utf-8", encoding
        feed = self.feed
        told = {
            "version": VERSION,
            "title": feed["title"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "next_url": _link(feed, "next"),
            "language": feed["language"],
            "authors": [{"name": feed["author_name"], "url": feed["author_link"]}],
            "_flattr": {"url": _link(feed, "payment")},
            "items": [_item(item) for item in self.items],
        }
        outfile.write(json.dumps(_given(told), ensure_ascii=False, indent=1))


def _item(item: dict[str, Any]) -> dict[str, Any]:
    return _given(
        {
            "id": item["unique_id"],
            "url": item["link"],
            "external_url": _link(item, "related"),
            "title": item["title"],
            # One of both has to be there.
            "content_html": item["description"] or "",
            "image": item.get("picture"),
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "tags": item["categories"],
            "_flattr": {"url": _link(item, "payment")},
        }
    )


def _link(said: dict[str, Any], rel: str) -> str:
    return next((link["href"] for link in said["links"] if link["rel"] == rel), "")


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: fact
        for name, fact in facts.items()
        if fact or name in {"items", "content_html"}
    }

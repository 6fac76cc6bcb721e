"""What people publish beside a page that names them: FUNDING.yml, funding.json, a feed."""

from __future__ import annotations

import json
from urllib.parse import quote

from django.conf import settings

DECLARES = '<link rel="alternate" type="application/rss+xml" href="{}">'


def profile(name: str) -> str:
    return f"{settings.SITE_URL}/@{name}"


def auto_submit(name: str, url: str) -> str:
    about = quote(url, safe="")
    return f"{settings.SITE_URL}/submit/auto?user_id={name}&url={about}"


def yml(*addresses: str) -> str:
    return f"github: somebody\ncustom: {json.dumps(addresses)}\n"


def manifest(name: str, *pages: str) -> str:
    """A funding.json that names somebody for these pages."""
    first, *rest = pages
    told: dict[str, object] = {
        "version": "v1.1.0",
        "entity": {
            "type": "individual",
            "role": "owner",
            "name": "Somebody",
            "webpageUrl": {"url": first},
        },
        "projects": [{"name": "One", "repositoryUrl": {"url": page}} for page in rest],
        "funding": {
            "channels": [{"guid": "f", "type": "other", "address": profile(name)}]
        },
    }
    return json.dumps(told)


def rss(home: str, *funding: str, item: str = "") -> str:
    told = "".join(
        f'<podcast:funding url="{one.replace("&", "&amp;")}">Give</podcast:funding>'
        for one in funding
    )
    return (
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0">'
        f"<channel><title>Talks</title><link>{home}</link>{told}"
        f"<item><title>One</title>{item}</item></channel></rss>"
    )

"""What the neighbours publish for programs: who they are, and how to give to them."""

from __future__ import annotations

import json
from html import escape

from local.blog_links import NAME, Links
from local.posts import NEIGHBOURS

MANIFEST = "/funding.json"
MANIFESTS = "/.well-known/funding-manifest-urls"
BLOGROLL = "/blogroll.opml"
FILM = "/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d"


def files(links: Links) -> dict[str, tuple[str, str]]:
    """Media type and text by path."""
    raw = f"/{links.repository().split('/', 3)[3]}/raw/HEAD"
    return {
        MANIFEST: ("application/json", _manifest(links)),
        MANIFESTS: ("text/plain", f"{links.here}{MANIFEST}\n"),
        BLOGROLL: ("text/x-opml", _blogroll(links)),
        f"{raw}/.github/FUNDING.yml": ("text/plain", _funding_yml(links)),
        f"{raw}/package.json": ("text/plain", _package(links)),
        f"/api/v1/videos/{FILM.rpartition('/')[2]}": (
            "application/json",
            _film(links),
        ),
    }


def _manifest(links: Links) -> str:
    """The mill's (https://fundingjson.org)."""
    mill = NEIGHBOURS["oelmuehle"]
    page = {"url": links.neighbour(mill.username)}
    channel = {
        "guid": "flattr",
        "type": "payment-provider",
        "address": links.profile(mill.username),
        "description": "A little each month, divided by those who press a button.",
    }
    plan = {
        "guid": "oil",
        "status": "active",
        "name": "Oil for the press",
        "description": "",
        "amount": 0,
        "currency": "EUR",
        "frequency": "monthly",
        "channels": ["flattr"],
    }
    project = {
        "guid": "press",
        "name": "The press",
        "description": "It stood still for sixty years.",
        "webpageUrl": {"url": f"{links.here}/mill"},
        "licenses": ["CC-BY-4.0"],
        "tags": ["mills", "oil"],
    }
    entity = {
        "type": "group",
        "role": "maintainer",
        "name": mill.name,
        "email": "mill@hedgerow.example",
        "description": mill.about,
        "webpageUrl": page,
    }
    funding = {"channels": [channel], "plans": [plan], "history": []}
    manifest = {
        "version": "v1.1.0",
        "entity": entity,
        "projects": [project],
        "funding": funding,
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def _blogroll(links: Links) -> str:
    """Whom the neighbours read: each other, and a podcast elsewhere."""
    listed = [
        (one.name, links.neighbour(one.username), f"{links.here}/feed.atom")
        for one in NEIGHBOURS.values()
    ]
    listed.append(("Haken", "https://haken.example/", "https://haken.example/feed.rss"))
    outlines = "\n".join(
        f'<outline type="rss" text="{escape(name)}" htmlUrl="{page}" xmlUrl="{feed}"/>'
        for name, page, feed in listed
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">'
        f"<head><title>Who reads whom at {NAME}</title></head>\n"
        f"<body>\n{outlines}\n</body></opml>\n"
    )


def _funding_yml(links: Links) -> str:
    return (
        "# How to thank us for the scripts.\n"
        "ko_fi: kit-and-kaboodle\n"
        f'custom: ["{links.profile("kit")}"]\n'
    )


def _package(links: Links) -> str:
    package = {
        "name": "hedgerow",
        "version": "1.0.0",
        "license": "MIT",
        "author": f"Kit ({links.neighbour('kit')})",
        "maintainers": [{"name": "Kaboodle"}],
        "repository": links.repository(),
        "funding": [{"type": "flattr", "url": links.profile("kit")}],
    }
    return json.dumps(package, indent=2) + "\n"


def _film(links: Links) -> str:
    """What PeerTube answers about the film of the moths."""
    page = links.neighbour("kit")
    channel = {"name": "moths", "displayName": "Kit & Kaboodle", "url": page}
    film = {
        "uuid": FILM.rpartition("/")[2],
        "name": "Two moths look for a lamp",
        "support": f"Buy us [a lamp]({links.profile('kit')}).",
        "channel": channel | {"support": "Seed packets are welcome too."},
    }
    return json.dumps(film, indent=2) + "\n"

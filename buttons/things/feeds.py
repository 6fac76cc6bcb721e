"""Feeds, Atom, RSS and JSON: what a creator makes, and what a reader flattrs who shows it.

Each entry carries the payment link that players and readers of feeds look for. A feed
has pages (RFC 5005); the names of entries stay the same for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import format_html, linebreaks
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from accounts.models import User
from buttons.models import Flattr, Thing
from buttons.things.json_feed import JsonFeed
from buttons.things.snippets import auto_submit
from buttons.things.submitting import LONGEST_DESCRIPTION, Submission, line, text
from flattr.database import replica
from flattr.templatetags.flattr import picture_url
from flattr.web import everybody

PAGE_LENGTH = 30
MOST_PAGES = 1_000
LASTS_SECONDS = 300

Row = TypeVar("Row", bound=Model)


MEDIA = {"xmlns:media": "http://search.yahoo.com/mrss/"}
PODCAST = {"xmlns:podcast": "https://podcastindex.org/namespace/1.0"}


def _add_more(handler: SimplerXMLGenerator, item: dict[str, Any], link: str) -> None:
    """What Django's feeds do not write of an entry: its links, and its picture."""
    for attributes in item["links"]:
        handler.addQuickElement(link, "", attributes)
    if item.get("picture"):
        size = {"width": "640", "height": "400"}
        handler.addQuickElement("media:thumbnail", "", {"url": item["picture"], **size})


class Atom(Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), **MEDIA}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for link in self.feed["links"]:
            handler.addQuickElement("link", "", link)

    def add_item_elements(
        self, handler: SimplerXMLGenerator, item: dict[str, Any]
    ) -> None:
        super().add_item_elements(handler, item)
        _add_more(handler, item, "link")

    def latest_post_date(self) -> datetime:
        latest: datetime = self.feed["latest"]
        return latest


class Rss(Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), **MEDIA, **PODCAST}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for link in self.feed["links"]:
            handler.addQuickElement("atom:link", "", link)
            if link["rel"] == "payment":
                # Apps for podcasts show it beside what they play.
                funding = {"url": link["href"]}
                handler.addQuickElement("podcast:funding", link["title"], funding)

    def add_item_elements(
        self, handler: SimplerXMLGenerator, item: dict[str, Any]
    ) -> None:
        super().add_item_elements(handler, item)
        _add_more(handler, item, "atom:link")

    def latest_post_date(self) -> datetime:
        latest: datetime = self.feed["latest"]
        return latest


KINDS: dict[str, tuple[type[Atom | Rss | JsonFeed], str]] = {
    "atom": (Atom, "application/atom+xml; charset=utf-8"),
    "rss": (Rss, "application/rss+xml; charset=utf-8"),
    "json": (JsonFeed, "application/feed+json; charset=utf-8"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a feed: its entries, its number from 1, and whether one follows."""

    entries: list[dict[str, Any]]
    number: int
    more: bool


@require_safe
@replica.public
def things(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """What a creator makes, newest first."""
    creator = _person(name)
    if creator is None:
        return _nobody(request)
    made = Thing.objects.made_by(creator).order_by("-pk")
    part = _part(request, made, lambda thing: _thing_entry(thing, creator))
    return _feed(
        request, kind, creator, _("Things by %(name)s") % {"name": _name(creator)}, part
    )


@require_safe
@replica.public
def flattrs(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """What a reader flattred, newest first; empty unless the reader shows it."""
    reader = _person(name)
    if reader is None:
        return _nobody(request)
    shown = Flattr.objects.shown_by(reader)
    part = _part(request, shown, lambda flattr: _flattr_entry(flattr, reader))
    return _feed(
        request,
        kind,
        reader,
        _("What %(name)s flattrs") % {"name": _name(reader)},
        part,
    )


def payment_link(about: Submission) -> dict[str, str]:
    """The attributes of a link that tells programs where to flattr a page."""
    return {
        "rel": "payment",
        "type": "text/html",
        "href": auto_submit(about),
        "title": _("Flattr this"),
    }


def _person(name: str) -> User | None:
    try:
        return User.objects.named(name)
    except User.DoesNotExist:
        return None


def _nobody(request: HttpRequest) -> HttpResponse:
    refusal = _("Nobody here has that name.") + "\n"
    response = HttpResponse(refusal, "text/plain; charset=utf-8", status=404)
    return everybody.answer(request, response, LASTS_SECONDS)


def _part(
    request: HttpRequest,
    rows: QuerySet[Row],
    entry: Callable[[Row], dict[str, Any]],
) -> Part:
    """The page of `rows` that `?page=` asks for; what is no number is the first."""
    given = request.GET.get("page", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    number = min(max(number, 1), MOST_PAGES)
    start = (number - 1) * PAGE_LENGTH
    found = list(rows[start : start + PAGE_LENGTH + 1])
    entries = [entry(row) for row in found[:PAGE_LENGTH]]
    return Part(entries, number, more=len(found) > PAGE_LENGTH)


def _feed(
    request: HttpRequest, kind: str, person: User, title: str, part: Part
) -> HttpResponse:
    made, media_type = KINDS[kind]
    here = settings.SITE_URL + request.path
    profile = _profile_url(person)
    about = Submission(profile, person.username, title=_name(person))
    feed = made(
        title=title,
        link=profile,
        description=title,
        language="en",
        author_name=_name(person),
        author_link=profile,
        feed_url=_page_url(here, part.number),
        feed_guid=here,
        links=[payment_link(about), *_neighbours(here, part)],
        latest=max(
            (entry["updateddate"] for entry in part.entries),
            default=person.date_joined,
        ),
    )
    for entry in part.entries:
        feed.add_item(**entry, author_name=_name(person), author_link=profile)
    response = HttpResponse(feed.writeString("utf-8"), media_type)
    return everybody.answer(request, response, LASTS_SECONDS)


def _neighbours(here: str, part: Part) -> Iterator[dict[str, str]]:
    yield {"rel": "first", "href": _page_url(here, 1)}
    if part.number > 1:
        yield {"rel": "previous", "href": _page_url(here, part.number - 1)}
    if part.more:
        yield {"rel": "next", "href": _page_url(here, part.number + 1)}


def _page_url(here: str, number: int) -> str:
    return here if number == 1 else f"{here}?{urlencode({'page': number})}"


def _thing_entry(thing: Thing, owner: User | None) -> dict[str, Any]:
    day = f"{thing.created_at:%Y-%m-%d}"
    return {
        "title": _line(thing.title),
        "link": settings.SITE_URL + reverse("buttons:thing", args=[thing.pk]),
        "description": _paragraphs(thing.description),
        "pubdate": thing.created_at,
        "updateddate": thing.created_at,
        "unique_id": f"tag:{_host()},{day}:thing/{thing.pk}",
        "unique_id_is_permalink": False,
        "categories": [_line(tag) for tag in thing.tags],
        "picture": picture_url(thing.picture),
        "links": [
            {"rel": "related", "type": "text/html", "href": thing.url},
            payment_link(
                Submission(thing.url, owner.username if owner else "", thing.title)
            ),
        ],
    }


def _flattr_entry(flattr: Flattr, reader: User) -> dict[str, Any]:
    thing = flattr.thing
    day = f"{flattr.received_at:%Y-%m-%d}"
    name = reader.username.lower()
    owner = thing.owner if thing.proved else None
    maker = format_html(_("<p>By {name}.</p>"), name=_name(owner)) if owner else ""
    entry = _thing_entry(thing, owner)
    return entry | {
        "description": maker + (entry["description"] or "") or None,
        "pubdate": flattr.received_at,
        "updateddate": flattr.received_at,
        "unique_id": f"tag:{_host()},{day}:{name}/flattr/{thing.pk}",
    }


def _paragraphs(given: str) -> str | None:
    """As HTML; None where nothing is said, so that the feed says nothing of it."""
    described = text(given, LONGEST_DESCRIPTION)
    return linebreaks(described, autoescape=True) if described else None


def _profile_url(person: User) -> str:
    return settings.SITE_URL + reverse("buttons:profile", args=[person.username])


def _name(person: User) -> str:
    return line(person.name_and_username, 100)


def _line(given: str) -> str:
    return line(given, 100)


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""

"""Whom somebody flattrs, as OPML: for a reader of feeds, which then shows what they make."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import rfc2822_date
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.people.asker import signed_in
from buttons.models import Flattr
from buttons.things.submitting import line
from flattr import months
from flattr.database import clock

A_YEAR = timedelta(days=365)


@require_safe
@login_required
def flattred(request: HttpRequest) -> HttpResponse:
    """The feeds of whom the reader flattred in the last year, the latest first."""
    reader = signed_in(request)
    response = HttpResponse(outline(reader), "text/x-opml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="flattred.opml"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def outline(reader: User) -> str:
    written = StringIO()
    xml = SimplerXMLGenerator(written, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("opml", AttributesImpl({"version": "2.0"}))
    xml.startElement("head", AttributesImpl({}))
    title = _("Whom I flattr at %(site)s") % {"site": settings.OPERATOR_NAME}
    xml.addQuickElement("title", title)
    xml.addQuickElement("dateCreated", rfc2822_date(clock.now()))
    xml.endElement("head")
    xml.startElement("body", AttributesImpl({}))
    for creator in _creators(reader):
        xml.addQuickElement("outline", "", _attributes(creator))
    xml.endElement("body")
    xml.endElement("opml")
    xml.endDocument()
    return written.getvalue()


def _creators(reader: User) -> list[User]:
    """One query, of the months of a year."""
    since = months.period_of(clock.now() - A_YEAR)
    given = Flattr.objects.filter(reader=reader, period__gte=since)
    latest = given.order_by().values("creator").annotate(last=Max("received_at"))
    when = dict(latest.values_list("creator", "last"))
    people = User.objects.filter(
        pk__in=when, is_active=True, suspended_at=None, closing_at=None
    )
    return sorted(people, key=lambda person: when[person.pk], reverse=True)


def _attributes(creator: User) -> dict[str, str]:
    feed = reverse("buttons:things_feed", args=[creator.username, "atom"])
    profile = reverse("buttons:person", args=[creator.username])
    name = line(creator.name_and_username, 100)
    return {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": settings.SITE_URL + feed,
        "htmlUrl": settings.SITE_URL + profile,
    }

"""Search in the API: words, tags, languages, categories, people; every old sort."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import (
    Count,
    F,
    FilteredRelation,
    FloatField,
    Func,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Lower
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.rest.views import asking
from buttons.finding.asked import LONGEST_SEARCH
from buttons.models import Thing, ThingQuerySet, query_of
from buttons.rest import shapes
from buttons.things.addresses import BadAddress, normalise
from buttons.things.tagging import tagged
from flattr import months
from flattr.api.bodies import LARGEST_PAGE, number, page_of
from flattr.api.routes import READ
from flattr.database import clock

RECENT = {
    "flattrs_day": timedelta(days=1),
    "flattrs_week": timedelta(days=7),
    "flattrs_month": timedelta(days=30),
}
TREND = timedelta(days=14)


@api_view(READ)
def search(request: Request, suffix: str = "") -> Response:
    """What is listed and fits all that was asked, a page at a time, with totals."""
    asked = request.query_params
    text = asked.get("query", "").strip()[:LONGEST_SEARCH]
    found = filtered(Thing.objects.listed().with_owner(), asked, asking(request))
    if text:
        found = found.named(text)
    ranked = sorted_by(found, asked.get("sort", ""), text)
    page = shapes.things(request, page_of(request, ranked))
    return Response(
        {
            "total_items": found.count(),
            "items": len(page),
            "page": number(asked.get("page"), 1, LARGEST_PAGE),
            "things": page,
        }
    )


def filtered(
    things: ThingQuerySet, asked: Mapping[str, str], seen_by: User | None
) -> ThingQuerySet:
    """Narrowed by each filter that is not empty; languages and categories are lists."""
    if url := asked.get("url", "").strip():
        try:
            things = things.filter(url=normalise(url))
        except BadAddress:
            return things.none()
    if languages := words(asked.get("language", "")):
        things = things.alias(spoken=Lower("language")).filter(spoken__in=languages)
    if categories := words(asked.get("category", "")):
        things = things.filter(category__in=categories)
    if name := asked.get("user", "").strip():
        of_them = things.alias(of=Lower("owner__username"))
        things = of_them.filter(of=name.lower()).owned(seen_by)
    return tagged(things, asked.get("tags", ""))


def words(given: str) -> list[str]:
    """The entries of a comma list, in lower case.

    >>> words("de-DE, en_GB,,")
    ['de_de', 'en_gb']
    """
    found = (word.strip().lower().replace("-", "_") for word in given.split(","))
    return [word for word in found if word]


def sorted_by(things: ThingQuerySet, sort: str, text: str) -> QuerySet[Thing, Any]:
    """In the asked order, else by relevance: by how well the words fit, then by how
    often it was flattred."""
    by = sort.strip().lower()
    weighed: QuerySet[Thing, Any] = things
    if by in RECENT:
        of_late = recently(things, RECENT[by])
        weighed = of_late.annotate(weight=Count("recent__thing"))
    elif by == "trend":
        weighed = trending(things)
    elif text and by != "flattrs":
        weighed = things.annotate(weight=SearchRank(F("words"), query_of(text)))
    else:
        weighed = things.annotate(weight=Value(0))
    return weighed.order_by(F("weight").desc(), "-flattrs", "-pk")


def recently(things: ThingQuerySet, span: timedelta) -> ThingQuerySet:
    """Joined with their flattrs of the last `span`, a set for all of them."""
    since = clock.now() - span
    of_late = Q(
        received__received_at__gte=since,
        received__period__gte=months.period_of(since),
    )
    return things.annotate(recent=FilteredRelation("received", condition=of_late))


def trending(things: ThingQuerySet) -> ThingQuerySet:
    """A flattr weighs one when it is made, half after a day, a third after two."""
    seconds = Func(
        Value(clock.now()) - F("recent__received_at"),
        function="EXTRACT",
        template="EXTRACT(EPOCH FROM %(expressions)s)::float8",
        output_field=FloatField(),
    )
    weight = Value(86_400.0) / (Value(86_400.0) + seconds)
    total = Coalesce(Sum(weight, output_field=FloatField()), Value(0.0))
    return recently(things, TREND).annotate(weight=total)

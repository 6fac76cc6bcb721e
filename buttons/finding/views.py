"""Discover: what there is to flattr."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.people.finding import person_named
from buttons.models import CATEGORIES, Thing
from buttons.things.listing import page_of
from flattr.database import replica

LONGEST_SEARCH = 200

SORTS = {"flattrs": _("Most flattred"), "new": _("Newest")}


@require_safe
@replica.public
def things(request: HttpRequest) -> HttpResponse:
    """Everything listed, by words and category, a page at a time."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    category = request.GET.get("category", "")
    sort = request.GET.get("sort", "")
    things = Thing.objects.listed().with_owner()
    if text:
        things = things.named(text)
    if category in dict(CATEGORIES):
        things = things.filter(category=category)
    facts = {
        "page": page_of(things, sort, request.GET.get("after", "")),
        "text": text,
        "category": category,
        "categories": CATEGORIES,
        "sort": sort if sort in SORTS else "flattrs",
        "sorts": SORTS.items(),
        "first": "after" not in request.GET,
        "person": person_named(text) if text else None,
    }
    return render(request, "buttons/finding/discover.html", facts)

"""Discover: what there is to flattr, and who makes it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from buttons.finding import emptiness, lists
from buttons.finding.asked import Asked, Chip
from buttons.finding.languages_in_use import languages_in_use
from flattr.database import replica


@require_safe
@replica.public
def things(request: HttpRequest) -> HttpResponse:
    """Things by words, category, language and order, a part at a time."""
    asked = Asked.of(request)
    found = lists.things(asked)
    orders = ["flattrs", "new"] if asked.text else ["trend", "flattrs", "new", "near"]
    facts = {
        "found": found,
        "nothing": emptiness.nothing_of_things(found),
        "chips": chips(asked, orders, found.order),
        "other_url": reverse("buttons:creators") + asked.but(sort=asked.shared_sort),
    }
    return render(request, "buttons/finding/things.html", facts)


@require_safe
@replica.public
def creators(request: HttpRequest) -> HttpResponse:
    """Creators, likewise."""
    asked = Asked.of(request)
    found = lists.creators(asked)
    orders = [] if asked.text else ["trend", "new", "near"]
    facts = {
        "found": found,
        "nothing": emptiness.nobody(found),
        "chips": chips(asked, orders, found.order),
        "other_url": reverse("buttons:catalogue") + asked.but(sort=asked.shared_sort),
    }
    return render(request, "buttons/finding/creators.html", facts)


def chips(asked: Asked, orders: list[str], current: str) -> list[Chip]:
    return [
        *asked.order_chips(orders, current),
        *asked.category_chips(),
        *asked.language_chips(languages_in_use()),
    ]

"""The addresses that search engines may know, in parts, for `/sitemap.xml`.

A part is a range of ids, so that no part reads more than its own rows, however many
there are, and an address stays in its part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import BigIntegerField, ExpressionWrapper, F, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from buttons.models import Thing
from flattr.database import replica
from flattr.site import shared
from flattr.site.help.views import GROUPS
from payouts.models import Close

# Ids in a part; a sitemap may hold 50,000 addresses.
PART_LENGTH = 10_000
LASTS_SECONDS = 3600
INDEX_KEY = "sitemap"
INDEX_SECONDS = 600
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMES = "http://www.sitemaps.org/schemas/sitemap/0.9"

Address = tuple[str, datetime | None]


@require_safe
@replica.public
def index(_request: HttpRequest) -> HttpResponse:
    """Which parts there are: those with at least one address. Looked up once in a
    while, since it goes through all things."""
    paths: list[str] | None = cache.get(INDEX_KEY)
    if paths is None:
        paths = list(_index())
        cache.set(INDEX_KEY, paths, INDEX_SECONDS)
    rows = format_html_join(
        "\n",
        "<sitemap><loc>{}</loc></sitemap>",
        ((settings.SITE_URL + path,) for path in paths),
    )
    return _answer(
        format_html('<sitemapindex xmlns="{}">\n{}\n</sitemapindex>', NAMES, rows)
    )


@require_safe
@replica.public
def part(_request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """404 for a part without addresses."""
    rows = "\n".join(_rows(KINDS[kind](int(number))))
    if not rows:
        raise Http404
    return _answer(f'<urlset xmlns="{NAMES}">\n{rows}\n</urlset>')


def _index() -> Iterator[str]:
    yield reverse("sitemap_part", args=["pages", 0])
    for kind, key in (("people", "owner_id"), ("things", "id")):
        numbers = (
            _proved()
            .order_by()
            .values_list(ExpressionWrapper(F(key) / PART_LENGTH, BigIntegerField()))
            .distinct()
        )
        for [number] in sorted(numbers):
            yield reverse("sitemap_part", args=[kind, number])


def _pages(_number: int) -> Iterator[Address]:
    """All pages about no person and no thing; they are few."""
    for name in shared.PAGES:
        yield reverse(name), None
    for group in GROUPS:
        for question in group.questions:
            yield question.url, None
    for close in Close.objects.filter(state="closed").order_by("period"):
        yield reverse("payouts:close", args=[close.period]), close.closed_at


def _people(number: int) -> Iterator[Address]:
    """Whoever has a proved thing, since when the newest is."""
    start = reverse("buttons:person", args=["x"]).removesuffix("x")
    found = (
        _within(_proved(), "owner_id", number)
        .values("owner__username")
        .annotate(newest=Max("proved_at"))
        .order_by("owner_id")
        .values_list("owner__username", "newest")
    )
    for username, newest in found:
        yield start + username, newest


def _things(number: int) -> Iterator[Address]:
    start = reverse("buttons:thing", args=[0]).removesuffix("0")
    found = _within(_proved(), "id", number).order_by("id")
    for pk, proved_at in found.values_list("id", "proved_at"):
        yield f"{start}{pk}", proved_at


KINDS: dict[str, Callable[[int], Iterator[Address]]] = {
    "pages": _pages,
    "people": _people,
    "things": _things,
}


def _proved() -> QuerySet[Thing]:
    return Thing.objects.listed().works().filter(proved_at__isnull=False)


def _within(things: QuerySet[Thing], key: str, number: int) -> QuerySet[Thing]:
    first = number * PART_LENGTH
    return things.filter(**{f"{key}__gte": first, f"{key}__lt": first + PART_LENGTH})


def _rows(addresses: Iterable[Address]) -> Iterator[str]:
    """Paths are of our own making and hold nothing that XML would need to be told."""
    for path, changed_at in addresses:
        lastmod = f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else ""
        yield f"<url><loc>{settings.SITE_URL}{path}</loc>{lastmod}</url>"


def _answer(xml: str) -> HttpResponse:
    answer = HttpResponse(HEAD + xml + "\n", content_type="application/xml")
    answer.headers["Cache-Control"] = f"public, max-age={LASTS_SECONDS}"
    return answer

"""How pages write money, months and times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from flattr import months
from flattr.web import charts, locales, patterns

register = template.Library()


@register.filter
def money(amount: int, currency: str = "") -> str:
    """Minor units with two decimals and the currency, as the reader's locale writes
    them: €1,234.50 in English, 1.234,50 € in German."""
    return locales.show_money(amount, currency or settings.CURRENCY)


@register.filter
def signed_money(amount: int) -> str:
    """What was added in a sum, as `money`, with its sign: +€5.00, and −€5.00 below 0."""
    sign = {True: "+", False: "\N{MINUS SIGN}"}[amount > 0] if amount else ""
    return sign + money(abs(amount))


@register.filter
def taken_money(amount: int) -> str:
    """What was taken in a sum, with its sign: −€5.00 for 5.00."""
    return signed_money(-amount)


@register.filter
def part_of(amount: int, most: int) -> str:
    """How wide a bar in a table is, beside the widest."""
    return charts.part_of(amount, most)


@register.filter
def month(period: int) -> str:
    """A period as people write it: October 2026."""
    return formats.date_format(months.start(period), "F Y")


@register.filter
def month_name(period: int) -> str:
    """A period's month without its year: October."""
    return formats.date_format(months.start(period), "F")


@register.filter
def short_month(period: int) -> str:
    """A period's month in a few letters: Oct."""
    return formats.date_format(months.start(period), "M")


@register.filter
def period(value: int) -> str:
    """A period as URLs write it: 2026-10."""
    return months.show(value)


@register.filter
def moment(value: datetime) -> str:
    """A time in UTC, saying so."""
    return formats.date_format(timezone.localtime(value, UTC), "j F Y, H:i") + " UTC"


@register.filter
def day(value: datetime) -> str:
    return formats.date_format(timezone.localtime(value, UTC), "j F Y")


@register.filter
def short_day(value: datetime) -> str:
    """A day near enough to need no year, in UTC: 9 December."""
    return formats.date_format(timezone.localtime(value, UTC), "j F")


@register.simple_tag
def slices_in_words(slices: Sequence[object], new: object = False) -> str:
    """What the picture of a month shows, for people who hear it; `new` is whether a
    click would add a slice.

    >>> slices_in_words(["s1"]), slices_in_words(["s1", "s2"], new=True)
    ('1 equal slice', '2 equal slices and a new one')
    """
    number = len(slices)
    text = ngettext("%(number)d equal slice", "%(number)d equal slices", number)
    if new:
        text = ngettext(
            "%(number)d equal slice and a new one",
            "%(number)d equal slices and a new one",
            number,
        )
    return text % {"number": number}


@register.simple_tag(takes_context=True)
def nav_link(
    context: template.Context, name: str, label: str, *, below: bool = True
) -> SafeString:
    """A link to a page by the name of its URL, marked when it is the page shown, or one
    below it unless that has a link of its own beside this."""
    url = reverse(name)
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match is not None and match.view_name == name:
        return format_html('<a href="{}" aria-current="page">{}</a>', url, label)
    if below and request is not None and request.path.startswith(f"{url}/"):
        return format_html('<a href="{}" aria-current="true">{}</a>', url, label)
    return format_html('<a href="{}">{}</a>', url, label)


class Named(Protocol):
    username: str
    picture: str


@register.simple_tag
def face(person: Named, classes: str = "", alt: str = "") -> SafeString:
    """Somebody's round picture. `classes` are those of pieces.css: tiny, large, huge,
    ring. `alt` stays empty where the name stands beside it."""
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="96" height="96">',
        f"face {classes}".strip(),
        picture_address(person.picture) or patterns.address("face", person.username),
        alt,
    )


@register.simple_tag
def cover(person: Named) -> SafeString:
    """What stands above somebody's face on their profile."""
    return format_html(
        '<img class="cover" src="{}" alt="" width="1600" height="400">',
        patterns.address("cover", person.username),
    )


class Shown(Protocol):
    url: str
    picture: str


@register.simple_tag
def large_picture(thing: Shown) -> SafeString:
    """As `picture`, on the page that is about the work: seen first, so loaded at once."""
    return format_html(
        '<img src="{}" alt="" width="640" height="400">',
        picture_address(thing.picture) or patterns.address("work", thing.url),
    )


@register.simple_tag
def picture(thing: Shown, classes: str = "") -> SafeString:
    """A work's picture, eight by five; its title always stands beside it."""
    return format_html(
        '<img{} src="{}" alt="" width="320" height="200" loading="lazy">',
        format_html(' class="{}"', classes) if classes else "",
        picture_address(thing.picture) or patterns.address("work", thing.url),
    )


def picture_address(digest: str) -> str:
    """Where a picture is shown; empty for none."""
    return reverse("buttons:picture", args=[digest]) if digest else ""


def picture_url(digest: str) -> str:
    """The same for programs and other sites: the whole address."""
    return settings.SITE_URL + picture_address(digest) if digest else ""

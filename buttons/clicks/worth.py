"""What a flattr is worth now: the split of the budget over this month so far."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from flattr.split import fee, split
from flattr.templatetags.flattr import money

# What fits on a button: the whole title stands beside it.
LONGEST_ON_BUTTON = 40


@dataclass(frozen=True, slots=True)
class Worth:
    """What each of `units` creators (or things, by the site's policy) would get if
    the month ended now: `least` minor units, and some of them `most`."""

    units: int
    least: int
    most: int


def worth(budget: int, units: int, fee_percent: int) -> Worth | None:
    """Divide what is left of `budget` after the fee evenly; None without units."""
    if not units:
        return None
    shares = split(budget - fee(budget, fee_percent), range(units), offset=0).values()
    return Worth(units, min(shares), max(shares))


def share(worth: Worth) -> str:
    """What each gets: one amount, or two that are a cent apart."""
    if worth.least == worth.most:
        return strong(money(worth.least))
    return format_html(
        _("{least} or {most}"),
        least=strong(money(worth.least)),
        most=strong(money(worth.most)),
    )


def not_paid_yet() -> str:
    return _("That is if your payment arrives.")


def back_to(title: str) -> str:
    """The way back to what was flattred, as a button says it."""
    cut = Truncator(title).chars(LONGEST_ON_BUTTON)
    return format_html(_("Back to “{title}”"), title=bdi(cut))


def named(person: User) -> SafeString:
    return bdi(person.name_and_username)


def bdi(text: str) -> SafeString:
    """A stranger's text, whatever direction it is written in."""
    return format_html("<bdi>{}</bdi>", text)


def strong(figure: str) -> SafeString:
    return format_html('<strong class="num">{}</strong>', figure)

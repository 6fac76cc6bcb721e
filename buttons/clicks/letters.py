"""What we write to readers about flattrs for things that nobody had proved."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.happenings import Event
from accounts.mail.letter import Button, Items, Letter, Link, page
from accounts.mail.notices import Words
from accounts.models.webhook import Happening
from flattr.templatetags.flattr import month


def promise_kept(
    creator_name: str, thing: int, title: str, more: list[dict[str, Any]], period: int
) -> Letter:
    number = 1 + len(more)
    facts = {
        "creator": creator_name,
        "title": title,
        "month": month(period),
        "number": number,
    }
    return Letter(
        ngettext(
            "%(creator)s has come forward: your flattr counts",
            "%(creator)s has come forward: your %(number)s flattrs count",
            number,
        )
        % facts,
        ngettext(
            "You flattred “%(title)s” before anybody had proved that it is theirs. Now"
            " %(creator)s has proved it, and your flattr counts in %(month)s.",
            "You flattred %(number)s pages before anybody had proved that they are"
            " theirs. Now %(creator)s has proved it, and your flattrs count in %(month)s.",
            number,
        )
        % facts,
        pages(thing, title, more),
        ngettext(
            "If you have changed your mind, you can undo it until the month ends.",
            "If you have changed your mind, you can undo any of them until the month"
            " ends.",
            number,
        ),
        Button(_("Your month"), page("payouts:month")),
    )


def promise_lapsed(
    thing: int, title: str, more: list[dict[str, Any]], period: int
) -> Letter:
    number = 1 + len(more)
    facts = {"title": title, "month": month(period), "number": number}
    return Letter(
        ngettext(
            "Nobody came forward for “%(title)s”",
            "Nobody came forward for %(number)s pages that you flattred",
            number,
        )
        % facts,
        ngettext(
            "In %(month)s you flattred “%(title)s”. For six months nobody has proved that"
            " it is theirs, so that flattr is gone. It cost you nothing.",
            "In %(month)s you flattred %(number)s pages. For six months nobody has proved"
            " that they are theirs, so those flattrs are gone. They cost you nothing.",
            number,
        )
        % facts,
        ngettext(
            "You can flattr it again whenever you like.",
            "You can flattr them again whenever you like.",
            number,
        ),
        pages(thing, title, more),
    )


def promise_left(period: int) -> Letter:
    return Letter(
        _("An author you flattred has left"),
        _(
            "In %(month)s you flattred a page before anybody had proved that it is"
            " theirs. The person it was waiting for has closed their account, so that"
            " flattr is gone. It cost you nothing."
        )
        % {"month": month(period)},
        Button(_("Your month"), page("payouts:month")),
    )


def pages(thing: int, title: str, more: list[dict[str, Any]]) -> Items | Link:
    """The link of the one page, or a list of all."""
    if not more:
        return Link(_("See the page"), page("buttons:thing", thing))
    items = [(title, thing), *((one["title"], one["thing"]) for one in more)]
    return Items([(words, page("buttons:thing", pk)) for words, pk in items])


# --- Notices --------------------------------------------------------------------------


def promise_kept_notice(title: str, number: int, period: int) -> Words:
    text = ngettext(
        "The author of “<bdi>{title}</bdi>” has come forward: your flattr counts in"
        " {month}.",
        "The author of {number} pages that you flattred has come forward: your flattrs"
        " count in {month}.",
        number,
    )
    said = format_html(text, title=title, number=number, month=month(period))
    return Words(said, is_good=True)


def promise_lapsed_notice(title: str, number: int) -> Words:
    text = ngettext(
        "Nobody has come forward for “<bdi>{title}</bdi>” in six months, so that flattr is"
        " gone. It cost you nothing.",
        "Nobody has come forward for {number} pages in six months, so those flattrs are"
        " gone. They cost you nothing.",
        number,
    )
    return Words(format_html(text, title=title, number=number))


def promise_left_notice(period: int) -> Words:
    text = _(
        "The author of a page that you flattred in %(month)s has left, so that flattr is"
        " gone. It cost you nothing."
    )
    return Words(text % {"month": month(period)})


def thing_page(thing: int | None) -> str:
    return reverse("buttons:thing", args=[thing]) if thing else ""


def promise_waiting_event(thing: int, url: str, waiting: int) -> Event:
    return Event(
        Happening.PROMISE_WAITING,
        {"thing": {"id": thing, "url": url}, "waiting": waiting},
    )

"""Sentences of the site's own pages that differ from case to case."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def where_it_goes(fee_percent: int) -> str:
    """Below the steps of a month, on the front page."""
    if fee_percent:
        return _(
            "Your statement shows where the money went;"
            " %(percent)s %% stays with this site."
        ) % {"percent": fee_percent}
    return _(
        "Your statement shows where the money went; none of it stays with this site."
    )


def about_the_fee(fee_percent: int, site: str) -> str:
    """The first sentences of the page of fees."""
    if fee_percent:
        return format_html(
            _(
                "<strong>{percent} %</strong> of what you give in a month stays with"
                " {site} and pays for running it. The rest is divided among the"
                " creators."
            ),
            percent=fee_percent,
            site=site,
        )
    return SafeString(
        _(
            "<strong>There is no fee.</strong> All that you give in a month is divided"
            " among the creators."
        )
    )


def why_no_access(username: str) -> str:
    """On the page of a 403; `username` is empty for somebody who is not signed in."""
    if username:
        return _(
            "You are signed in as %(username)s. This page belongs to somebody else."
        ) % {"username": username}
    return format_html(
        _('You may only need to <a href="{url}">sign in</a>.'),
        url=reverse("account_login"),
    )

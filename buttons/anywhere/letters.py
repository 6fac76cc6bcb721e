"""What we write to whoever waited long for a list to be read."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.letter import Button, Letter, page
from accounts.mail.notices import Words


def list_read(pasted: int, title: str, number: int) -> Letter:
    facts = {"title": title, "number": number}
    return Letter(
        _("We have looked at everything in “%(title)s”") % facts,
        ngettext(
            "You pasted %(number)s address. It has been looked at: see who would get"
            " it before you flattr anything.",
            "You pasted %(number)s addresses. All have been looked at: see who would"
            " get it before you flattr anything.",
            number,
        )
        % facts,
        Button(_("See your list"), page("buttons:pasted", pasted)),
        _("We keep the list for a week, for you alone."),
    )


def list_read_notice(pasted: int, title: str) -> Words:
    text = _("Everything in your list “<bdi>{title}</bdi>” has been looked at.")
    return Words(
        format_html(text, title=title),
        is_good=True,
        label=_("See your list"),
        url=reverse("buttons:pasted", args=[pasted]),
    )

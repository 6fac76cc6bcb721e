"""What we write to readers in the middle of their month, if they want it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.letter import Button, Letter, page
from flattr.templatetags.flattr import money, month


def digest_given(
    period: int, budget: int, clicks: int, creators: int, share: int
) -> Letter:
    facts = {
        "month": month(period),
        "budget": money(budget),
        "number": clicks,
        "share": money(share),
    }
    if not clicks:
        return Letter(
            _("%(month)s so far: nobody yet") % facts,
            _("You have flattred nothing in %(month)s yet. Then nothing is spent.")
            % facts,
            Button(_("Find something to flattr"), page("buttons:catalogue")),
        )
    subject = ngettext(
        "%(month)s so far: %(number)s creator",
        "%(month)s so far: %(number)s creators",
        creators,
    )
    flattred = ngettext(
        "You have flattred %(number)s thing.",
        "You have flattred %(number)s things.",
        clicks,
    )
    return Letter(
        subject % {**facts, "number": creators},
        flattred % facts,
        _each() % facts,
        Button(_("Your month"), page("payouts:month")),
    )


def _each() -> str:
    if settings.POLICY == "thing":
        return _(
            "If the month ended now, each thing would get %(share)s of %(budget)s."
        )
    return _("If the month ended now, each creator would get %(share)s of %(budget)s.")

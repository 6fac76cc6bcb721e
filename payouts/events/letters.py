"""What we write to staff about events of Stripe."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.letter import Button, Letter, Quote, page


def event_given_up(event: str, kind: str, about: str, many: int, why: str) -> Letter:
    return Letter(
        _("Stripe told us about something that it does not know"),
        _(
            "Stripe told us that %(about)s changed (%(kind)s). When we ask for it, Stripe"
            " says that there is no such thing, and has said so for a day. We have"
            " stopped asking."
        )
        % {"about": about, "kind": kind},
        _other_events(many - 1),
        _("Stripe's answer:"),
        Quote(why),
        _(
            "Nothing was booked. It may have been deleted at Stripe, or belong to another"
            " account or mode. If it should be there, open the event and press “Act on it"
            " again”."
        ),
        Button(_("Open the event"), page("admin:payouts_stripeevent_change", event)),
        greets=False,
    )


def _other_events(number: int) -> str:
    if number < 1:
        return ""
    return ngettext(
        "The same goes for %(number)s other event about it.",
        "The same goes for %(number)s other events about it.",
        number,
    ) % {"number": number}

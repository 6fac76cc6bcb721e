"""What we write to staff about events of Stripe."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.letter import Button, Letter, Quote, page
from flattr.templatetags.flattr import money


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


def debit_late(payment: int, amount: int, days: int) -> Letter:
    return Letter(
        _("A debit of %(amount)s takes longer than %(days)s days")
        % {"amount": money(amount), "days": days},
        _(
            "A bank has worked on a reader's debit for longer than banks take, and Stripe"
            " still says that it is being processed. Nothing was credited, and nothing else"
            " is charged to this reader meanwhile."
        ),
        _(
            "Please look at the payment at Stripe, and ask Stripe about it. When it is paid"
            " or has failed, we do the rest by ourselves. We do not write again."
        ),
        Button(_("Open the payment"), page("admin:payouts_payment_change", payment)),
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

"""What we write when the platform begins to wind down, and when it goes on after all."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.mail.letter import Button, Letter, page
from flattr.templatetags.flattr import money, month


def winding_down(
    *, means: int, held: int, ready: int, has_bank: bool, closes: bool, period: int
) -> Letter:
    facts = {
        "site": settings.OPERATOR_NAME,
        "means": money(means),
        "held": money(held),
        "ready": money(ready),
        "month": month(period),
    }
    return Letter(
        _("%(site)s is winding down: your money is paid back") % facts,
        _(
            "%(site)s is winding down. From now on nothing new can be flattred or paid in,"
            " nothing is charged, and everybody gets what is theirs."
        )
        % facts,
        _of_reader(closes) % facts if means else "",
        _(
            "%(held)s of what you earned is held, in case a reader's payment is taken back."
            " It is paid out when that time is over."
        )
        % facts
        if held
        else "",
        _(
            "%(ready)s of what you earned is ready or on its way. It is paid out once our"
            " staff have approved it, also when it is less than the smallest payout."
        )
        % facts
        if ready
        else "",
        _("We do not know your bank account yet. Please tell us where to pay you.")
        if (held or ready) and not has_bank
        else "",
        Button(_("Tell us your bank account"), page("payouts:payouts"))
        if (held or ready) and not has_bank
        else None,
        _(
            "Your statements and the export of your data stay on our pages until the end."
            " Please download what you want to keep."
        ),
        Button(_("Open your settings"), page("payouts:export"))
        if has_bank or not (held or ready)
        else None,
    )


def _of_reader(closes: bool) -> str:
    if closes:
        return _(
            "%(means)s is in your account. What you flattred in %(month)s is paid for at the"
            " month's end as always. The rest then goes back to where it came from: to"
            " your card or bank account."
        )
    return _(
        "%(means)s is in your account. What you flattred in %(month)s is not paid for any"
        " more, and all of it goes back to where it came from: to your card or bank"
        " account."
    )


def winding_stopped(means: int) -> Letter:
    facts = {"site": settings.OPERATOR_NAME, "means": money(means)}
    return Letter(
        _("%(site)s goes on after all") % facts,
        _(
            "We wrote to you that %(site)s was winding down. That is stopped: everything"
            " goes on as before, and you can flattr and pay in again."
        )
        % facts,
        _("%(means)s is in your account, as before.") % facts if means else "",
        Button(_("Open %(site)s") % facts, page("home")),
    )

"""The letter about a webhook that was switched off."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.mail.letter import Button, Letter, Quote, page


def hook_off(host: str, is_gone: bool) -> Letter:
    if is_gone:
        why = _(
            "Your webhook's address answered that it is gone for good (410), so we"
            " switched the webhook off:"
        )
    else:
        why = _(
            "For a week your webhook's address accepted nothing that we sent, so we"
            " switched the webhook off:"
        )
    return Letter(
        _("Your webhook is switched off"),
        why,
        Quote(host),
        _(
            "Mails, notices and payouts go on. Once the address answers again, switch the"
            " webhook on. What it did not accept can be sent again from the same page; what"
            " happens while it is off is not sent."
        ),
        Button(_("See what was not accepted"), page("buttons:webhook")),
    )

"""What has stopped, and what is switched off or missing."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from payouts.close import breaker, closing
from payouts.earnings import topping_up


def alarms() -> list[str]:
    why = breaker.tripped()
    return [_("Payouts and closes are stopped: %(why)s") % {"why": why}] if why else []


def notes() -> list[str]:
    found = []
    if closing.due() is not None:
        found.append(
            _("A month is over and not closed yet. It is closed within minutes.")
        )
    if shortage := topping_up.shortage():
        found.append(
            _(
                "%(shortage)s Add it to the balance in Stripe's dashboard; the payouts"
                " go out by themselves, the oldest first."
            )
            % {"shortage": shortage}
        )
    if not settings.SECOND_APPROVAL:
        found.append(
            _("The second approval is switched off: one person alone can send money.")
        )
    return found

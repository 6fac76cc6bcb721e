"""What has stopped, and what is switched off or missing."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from flattr.templatetags.flattr import day, month
from payouts.close import breaker, closing
from payouts.earnings import topping_up
from payouts.models import WindingDown


def alarms() -> list[str]:
    why = breaker.tripped()
    return [_("Payouts and closes are stopped: %(why)s") % {"why": why}] if why else []


def notes() -> list[str]:
    found = []
    if ends := WindingDown.objects.running():
        found.append(_ends(ends))
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


def _ends(ends: WindingDown) -> str:
    """Since when the platform winds down, and what goes back."""
    facts = {"day": day(ends.began_at), "month": month(ends.period)}
    if ends.gives_back_since:
        text = _(
            "The platform has been winding down since %(day)s, and money goes back. What it"
            " waits for: manage.py pay_everybody_back --dry-run."
        )
    else:
        text = _(
            "The platform has been winding down since %(day)s. Money goes back once"
            " %(month)s is closed; until then it can be stopped."
        )
    return text % facts

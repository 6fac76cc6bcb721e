"""The figures that answers name, as the settings and the rules have them now."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Allowance
from buttons.abuse import reporting
from buttons.clicks import promising
from flattr.site.processing import months, span
from flattr.templatetags.flattr import money
from payouts.close import closing, maturing
from payouts.earnings import destinations
from payouts.gifts import handing_over
from payouts.leaving import departing
from payouts.models import LARGEST_GIFT, SMALLEST_GIFT, Hold
from payouts.payments import methods, reserving, tries


def figures() -> dict[str, str]:
    first, last = (span(timedelta(days=days)) for days in tries.DAYS)
    return {
        "site": settings.OPERATOR_NAME,
        "email": settings.OPERATOR_EMAIL,
        "least_budget": money(settings.SMALLEST_BUDGET),
        "most_budget": money(settings.LARGEST_BUDGET),
        "least_gift": money(SMALLEST_GIFT),
        "most_gifts": money(LARGEST_GIFT),
        "gift_undo": span(reserving.UNDOABLE),
        "gift_waits": span(handing_over.WAITS),
        "app_gifts": money(Allowance.GIFT_MOST),
        "least_payout": money(settings.SMALLEST_PAYOUT),
        "large_payout": money(settings.LARGE_PAYOUT),
        "fee": _fee(settings.FEE_PERCENT),
        "papers": _papers(settings.FEE_PERCENT),
        "methods": _methods(),
        "announced": _announced(),
        "held_if_trusted": span(maturing.HELD[Hold.TRUSTED]),
        "held": span(maturing.HELD[Hold.NEW]),
        "held_if_debit": span(maturing.HELD[Hold.DEBIT]),
        "trusted_after": span(maturing.TRUSTED_AFTER),
        "trusted_months": months(maturing.TRUSTED_MONTHS),
        "bank_waits": span(destinations.WAIT),
        "takeover_waits": span(audit.TAKEOVER_WAIT),
        "promises_wait": months(promising.MONTHS_KEPT),
        "leaving_waits": span(departing.WAIT),
        "first_try_again": first,
        "last_try_again": last,
        "appealed_within": span(reporting.APPEALED_WITHIN),
        "flattrs_kept": months(closing.FLATTRS_KEPT_MONTHS),
    }


def _methods() -> str:
    labels = [str(method.label) for method in methods.offered()]
    text = _("You can pay by %(methods)s.")
    return text % {"methods": get_text_list(labels, _("or"))}


def _papers(percent: int) -> str:
    if not percent:
        return _("We keep nothing of what readers give you, so we send you no invoice.")
    return _(
        "Over our fee you get an invoice each month, and a credit note where some of it is"
        " given back. Enter your address before, and your VAT id if you have a business in"
        " the European Union: an invoice that is written stays as it is."
    )


def _announced() -> str:
    """Of debits; empty where none are made."""
    if not methods.DEBITED & set(methods.offered()):
        return ""
    text = _(
        "We write to you %(notice)s before each debit of a bank account: how much, and on"
        " which day. You can end the mandate for it at any time, here or at your bank, and"
        " have your bank return a debit within eight weeks."
    )
    return text % {"notice": span(tries.NOTICE)}


def _fee(percent: int) -> str:
    if percent:
        return _(
            "%(percent)s %% of what readers give in a month stays with %(site)s; the rest"
            " is divided among the creators."
        ) % {"percent": percent, "site": settings.OPERATOR_NAME}
    return _("There is no fee: all that readers give is divided among the creators.")

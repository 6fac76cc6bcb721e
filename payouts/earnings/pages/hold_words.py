"""How long what a month gave is held, in words for creators."""

from __future__ import annotations

from django.utils.translation import gettext as _

from payouts.close.maturing import HELD
from payouts.models import Hold


def shortly() -> str:
    """`for 7, 30 or 56 days after the close`, and why."""
    text = _(
        "for %(trusted)s, %(new)s or %(debit)s days after the close, in case a payment is"
        " taken back"
    )
    return text % _days()


def in_full() -> str:
    """For which readers how long, and why."""
    text = _(
        "We hold what a month gave you for a while, counted from the close, in case a"
        " reader’s bank takes a payment back: %(trusted)s days for trusted readers, who"
        " have paid here for some time, %(new)s days for new readers, and %(debit)s days"
        " for readers who paid by bank debit lately, since a bank takes a debit back for"
        " that long."
    )
    return text % _days()


def _days() -> dict[str, int]:
    return {
        "trusted": HELD[Hold.TRUSTED].days,
        "new": HELD[Hold.NEW].days,
        "debit": HELD[Hold.DEBIT].days,
    }

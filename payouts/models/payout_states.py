"""The states of a payout, and from which to which it goes.

The database keeps the same table (`payout_keep_order` in `payouts.sql`); a test tries
every pair. Who moves a payout is in `payouts.earnings.states`.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """As staff read them; `Payout.in_words` says them to the creator."""

    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    HELD = "held", _("held")
    REJECTED = "rejected", _("rejected")
    # Stripe has not said yet whether it made the transfer (W2).
    UNKNOWN = "unknown", _("handed to Stripe")
    SENT = "sent", _("sent")
    FAILED = "failed", _("returned")


MOVES: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.APPROVED, State.HELD, State.REJECTED}),
    State.APPROVED: frozenset(
        {State.UNKNOWN, State.SENT, State.HELD, State.REJECTED},
    ),
    State.HELD: frozenset({State.REQUESTED, State.APPROVED, State.REJECTED}),
    State.UNKNOWN: frozenset({State.SENT, State.APPROVED, State.HELD}),
    State.SENT: frozenset({State.FAILED}),
    State.REJECTED: frozenset(),
    State.FAILED: frozenset(),
}

# Its money is in `transit`; a creator has one such payout at a time.
OPEN = (State.REQUESTED, State.APPROVED, State.HELD, State.UNKNOWN)
# Neither handed to anybody to be sent, nor held.
UNSENT = (State.REQUESTED, State.APPROVED)
# People approved it.
ACCEPTED = (State.APPROVED, State.UNKNOWN, State.SENT)
# The money is the creator's again, and they read why.
UNDONE = (State.REJECTED, State.FAILED)


def before(after: State) -> tuple[State, ...]:
    """The states from which a payout goes to `after`."""
    return tuple(state for state in MOVES if after in MOVES[state])

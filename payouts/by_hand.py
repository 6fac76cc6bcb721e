"""Paying by hand: staff make the transfer in their bank and record its reference."""

from __future__ import annotations

from flattr.refusals import Refusal
from payouts import chart
from payouts.models import Payout

PLACE = chart.BANK


class NoReference(Refusal):
    """Please give the bank's reference of the transfer, of at most 140 characters."""

    code = "no_reference"


def send(payout: Payout, reference: str) -> str:  # noqa: ARG001 (a provider's contract)
    """The money has left by the bank; what is left to do is to say under which name."""
    reference = reference.strip()
    if not reference or len(reference) > 140:
        raise NoReference
    return reference

"""Paying by hand: staff make the transfer in their bank and record its reference."""

from __future__ import annotations

from flattr.web.refusals import Refusal


class NoReference(Refusal):
    """Please give the bank's reference of the transfer, of at most 140 characters."""

    code = "no_reference"


def read_reference(typed: str) -> str:
    """How the bank calls the transfer; refused with `NoReference`."""
    reference = typed.strip()
    if not reference or len(reference) > 140:
        raise NoReference
    return reference

"""What people did, as far as the books have to know of it; amounts in minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Paid:
    """A payment at Stripe, of whom and how much."""

    reader: int
    amount: int
    key: str
    by_debit: bool = False


@dataclass
class Given:
    """A refund that we asked Stripe for."""

    reader: int
    amount: int
    left: bool


@dataclass
class Asked:
    """A payout: asked for, said yes to, sent or not."""

    creator: int
    by_stripe: bool
    amount: int = 0
    yes: set[int] = field(default_factory=set)
    state: str = "asked"


@dataclass
class Present:
    """What somebody gives once, from the account or by a payment of its own; when it was
    reserved and given, and how long it is held then."""

    reader: int
    creator: int
    thing: int | None
    amount: int
    is_paid: bool
    reserved: datetime | None = None
    given: datetime | None = None
    hold: str = ""

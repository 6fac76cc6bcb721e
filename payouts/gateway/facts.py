"""Stripe's objects as facts: plain values that only the gateway makes.

Amounts are minor units of `currency` (capitals, as in the ledger); moments are aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# Stripe's own fees, apart from those of single payments.
FEES = {"stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost"}


@dataclass(frozen=True, slots=True)
class Movement:
    """A balance transaction: what one event changed in our balance at Stripe.
    `net` = `amount` - `fee`, positive when it came in."""

    stripe_id: str
    kind: str  # charge, refund, adjustment, transfer, topup, payout, stripe_fee …
    amount: int
    fee: int
    net: int
    currency: str
    source: str
    happened_at: datetime
    available_at: datetime
    # The payment intent of a charge, refund or dispute, the group of a transfer, the
    # transfer of a reversal: where it was asked for together with its source.
    belongs_to: str = ""

    @property
    def moves(self) -> bool:
        return bool(self.net or self.fee)

    @property
    def way(self) -> str:
        """For a dispute's movement: whether it took money from our balance or returned
        some. A fee without an amount takes."""
        return "withdrawn" if (self.amount or self.net) < 0 else "returned"


@dataclass(frozen=True, slots=True)
class Kept:
    """A method kept at Stripe, which can be charged while its owner is away."""

    stripe_id: str
    kind: str  # card, sepa_debit, twint
    # What pages say before the last digits: `Visa`, `SEPA debit DE`, `TWINT`.
    name: str
    last4: str
    # A card's last month, YYYYMM.
    expires: int | None
    fingerprint: str
    # Of a debit: what allows it.
    mandate_id: str = ""


@dataclass(frozen=True, slots=True)
class MandateFact:
    """What allows us to debit an account. `reference` is how the account's owner and their
    bank know it, `kept_id` the method that it is for."""

    stripe_id: str
    status: str  # active, inactive, pending
    reference: str
    url: str
    kept_id: str

    @property
    def is_revoked(self) -> bool:
        return self.status == "inactive"


@dataclass(frozen=True, slots=True)
class RefundFact:
    stripe_id: str
    payment_id: str
    amount: int
    status: str  # pending, requires_action, succeeded, failed, canceled
    key: str  # ours, when we made it: `refund:ID`
    made_at: datetime
    movement: Movement | None
    failure_movement: Movement | None
    failure: str


@dataclass(frozen=True, slots=True)
class DisputeFact:
    stripe_id: str
    payment_id: str
    amount: int
    currency: str
    reason: str
    status: str
    opened_at: datetime
    # Stripe's deadline for our answer to the bank.
    due_at: datetime | None
    movements: tuple[Movement, ...]
    # It has changed since: its money is booked, but its status is outdated.
    is_past: bool = False

    @property
    def bookings(self) -> list[tuple[str, Movement]]:
        """Its movements in the order in which they happened, each with its reference in
        the ledger; the first in each direction has the short one. Separate fees of
        Stripe's are booked by `payouts.events.booking`."""
        moved = [one for one in self.movements if one.moves and one.kind not in FEES]
        moved.sort(key=lambda one: (one.happened_at, one.way == "returned"))
        found: dict[str, Movement] = {}
        for one in moved:
            name = f"dispute:{self.stripe_id}:{one.way}"
            found[f"{name}:{one.stripe_id}" if name in found else name] = one
        return list(found.items())

    @property
    def withdrawn_at(self) -> datetime | None:
        """When money was first taken; none for an inquiry."""
        moments = [one.happened_at for _, one in self.bookings if one.amount < 0]
        return min(moments, default=None)


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """A payment intent with its charge, refunds and disputes."""

    stripe_id: str
    key: str  # Payment.key
    customer: str
    amount: int
    currency: str
    status: str  # succeeded, processing, requires_action, requires_payment_method …
    livemode: bool
    made_at: datetime
    # Where the reader confirms at their bank; empty if there is nothing to confirm.
    confirm_url: str
    # Stripe's code for why the last try failed, such as `insufficient_funds`.
    failure: str
    # A bank was asked for a debit, and did not pay it.
    is_returned: bool
    # Of the charge that succeeded. The movement may be there a little later.
    charge_id: str
    paid_at: datetime | None
    # When it was begun: when what is kept of it was allowed.
    charged_at: datetime | None
    # By what it was paid, or is being paid while the bank works on it: Stripe's name, what
    # pages say, and the number's fingerprint.
    method: str
    paid_with: str
    fingerprint: str
    kept: Kept | None
    movement: Movement | None
    refunds: tuple[RefundFact, ...]
    disputes: tuple[DisputeFact, ...]

    @property
    def is_paid(self) -> bool:
        return self.status == "succeeded"


@dataclass(frozen=True, slots=True)
class SessionFact:
    """A Checkout session: where a reader pays, or saves a method."""

    stripe_id: str
    url: str
    mode: str  # payment, setup
    status: str  # open, complete, expired
    key: str
    customer: str
    payment_id: str
    kept: Kept | None  # of a completed setup
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank account behind a creator's account at Stripe."""

    stripe_id: str
    country: str
    last4: str
    fingerprint: str
    holder: str


@dataclass(frozen=True, slots=True)
class AccountFact:
    stripe_id: str
    country: str
    transfers_enabled: bool
    payouts_enabled: bool
    is_complete: bool
    missing: tuple[str, ...]
    disabled_reason: str
    bank: Bank | None


@dataclass(frozen=True, slots=True)
class ReversalFact:
    stripe_id: str
    amount: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class TransferFact:
    stripe_id: str
    amount: int
    currency: str
    destination: str
    group: str
    key: str
    made_at: datetime
    reversals: tuple[ReversalFact, ...]


@dataclass(frozen=True, slots=True)
class BalanceFact:
    """Our money at Stripe: what can be transferred now, and what will be."""

    available: int
    pending: int


@dataclass(frozen=True, slots=True)
class EventFact:
    stripe_id: str
    kind: str
    account: str  # the connected account it is about; empty for our own
    livemode: bool
    object_kind: str
    object_id: str
    payment_id: str
    happened_at: datetime

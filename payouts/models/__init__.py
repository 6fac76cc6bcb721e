"""Closes, what they wrote, what readers pay in and what creators are paid.

Of its app it imports ledger.
"""

from __future__ import annotations

from payouts.models.closes import (
    Breaker,
    Close,
    CloseProblem,
    Hold,
    Lot,
    ReaderMonth,
    RevenueLine,
    Split,
)
from payouts.models.creators import Creator
from payouts.models.events import EventWork, StripeEvent
from payouts.models.figures import FEWEST_PEOPLE, MonthFigures, NightFigures
from payouts.models.gifts import (
    LARGEST_GIFT,
    OPEN_GIFT,
    SMALLEST_GIFT,
    Ending,
    Gift,
    GiftState,
)
from payouts.models.inspections import Inspection, MailRound, Tick, Verification
from payouts.models.invoices import Invoice, InvoiceLine, InvoiceSeries, Treatment
from payouts.models.movements import Movement, Reconciliation
from payouts.models.nightly import Forecast, ForecastNight
from payouts.models.payees import Destination, StripeAccount
from payouts.models.payments import INTERVALS, Method, Payer, Payment, Renewal
from payouts.models.payouts import Approval, Payout, StripeBalance
from payouts.models.returns import Dispute, Refund, Traced
from payouts.models.winding import RunningMonth, WindingDown

__all__ = [
    "FEWEST_PEOPLE",
    "INTERVALS",
    "LARGEST_GIFT",
    "OPEN_GIFT",
    "SMALLEST_GIFT",
    "Approval",
    "Breaker",
    "Close",
    "CloseProblem",
    "Creator",
    "Destination",
    "Dispute",
    "Ending",
    "EventWork",
    "Forecast",
    "ForecastNight",
    "Gift",
    "GiftState",
    "Hold",
    "Inspection",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "Lot",
    "MailRound",
    "Method",
    "MonthFigures",
    "Movement",
    "NightFigures",
    "Payer",
    "Payment",
    "Payout",
    "ReaderMonth",
    "Reconciliation",
    "Refund",
    "Renewal",
    "RevenueLine",
    "RunningMonth",
    "Split",
    "StripeAccount",
    "StripeBalance",
    "StripeEvent",
    "Tick",
    "Traced",
    "Treatment",
    "Verification",
    "WindingDown",
]

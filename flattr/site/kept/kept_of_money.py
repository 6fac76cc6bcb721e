"""Budgets, payments, gifts and what they came to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from flattr.site.processing import Basis, Kept, for_ever_unnamed, with_account

STRIPE = lazy("Stripe")

RECORD = [
    Kept(
        lazy("Your budget and its changes"),
        lazy("Dividing it at the end of the month"),
        for_ever_unnamed,
        Basis.LAW,
        ("budget", "budget_amount"),
    ),
    Kept(
        lazy("Payments, shares and payouts"),
        lazy("Bookkeeping; the law makes us keep it"),
        for_ever_unnamed,
        Basis.LAW,
        (
            *("ledger_account", "ledger_balance", "ledger_transaction", "ledger_entry"),
            *(
                "reader_month",
                "split",
                "revenue_line",
                "lot",
                "close_problem",
                "traced",
            ),
            *("gift", "payment", "renewal", "refund", "dispute", "payout", "approval"),
            *("movement", "stripe_event", "event_work"),
        ),
        lazy("Stripe, of what it takes and pays"),
    ),
    Kept(
        lazy(
            "Of what you pay with: its kind, and of a card or an account that is saved the"
            " last four digits, the month in which a card expires, the number of the"
            " mandate by which you let us debit, and a mark that is the same for the same"
            " number. The numbers themselves and the mandate stay with Stripe"
        ),
        lazy("Renewing your budget; noticing one card or account with many people"),
        lambda: _(
            "Until you remove it; beside the payments made with it, until you leave"
        ),
        Basis.CONTRACT,
        ("payer",),
        STRIPE,
    ),
    Kept(
        lazy(
            "Your bank account, if you want to be paid (encrypted; our staff see its last"
            " digits)"
        ),
        lazy("Paying you"),
        with_account,
        Basis.CONTRACT,
        ("destination",),
        lazy("Our bank, when we pay you by hand"),
    ),
    Kept(
        lazy(
            "If Stripe pays you: your country, the holder and the last four digits of the"
            " bank account, and what Stripe still needs to know. What you answer on its"
            " pages stays with Stripe"
        ),
        lazy("Paying you; noticing one bank account in many hands"),
        with_account,
        Basis.CONTRACT,
        ("stripe_account",),
        STRIPE,
    ),
    Kept(
        lazy("What you would get if the running month ended now"),
        lazy("Showing it to you"),
        lambda: _("Until it is computed again"),
        Basis.CONTRACT,
        ("forecast",),
    ),
]

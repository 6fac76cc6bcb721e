"""What staff read below a person: what they have here, paid in, gave and were paid."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flattr import months
from flattr.database import clock
from flattr.staff.cells import Cell, Table, euros
from flattr.templatetags.flattr import money
from payouts.leaving import by_hand, leftovers
from payouts.ledger.admin import account_cell
from payouts.ledger.models import Account
from payouts.models import Destination, Gift, Payment, Payout, Split


def leaving_table(person: User) -> Table:
    """What keeps somebody who closed their account from being erased, as they read it."""
    now = clock.now()
    left = by_hand.leftover(person, now)
    told = (
        [
            _("%(amount)s is left, to be paid by hand or given up.")
            % {"amount": money(left)}
        ]
        if left
        else []
    )
    return Table(
        _("Leaving"),
        [_("Before they are erased")],
        [[reason] for reason in [*leftovers.under_way(person, now), *told]],
    )


def accounts_table(person: User) -> Table:
    accounts = (
        Account.objects.filter(owner_id=person.pk)
        .select_related("balance")
        .order_by("kind")
    )
    return Table(
        _("Accounts in the ledger"),
        [_("Account"), _("Balance")],
        [
            [
                account_cell(account),
                euros(account.balance.amount)
                if hasattr(account, "balance")
                else _("summed up on its page"),
            ]
            for account in accounts
        ],
    )


def payouts_table(person: User) -> Table:
    payouts = Payout.objects.filter(creator=person).select_related("destination")
    return Table(
        _("Payouts"),
        [_("Payout"), _("Requested"), _("State"), _("Account"), _("Amount")],
        [
            [
                Cell(str(one), reverse("admin:payouts_payout_change", args=[one.pk])),
                f"{one.requested_at:%Y-%m-%d}",
                one.get_state_display(),
                str(one.destination),
                euros(one.amount),
            ]
            for one in payouts.order_by("-id")[:50]
        ],
    )


def destinations_table(person: User) -> Table:
    return Table(
        _("Bank accounts, the newest first"),
        [
            _("Holder"),
            _("Account"),
            _("At Stripe"),
            _("Added"),
            _("Usable from"),
            _("Cancelled"),
        ],
        [
            [
                one.holder,
                str(one),
                one.stripe_id,
                f"{one.made_at:%Y-%m-%d}",
                f"{one.usable_at:%Y-%m-%d}",
                f"{one.cancelled_at:%Y-%m-%d}" if one.cancelled_at else "",
            ]
            for one in Destination.objects.filter(creator=person).order_by("-id")[:20]
        ],
    )


def payments_table(person: User) -> Table:
    return Table(
        _("Paid in"),
        [_("Started"), _("Arrived"), _("Failed"), _("Provider"), _("Amount")],
        [
            [
                f"{one.started_at:%Y-%m-%d %H:%M}",
                f"{one.paid_at:%Y-%m-%d %H:%M}" if one.paid_at else "",
                f"{one.failed_at:%Y-%m-%d %H:%M}" if one.failed_at else "",
                one.provider,
                euros(one.amount),
            ]
            for one in Payment.objects.filter(reader=person).order_by("-started_at")[
                :50
            ]
        ],
    )


def splits_of(person: User) -> Table:
    return Table(
        _("Closed months"),
        [_("Month"), _("Spent"), _("Fee"), _("Creators")],
        [
            [
                Cell(
                    months.show(one.period),
                    reverse("admin:payouts_close_change", args=[one.period]),
                ),
                euros(one.spent),
                euros(one.fee),
                Cell(str(one.creators), number=True),
            ]
            for one in Split.objects.filter(reader=person).order_by("-period")[:24]
        ],
    )


def gifts_table(person: User) -> Table:
    """What they gave once, and what was given to them."""
    both = Q(reader=person) | Q(creator=person)
    gifts = Gift.objects.filter(both).select_related("reader", "creator")
    return Table(
        _("Gifts, the newest first"),
        [_("Gift"), _("Made"), _("From"), _("To"), _("State"), _("Amount")],
        [
            [
                Cell(str(one), reverse("admin:payouts_gift_change", args=[one.pk])),
                f"{one.made_at:%Y-%m-%d %H:%M}",
                one.reader.username,
                one.creator.username,
                one.get_state_display(),
                euros(one.amount),
            ]
            for one in gifts.order_by("-id")[:50]
        ],
    )

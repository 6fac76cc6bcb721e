"""What stands below a payout: its bookings, what it is made of, and Stripe's numbers."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Audit
from flattr import months
from flattr.staff.cells import Cell, Table, Text, euros
from payouts.earnings import standing, states
from payouts.models import Lot, Payout, StripeAccount


def references(payout: Payout) -> list[str]:
    steps = [f"payout:{payout.pk}:{step}" for step in ("reserve", "settle", "void")]
    back = Audit.objects.filter(subject=f"payout:{payout.pk}", action="payout_returned")
    reversals = [one for row in back for one in row.after["references"]]
    return [*steps, f"reversal:payout:{payout.pk}", *reversals]


def approvals(payout: Payout) -> Table:
    return Table(
        _("Approvals, %(number)s needed") % {"number": states.approvals_wanted(payout)},
        [_("When"), _("Who"), _("What they checked")],
        [
            [f"{one.at:%Y-%m-%d %H:%M}", str(one.staff), one.reason]
            for one in payout.approvals.select_related("staff").order_by("id")
        ],
    )


def at_stripe(payout: Payout) -> Table:
    """The creator's account there as it was last fetched."""
    account = StripeAccount.objects.filter(creator=payout.creator_id).first()
    rows: list[list[Cell | Text]] = [[_("Account"), payout.destination.stripe_id]]
    if account:
        rows += [
            [_("Country"), account.country],
            [_("Transfers reach it"), _yes(account.transfers_enabled)],
            [_("It pays out to the bank"), _yes(account.payouts_enabled)],
            [_("Stripe's reason"), account.disabled_reason],
            [_("Stripe still asks for"), ", ".join(account.missing)],
            [_("The creator reads"), standing.in_words(account)],
            [_("Last fetched"), _moment(account.fetched_at)],
        ]
    rows.append([_("Transfers are listed under"), payout.group])
    refusals = ngettext("%(number)s time", "%(number)s times", payout.refusals)
    rows.append([_("Refused by Stripe"), refusals % {"number": payout.refusals}])
    return Table(_("At Stripe"), [_("What"), _("Value")], rows)


def _yes(fact: bool) -> str:
    return gettext("yes") if fact else gettext("no")


def _moment(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value else gettext("never")


def _month(lot: Lot) -> Cell:
    """With the page of the gift, or of the close, that it is from."""
    if lot.gift_id is not None:
        gift = reverse("admin:payouts_gift_change", args=[lot.gift_id])
        return Cell(months.show(lot.period), gift)
    close = reverse("admin:payouts_close_change", args=[lot.period])
    return Cell(months.show(lot.period), close)


def sources(payout: Payout) -> Table:
    """What was ready for this creator when the payout was requested."""
    lots = (
        Lot.objects.filter(
            creator=payout.creator_id, matured_at__lte=payout.requested_at
        )
        .select_related("reader")
        .order_by("-matured_at")[:100]
    )
    return Table(
        _("Where it comes from"),
        [_("Month"), _("From"), _("Ready since"), _("Amount"), _("Taken back")],
        [
            [
                _month(lot),
                lot.from_whom,
                f"{lot.matured_at:%Y-%m-%d}",
                euros(lot.amount),
                euros(lot.taken or None),
            ]
            for lot in lots
        ],
        note=_(
            "The newest hundred. Earlier payouts include what was ready before them."
        ),
    )

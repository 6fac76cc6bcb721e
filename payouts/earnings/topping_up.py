"""What is ours at Stripe, and what the operator has to put in so that it covers what
was approved: readers are credited in full while Stripe keeps its cost."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import staff
from flattr.templatetags.flattr import money
from payouts.gateway import history
from payouts.models import Payout, StripeBalance
from payouts.models.payout_states import State


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is missing for the payout that has waited longest (0 where that one is
    covered), and for all that are approved, in minor units."""

    oldest: int
    all: int
    payouts: int

    def __str__(self) -> str:
        if self.payouts == 1:
            return _("Top up %(all)s: an approved payout waits for it.") % {
                "all": money(self.all)
            }
        return _(
            "Top up %(all)s for all %(payouts)s approved payouts, or %(oldest)s for the"
            " one that has waited longest."
        ) % {
            "all": money(self.all),
            "payouts": self.payouts,
            "oldest": money(self.oldest),
        }


def fetch_balance() -> int:
    """Minor units that can be transferred now, as Stripe says; kept for staff."""
    available = history.balance().available
    StripeBalance.objects.update_or_create(
        one=True, defaults={"available": available, "read_at": timezone.now()}
    )
    return available


def spend(amount: int) -> None:
    """So much was transferred since the balance was read."""
    StripeBalance.objects.update(available=F("available") - amount)


def handed_over() -> int:
    """What Stripe was asked to transfer without an answer yet: it may be gone."""
    unknown = Payout.objects.by_stripe().filter(state=State.UNKNOWN)
    return unknown.aggregate(total=Sum("amount"))["total"] or 0


def shortage() -> Shortage | None:
    """What is missing by what was last read; None where all that waits is covered."""
    waiting = Payout.objects.by_stripe().filter(state=State.APPROVED).order_by("pk")
    amounts = list(waiting.values_list("amount", flat=True))
    known = StripeBalance.objects.first()
    if not amounts or known is None:
        return None
    left = known.available - handed_over()
    missing = sum(amounts) - left
    if missing <= 0:
        return None
    return Shortage(max(0, amounts[0] - left), missing, len(amounts))


@transaction.atomic
def notify() -> None:
    """Write to staff what is missing, once a day at most."""
    today = timezone.now().date()
    known = StripeBalance.objects.select_for_update().first()
    found = shortage()
    if known is None or found is None or known.told_on == today:
        return
    staff.notify_members(
        f"top_up:{today}",
        "top_up",
        oldest=found.oldest,
        all=found.all,
        payouts=found.payouts,
    )
    StripeBalance.objects.update(told_on=today)

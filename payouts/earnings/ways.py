"""How a creator is paid, as their pages say it: their bank account, and their account
at Stripe."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from payouts.earnings import destinations, standing
from payouts.models import Destination, StripeAccount


@dataclass(frozen=True)
class Ways:
    destination: Destination | None
    account: StripeAccount | None

    @property
    def goes_through_stripe(self) -> bool:
        return self.destination is not None and self.destination.by_stripe

    @property
    def is_complete(self) -> bool:
        """The creator has answered all that Stripe asked at first."""
        return self.account is not None and self.account.is_complete

    @property
    def stripe_pays(self) -> bool:
        return self.account is not None and standing.can_be_paid(self.account)

    @property
    def has_questions(self) -> bool:
        """There is something for the creator to answer on Stripe's pages."""
        return self.account is not None and bool(
            self.missing or not self.account.is_complete
        )

    @property
    def missing(self) -> list[str]:
        """What Stripe still needs to know, in plain words."""
        return standing.wants(self.account) if self.account else []

    @property
    def standing(self) -> str:
        """Where the account at Stripe stands, in a sentence; empty without one."""
        return standing.in_words(self.account) if self.account else ""

    @cached_property
    def bank_at_stripe(self) -> Destination | None:
        """The bank account that Stripe has, as last fetched."""
        if self.account is None:
            return None
        return destinations.latest_of(self.account.stripe_id)

    @property
    def is_used(self) -> bool:
        """Payouts go to the bank account that Stripe has."""
        return self.bank_at_stripe is not None and (
            self.bank_at_stripe == self.destination
        )

    # --- What the pages say

    @property
    def about_destination(self) -> str:
        if self.destination is not None:
            return self.destination.in_words
        return _(
            "We do not know your bank account yet. The first payout can go there seven"
            " days after you tell us."
        )

    @property
    def about_stripe(self) -> str:
        """Where the account at Stripe stands; before it is complete, what Stripe does."""
        if self.is_complete:
            return self.standing
        return _(
            "Stripe pays you for us. On its own pages it asks who you are and which"
            " bank account is yours, as the law requires of whoever pays people. We see"
            " the last four digits of the account and nothing else of it."
        )

    @property
    def about_bank(self) -> str:
        """What the bank account at Stripe has to do with payouts; empty without one."""
        if self.is_used:
            return _("You change the bank account on Stripe's pages.")
        if self.bank_at_stripe is None:
            return ""
        return format_html(
            _(
                'Stripe has the bank account <span class="num">{account}</span>.'
                " Payouts do not go there now."
            ),
            account=self.bank_at_stripe,
        )

    @property
    def change_label(self) -> str:
        """What the link to the page says where a creator chooses how to be paid."""
        if self.destination is not None:
            return _("Choose another way")
        if self.account is not None:
            return _("Other ways to be paid")
        return _("Add a bank account")


def ways_of(creator: User) -> Ways:
    return Ways(
        destinations.current(creator),
        StripeAccount.objects.filter(creator=creator).first(),
    )

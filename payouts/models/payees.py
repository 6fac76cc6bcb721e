"""Where creators are paid: their bank accounts, and their accounts at Stripe."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext as _

USER = settings.AUTH_USER_MODEL


class Destination(models.Model):
    """Where a creator's payouts go. A new row is a change; the latest counts.

    A bank account that we pay by hand (its IBAN is stored encrypted), or one that the
    creator told Stripe, behind their account there. `last4` is what staff and pages
    see. A change waits seven days (A5).
    """

    id = models.BigAutoField(primary_key=True)
    creator = models.ForeignKey(USER, models.PROTECT, related_name="destinations")
    holder = models.CharField(max_length=140)
    # Empty for an account that Stripe knows.
    iban = models.BinaryField(default=b"")
    # The creator's account at Stripe and its bank account; empty for one paid by hand.
    stripe_id = models.CharField(max_length=100, blank=True)
    bank_id = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    last4 = models.CharField(max_length=4)
    # Keyed hash of the IBAN: finds accounts that share one, without reading it (T17).
    fingerprint = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField()
    usable_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "destination"
        indexes = [
            models.Index(fields=["creator", "-id"], name="destination_of_creator"),
            models.Index(
                fields=["stripe_id", "-id"],
                condition=~models.Q(stripe_id=""),
                name="destination_at_stripe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}…{self.last4}"

    @property
    def by_stripe(self) -> bool:
        """Stripe pays there, and no person."""
        return bool(self.stripe_id)

    @property
    def in_words(self) -> str:
        """Whose account it is and who pays there, as the creator's pages say it."""
        said = (
            _('{holder}, account <span class="num">{account}</span>, through Stripe.')
            if self.by_stripe
            else _('{holder}, account <span class="num">{account}</span>, by hand.')
        )
        return format_html(said, holder=self.holder, account=self)

    @property
    def after_cancelling(self) -> str:
        """What holds when the change to it is undone."""
        said = (
            _("Nothing is paid through Stripe to account %(account)s.")
            if self.by_stripe
            else _(
                "Nothing is paid to account %(account)s. The account before it counts"
                " again, if there was one."
            )
        )
        return said % {"account": self}


class StripeAccount(models.Model):
    """A creator's account at Stripe, as last fetched. Stripe asks who they are and
    where their money goes; we store what pages have to say about it."""

    creator = models.OneToOneField(
        USER, models.PROTECT, primary_key=True, related_name="stripe_account"
    )
    stripe_id = models.CharField(max_length=100, unique=True)
    country = models.CharField(max_length=2)
    # Transfers may reach it, and it may pay out to the bank.
    transfers_enabled = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    # The creator has answered all that was asked at first.
    is_complete = models.BooleanField(default=False)
    # What Stripe still wants to know, in its words, such as `external_account`.
    missing = models.JSONField(default=list)
    disabled_reason = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    # Real time: until then a worker is asking for a payout (payouts.gateway.claims).
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "stripe_account"

    def __str__(self) -> str:
        return self.stripe_id

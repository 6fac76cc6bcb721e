"""What readers decided to give a month."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class BudgetQuerySet(models.QuerySet["Budget"]):
    def open(self, period: int) -> BudgetQuerySet:
        """Those that accept flattrs in `period`: an amount, a payment, no suspension."""
        latest = (
            BudgetAmount.objects.filter(
                reader=models.OuterRef("reader"), period__lte=period
            )
            .order_by("-period")
            .values("amount")[:1]
        )
        return self.annotate(amount=models.Subquery(latest)).filter(
            amount__gt=0, credited_at__isnull=False, suspended_at=None
        )


class Budget(models.Model):
    """The state of what a reader gives; the amounts are `BudgetAmount`."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True
    )
    created_at = models.DateTimeField()
    # The first payment that arrived; none yet means no flattrs yet.
    credited_at = models.DateTimeField(null=True, blank=True)
    # The latest month that what is in the account covers (payouts writes it).
    covered_period = models.IntegerField(default=0)
    # For a failed payment; a suspended budget takes no flattrs but is still split.
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        db_table = "budget"

    def __str__(self) -> str:
        return f"budget of {self.reader}"


class BudgetAmount(models.Model):
    """What counts from month `period` on, in minor units; 0 is a stop."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    period = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "budget_amount"
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "period"], name="budget_amount_once_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(amount=0) | models.Q(amount__range=(200, 10_000)),
                name="budget_amount_is_none_or_2_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} from {self.period}"

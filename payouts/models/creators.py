"""People as receivers, each with what they have."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from payouts.ledger.models import Account, Entry
from payouts.models.payout_states import OPEN, State
from payouts.models.payouts import Payout


class CreatorQuerySet(models.QuerySet["Creator"]):
    def earning(self, currency: str) -> CreatorQuerySet:
        """Whoever ever earned something."""
        return self.filter(
            models.Exists(_accounts(currency).filter(kind__in=["pending", "revenue"]))
        )

    def with_purse(self, currency: str) -> CreatorQuerySet:
        """Each with what they have, in minor units: `pending` and `revenue` as the ledger
        calls them, what is in `transit` for their payouts (refunds and gifts of theirs
        wait in the same account), `owed` after disputes, `paid` and not come back."""
        accounts = _accounts(currency)

        def balance(kind: str) -> Coalesce:
            account = accounts.filter(kind=kind)
            return _or_zero(account.values("balance__amount")[:1])

        debt = (
            Entry.objects.filter(
                account__owner_id=models.OuterRef("pk"),
                account__kind="debt",
                account__currency=currency,
            )
            .order_by()
            .values("account")
            .annotate(total=models.Sum(-models.F("amount")))
        )
        paid = (
            Payout.objects.filter(creator=models.OuterRef("pk"), state=State.SENT)
            .order_by()
            .values("creator")
            .annotate(total=models.Sum(models.F("amount") - models.F("returned")))
        )
        open_payouts = (
            Payout.objects.filter(creator=models.OuterRef("pk"), state__in=OPEN)
            .order_by()
            .values("creator")
            .annotate(total=models.Sum("amount"))
        )
        return self.annotate(
            pending=balance("pending"),
            revenue=balance("revenue"),
            transit=_or_zero(open_payouts.values("total")),
            owed=Greatest(_or_zero(debt.values("total")), models.Value(0)),
            paid=_or_zero(paid.values("total")),
        )


def _accounts(currency: str) -> models.QuerySet[Account]:
    return Account.objects.filter(owner_id=models.OuterRef("pk"), currency=currency)


def _or_zero(amounts: models.QuerySet[Any, Any]) -> Coalesce:
    """An amount of a person in a query of people; 0 where there is none."""
    return Coalesce(
        models.Subquery(amounts),
        models.Value(0),
        output_field=models.BigIntegerField(),
    )


class Creator(User):
    """A person as receiver, for the list of what is owed to whom."""

    objects: ClassVar[Any] = CreatorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("creator")
        verbose_name_plural = _("creators")

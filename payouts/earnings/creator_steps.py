"""A creator's way to the first money, shown at their home until it is behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.models import PageCheck, Thing
from flattr.web.steps import Step, in_order
from payouts.models import Destination


@dataclass(frozen=True, slots=True)
class CreatorSteps:
    """How far a creator is. `unproved` is the newest thing that is not proved yet, 0
    for none; `profile` is the address of their page."""

    made: bool
    found: bool
    flattred: bool
    bank: bool
    unproved: int = 0
    profile: str = ""

    @property
    def is_over(self) -> bool:
        return self.made and self.found and self.flattred and self.bank

    @property
    def is_first(self) -> bool:
        """Nothing of theirs is found yet, so that the list comes before all else."""
        return not self.found

    @property
    def heading(self) -> str:
        if self.is_first:
            return _("Your first steps")
        return _("Steps still to do")

    @property
    def steps(self) -> Sequence[Step]:
        """In order; readers come when they come, so that the bank account may be next
        before the first flattr."""
        made, found, flattred, bank = (
            (self.made, self._made),
            (self.found, self._found),
            (self.flattred, self._flattred),
            (self.bank, self._bank),
        )
        if self.flattred or self.bank:
            return in_order([made, found, flattred, bank])
        listed = in_order([made, found, bank, flattred])
        return [*listed[:2], listed[3], listed[2]]

    @property
    def _made(self) -> Step:
        if self.made:
            return Step(_("Button made"))
        return Step(
            _("Make a button"),
            _("One link to paste. You need not register anything."),
            url=reverse("buttons:snippet"),
            label=_("Make a button"),
        )

    @property
    def _found(self) -> Step:
        if self.found:
            return Step(_("Button found on your page"))
        address = reverse("buttons:check")
        if self.unproved:
            address = reverse("buttons:thing", args=[self.unproved])
        return Step(
            _("Put it on your page, and let us look"),
            _("Once we have seen it there, flattrs of the page are yours."),
            url=f"{address}#check",
            label=_("Check my page now"),
        )

    @property
    def _flattred(self) -> Step:
        if self.flattred:
            return Step(_("First flattr"))
        return Step(
            _("Your first flattr"),
            _("Tell your readers that the button is there."),
            url=self.profile,
            label=_("See your page"),
        )

    @property
    def _bank(self) -> Step:
        if self.bank:
            return Step(_("Bank account"))
        return Step(
            _("Add your bank account"),
            _("So that the first payout can leave a week later."),
            url=reverse("payouts:destination"),
            label=_("Add a bank account"),
        )


def creator_steps(creator: User) -> CreatorSteps:
    """Two queries, whatever there is."""
    asked = PageCheck.objects.filter(person=OuterRef("pk"))
    banks = Destination.objects.filter(creator=OuterRef("pk"), cancelled_at=None)
    has = (
        User.objects.filter(pk=creator.pk)
        .annotate(asked=Exists(asked), bank=Exists(banks))
        .values("asked", "bank")
        .get()
    )
    proved = Q(proved_at__isnull=False)
    things = Thing.objects.filter(owner=creator).aggregate(
        last=Max("pk"),
        proved=Max("pk", filter=proved),
        unproved=Max("pk", filter=~proved),
        flattrs=Max("flattrs", filter=proved),
    )
    return CreatorSteps(
        made=has["asked"] or things["last"] is not None,
        found=things["proved"] is not None,
        flattred=bool(things["flattrs"]),
        bank=has["bank"],
        unproved=things["unproved"] or 0,
        profile=reverse("buttons:person", args=[creator.username]),
    )

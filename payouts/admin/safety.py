"""The safety stop, and the checks that trip it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from flattr.staff.tables import ReadOnly
from payouts.models import (
    Breaker,
    Inspection,
    Verification,
)


@admin.register(Breaker)
class BreakerAdmin(ReadOnly):
    """On when the ledger does not add up. A check that finds all in order lifts it."""

    list_display = ["__str__", "tripped_at"]
    fields = ["tripped_at", "reason"]


class Looks(ReadOnly):
    """How long a check took, and what it found."""

    ordering = ["-id"]
    readonly_fields = ["result"]

    @admin.display(description=_("seconds"))
    def took(self, look: Inspection | Verification) -> str:
        if look.finished_at is None:
            return ""
        return f"{(look.finished_at - look.started_at).total_seconds():.1f}"

    @admin.display(description=_("found"))
    def result(self, look: Inspection | Verification) -> str:
        if look.finished_at is None:
            return gettext("still running, or broke off")
        if not look.broken:
            return gettext("all in order")
        return self.differences(look)

    def differences(self, look: Any) -> str:
        return "; ".join(
            f"{wrong}: {', '.join(rows)}" for wrong, rows in look.broken.items()
        )


@admin.register(Inspection)
class InspectionAdmin(Looks):
    """Checks whether the ledger adds up, every ten minutes and around closes and
    payouts. One that finds something trips the safety stop."""

    list_display = ["started_at", "of_what", "took", "result"]
    list_filter = ["whole"]
    fields = ["started_at", "finished_at", "of_what", "result"]
    readonly_fields = ["of_what", *Looks.readonly_fields]

    @admin.display(description=_("of what"))
    def of_what(self, look: Inspection) -> str:
        if look.whole:
            return gettext("everything")
        return gettext("what was booked since the last seal")


@admin.register(Verification)
class VerificationAdmin(Looks):
    """Nightly checks whether seals and digests still fit what they were made of. One that
    finds a difference trips the safety stop."""

    list_display = ["night", "started_at", "took", "result"]
    fields = ["night", "started_at", "finished_at", "through", "older", "result"]

    def differences(self, look: Any) -> str:
        return "; ".join(f"{what}: {why}" for what, why in look.broken.items())

"""Looks at the ledger, and the last tick: what tells an operator that somebody looks."""

from __future__ import annotations

from django.db import models


class Inspection(models.Model):
    """A look at whether the ledger adds up, real times. `broken` is what broke each
    check that failed; empty when all was in order."""

    id = models.BigAutoField(primary_key=True)
    # Of all there is, or of what was posted since the last seal.
    whole = models.BooleanField()
    started_at = models.DateTimeField(db_index=True)
    # None while it runs, and for good where it broke off.
    finished_at = models.DateTimeField(null=True)
    broken = models.JSONField(default=dict)

    class Meta:
        db_table = "inspection"

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Verification(models.Model):
    """A look, once a night, whether seals and digests still fit what they were made of.
    Real times. `broken` says what differs, by day (of a seal) or month (of a close)."""

    id = models.BigAutoField(primary_key=True)
    # The newest seal's day when it began: one look is enough for it.
    night = models.DateField()
    started_at = models.DateTimeField()
    # None while it runs, and for good where it broke off.
    finished_at = models.DateTimeField(null=True)
    # Up to this day no seal differed; the next look goes on from there.
    through = models.DateField(null=True)
    # The older close that was looked at in turn.
    older = models.IntegerField(null=True)
    broken = models.JSONField(default=dict)

    class Meta:
        db_table = "verification"

    def __str__(self) -> str:
        return f"{self.night}"


class Tick(models.Model):
    """One row: when a tick last came to its end, in real time."""

    one = models.BooleanField(primary_key=True, default=True)
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "tick"

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M}"

"""Checks of the ledger and of seals, and the last tick: what shows that they run."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Inspection(models.Model):
    """A check whether the ledger adds up, in real time. `broken` is what broke each rule
    that failed; empty when all was in order."""

    id = models.BigAutoField(primary_key=True)
    # Of all there is, or of what was posted since the last seal.
    whole = models.BooleanField(_("everything"))
    started_at = models.DateTimeField(_("started"), db_index=True)
    # None while it runs, and for good where it broke off.
    finished_at = models.DateTimeField(_("finished"), null=True)
    broken = models.JSONField(default=dict)

    class Meta:
        db_table = "inspection"
        verbose_name = _("check of the ledger")
        verbose_name_plural = _("checks of the ledger")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Verification(models.Model):
    """A check, once a night, whether seals and digests still fit what they were made of,
    in real time. `broken` says what differs, by day (of a seal) or month (of a close)."""

    id = models.BigAutoField(primary_key=True)
    # The newest seal's day when it began: one check is enough for it.
    night = models.DateField(_("night"))
    started_at = models.DateTimeField(_("started"))
    # None while it runs, and for good where it broke off.
    finished_at = models.DateTimeField(_("finished"), null=True)
    # Up to this day no seal differed; the next check goes on from there.
    through = models.DateField(_("seals checked through"), null=True)
    # The older close that was checked in turn.
    older = models.IntegerField(_("older close checked"), null=True)
    broken = models.JSONField(default=dict)

    class Meta:
        db_table = "verification"
        verbose_name = _("check of seals")
        verbose_name_plural = _("checks of seals")

    def __str__(self) -> str:
        return f"{self.night}"


class MailRound(models.Model):
    """A set of mails that are written once: those of a night (`night:2026-12-24`), or of
    the middle of a month."""

    name = models.CharField(primary_key=True, max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "mail_round"

    def __str__(self) -> str:
        return self.name


class Tick(models.Model):
    """One row: when a tick last came to its end, in real time."""

    one = models.BooleanField(primary_key=True, default=True)
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "tick"

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M}"

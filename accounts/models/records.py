"""Records of what happened to people: sessions, former addresses, attempts, mails that
are due, notices, and what staff did."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """A signed-in browser. The key is stored only as a hash (T36), the person beside
    it so that all sessions of one person can be ended (A4)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    client = models.CharField(max_length=200, blank=True)
    session_key = models.CharField(max_length=64, primary_key=True)

    class Meta:
        db_table = "session"


class FormerAddress(models.Model):
    """An e-mail address that was somebody's until lately. What concerns their money is
    mailed there too for a week, in case it was not them who changed it (A5)."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_addresses"
    )
    email = models.EmailField()
    left_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "former_address"

    def __str__(self) -> str:
        return self.email


class Attempt(models.Model):
    """A try that is limited and counted in the database: failed logins, payments.

    `key` is what is counted (`login:account:…`, `login:ip:…`, `pay:account:…`)."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "attempt"
        indexes = [models.Index(fields=["key", "at"], name="attempt_key_at")]

    def __str__(self) -> str:
        return self.key


# The act that a row says which no row of `Audit.objects.acts()` is.
LOOKED = "looked"


class AuditQuerySet(models.QuerySet["Audit"]):
    def acts(self) -> AuditQuerySet:
        """What was done, without who looked at whom: that is for auditors."""
        return self.exclude(action=LOOKED)


class Audit(models.Model):
    """What staff did: who, what, before, after, why, from where. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    # By the platform's clock, whatever is sent.
    at = models.DateTimeField(_("when"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("who")
    )
    action = models.CharField(_("act"), max_length=60)
    # What it was done to, as kind:id (`payout:12`, `person:7`, `thing:3`).
    subject = models.CharField(_("about"), max_length=100)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        db_table = "audit"
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_subject_at"),
            models.Index(
                fields=["id"],
                condition=models.Q(action=LOOKED),
                name="audit_looked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AccountLookManager(models.Manager["AccountLook"]):
    def get_queryset(self) -> models.QuerySet[AccountLook]:
        return super().get_queryset().filter(action=LOOKED)


class AccountLook(Audit):
    """That somebody of staff opened a page about a person: a row of the audit log that
    only auditors read. Its permission to view is theirs. Of looks at themselves people
    read in their export when they were, and not whose."""

    objects: ClassVar[Any] = AccountLookManager()

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("look at an account")
        verbose_name_plural = _("who looked at which account")

    @property
    def page(self) -> str:
        """What they opened."""
        return str(self.after.get("page", ""))


class Outbox(models.Model):
    """A mail that is due, written in the same transaction as what it is about (T4).

    `key` makes it unique (`statement:2026-10:7`), so that a repeated step sends one.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(_("key"), max_length=200, unique=True)
    template = models.CharField(_("template"), max_length=60)
    # None for somebody without an account, whose address is a fact until it is sent.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("to")
    )
    facts = models.JSONField(default=dict)
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failure = models.TextField(_("failure"), blank=True)

    class Meta:
        db_table = "outbox"
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(sent_at=None), name="outbox_due"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """What happened to somebody, shown on their pages until they put it away.

    Written in the same transaction as what it is about, once for each `key`. `facts`
    are amounts, titles, periods and ids; its sentence is made when it is read.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice"
        indexes = [
            models.Index(
                fields=["person", "-happened_at", "-id"],
                condition=models.Q(put_away_at=None),
                name="notice_shown",
            )
        ]

    def __str__(self) -> str:
        return self.key

"""What people report to staff, and what staff decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.models.thing import Thing


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Those that wait for staff, appeals too."""
        return self.filter(decided_at=None)

    def about(self, report: Report) -> ReportQuerySet:
        """All reports of the thing or person that a report is about."""
        return self.filter(thing=report.thing_id, person=report.person_id)


class Report(models.Model):
    """Somebody says that a thing or a person should not be here; staff decide.

    Who reports needs no account. The owner of what is taken down may appeal once:
    that opens the report again, for somebody else than who decided (`judged_by`).
    """

    class Reason(models.TextChoices):
        NOT_THEIRS = "not_theirs", _("It is somebody else's work")
        PRETENDS = "pretends", _("It pretends to be somebody else")
        UNLAWFUL = "unlawful", _("It breaks the law or hurts people")
        SWINDLE = "swindle", _("It is a scam or spam")
        PICTURE = "picture", _("Only the picture is wrong")
        OTHER = "other", _("Something else")
        SEEN = "seen", _("Seen by our staff")

    class Decision(models.TextChoices):
        TAKEN_DOWN = "taken_down", _("taken down")
        PICTURE_TAKEN_DOWN = "picture_taken_down", _("picture taken down")
        PAYOUTS_HELD = "payouts_held", _("payouts held")
        DISMISSED = "dismissed", _("dismissed")
        UPHELD = "upheld", _("stays taken down")
        RESTORED = "restored", _("restored")

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, null=True, related_name="reports")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="reports"
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    words = models.CharField(_("in their words"), max_length=2000, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="reports_made",
        verbose_name=_("reported by"),
    )
    # Where whoever has no account wants to be answered, until a month after we did.
    email = models.EmailField(_("answer to"), blank=True)
    # A keyed hash of where it came from, for thirty days.
    ip_hash = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(_("reported"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision = models.CharField(
        _("decision"), max_length=20, choices=Decision, blank=True
    )
    # The digest of the picture, where that alone was taken down.
    picture = models.CharField(max_length=32, blank=True, db_default="", default="")
    # Why it was decided so, as the owner reads it.
    explanation = models.TextField(_("explanation"), blank=True)
    # What staff add to the answer for whoever reported it, and when that was written.
    answer = models.TextField(_("in the answer to whoever reported it"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    appealed_at = models.DateTimeField(_("appealed"), null=True)
    appeal = models.CharField(_("appeal"), max_length=2000, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken down by"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        db_table = "report"
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(thing=None) ^ models.Q(person=None),
                name="report_is_of_a_thing_or_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None)
                | (models.Q(decided_by__isnull=False) & ~models.Q(decision="")),
                name="report_decided_says_by_whom_and_how",
            ),
            models.CheckConstraint(
                condition=models.Q(email="") | models.Q(reporter=None),
                name="report_has_an_address_or_an_account",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(decided_at=None), name="report_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.get_reason_display()}"

    @property
    def about(self) -> Thing | User:
        about = self.thing or self.person
        assert about is not None, self.pk
        return about

    @property
    def owner(self) -> User | None:
        """Whom it concerns: the person, or who is named for the thing."""
        return self.thing.owner if self.thing else self.person

    @property
    def appealed(self) -> bool:
        return self.appealed_at is not None

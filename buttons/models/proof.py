"""Who owns a page: when we check it, what proves it, and what its author refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import User
from buttons.models.thing import PROVED, Thing


class RefusedQuerySet(models.QuerySet["Refused"]):
    def of(self, thing: Thing) -> RefusedQuerySet:
        """What its author refused, for the page or its whole host."""
        return self.filter(address__in=[thing.url, thing.host])


class Refused(models.Model):
    """An author does not want flattrs: for one page, or for all of a host.

    `address` is a thing's `url` or its `host`. What is proved to be somebody's is not
    touched: whoever proves a page after that has changed their mind.
    """

    id = models.BigAutoField(primary_key=True)
    address = models.CharField(_("address"), max_length=2000, unique=True)
    # How the author showed that it is theirs to refuse.
    proof = models.CharField(_("how it was shown"), max_length=200)
    refused_at = models.DateTimeField(_("refused"), auto_now_add=True)

    objects = RefusedQuerySet.as_manager()

    class Meta:
        db_table = "refused"
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")

    def __str__(self) -> str:
        return self.address


class LookQuerySet(models.QuerySet["Look"]):
    def soon(self, thing: Thing, at: datetime) -> None:
        """Have a thing's page checked as soon as possible, unless it was checked in the
        last hour."""
        self.all_soon([thing], at)

    def all_soon(self, things: Iterable[Thing], at: datetime) -> None:
        """The same of many things: two queries."""
        numbers = [thing.pk for thing in things]
        looks = [Look(thing_id=number, due_at=at) for number in numbers]
        self.bulk_create(looks, ignore_conflicts=True)
        an_hour_ago = at - timedelta(hours=1)
        looked_before = self.filter(thing__in=numbers, looked_at__lt=an_hour_ago)
        looked_before.filter(due_at__gt=at).update(due_at=at)

    def again(self, thing: Thing, at: datetime) -> None:
        """Have a thing's page checked as soon as possible, however lately it was."""
        self.all_again([thing], at)

    def all_again(self, things: Iterable[Thing], at: datetime) -> None:
        """The same of many things: two queries."""
        numbers = [thing.pk for thing in things]
        looks = [Look(thing_id=number, due_at=at) for number in numbers]
        self.bulk_create(looks, ignore_conflicts=True)
        self.filter(thing__in=numbers).update(due_at=at)


class Look(models.Model):
    """A page, or a host for one person, that we check from time to time for a proof; a
    host without a person is checked for its author's refusal.

    `due_at` says when next. `failures` counts the checks in a row that found none;
    `reason` says in sentences what was seen the last time, `names` are the addresses of
    elsewhere that what it proved, the page or the host's front page, says are its
    owner's too.
    """

    id = models.BigAutoField(primary_key=True)
    thing = models.OneToOneField(Thing, models.CASCADE, null=True, related_name="look")
    host = models.CharField(max_length=255, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="hosts_asked"
    )
    due_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    names = ArrayField(models.CharField(max_length=2000), default=list, blank=True)

    objects = LookQuerySet.as_manager()

    class Meta:
        db_table = "look"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(thing__isnull=False, host="", person=None)
                | models.Q(thing=None, host__gt=""),
                name="look_is_at_a_thing_or_at_a_host",
            ),
            models.UniqueConstraint(
                fields=["host", "person"], name="look_once_at_a_host_for_a_person"
            ),
            models.UniqueConstraint(
                fields=["host"],
                condition=models.Q(thing=None, person=None),
                name="look_once_at_a_host_for_a_refusal",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="look_due")]

    def __str__(self) -> str:
        return f"look at {self.host or self.thing_id}"


class ProofQuerySet(models.QuerySet["Proof"]):
    def standing(self) -> ProofQuerySet:
        return self.filter(lost_at=None)


class Proof(models.Model):
    """We saw that a thing, or a whole host, is a person's. The row stays when the proof
    is lost, with the time and the reason."""

    # The words are stored with things, refusals and audits: pages say `PROVED`.
    # Stored with a thing, so translated only where they are shown.
    KINDS = [
        ("button", gettext_noop("by the button on the page")),
        ("meta", gettext_noop("by a tag on the page")),
        ("payment", gettext_noop("by a payment link on the page")),
        ("me", gettext_noop("by a link to their profile")),
        ("account", gettext_noop("by the account that the page belongs to")),
        ("funding", gettext_noop("by FUNDING.yml of the repository")),
        ("manifest", gettext_noop("by its funding.json")),
        ("podcast", gettext_noop("by podcast:funding in its feed")),
        ("dns", gettext_noop("by its host’s DNS")),
        ("file", gettext_noop("by a file on its host")),
    ]

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, null=True, related_name="proofs")
    host = models.CharField(max_length=255, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proofs"
    )
    kind = models.CharField(max_length=10, choices=KINDS)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        db_table = "proof"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(thing__isnull=False, host="")
                | models.Q(thing=None, host__gt=""),
                name="proof_is_of_a_thing_or_of_a_host",
            ),
            models.UniqueConstraint(
                fields=["thing"],
                condition=models.Q(lost_at=None),
                name="proof_of_a_thing_is_one_persons",
            ),
            models.UniqueConstraint(
                fields=["host", "person"],
                condition=models.Q(lost_at=None, thing=None),
                name="proof_of_a_host_once_a_person",
            ),
        ]
        indexes = [models.Index(fields=["person", "lost_at"], name="proof_lost")]

    def __str__(self) -> str:
        return (
            f"{self.host or self.thing} is {self.person}'s, {self.get_kind_display()}"
        )

    @property
    def sentence(self) -> str:
        return str(PROVED[self.get_kind_display()])


class Outcome(StrEnum):
    """What a check of a page saw, as a word that pages never show."""

    YOURS = "yours"
    NOBODY = "nobody"
    OTHERS = "others"
    SEVERAL = "several"
    UNKNOWN = "unknown"
    DISCOUNTED = "discounted"
    REFUSED = "refused"
    GONE = "gone"
    FAILED = "failed"
    LOGIN = "login"
    ELSEWHERE = "elsewhere"
    UNREACHED = "unreached"
    NO_PAGE = "no_page"
    HOST_OF_OTHERS = "host_of_others"
    PROVED_OTHERS = "proved_others"


class PageCheckQuerySet(models.QuerySet["PageCheck"]):
    def newest(self, person: User, url: str = "") -> PageCheck | None:
        """What a person asked last, about one page or any: one query."""
        asked = self.filter(person=person, **({"url": url} if url else {}))
        check = asked.order_by("-asked_at", "-id").first()
        if check is not None:
            check.person = person
        return check


class PageCheck(models.Model):
    """A page that somebody asked us to check for their button: asked now, fetched by a
    worker, answered for them alone.

    `outcome` and `facts` are what was seen; `buttons.things.page_check_words` says it
    in sentences. `said` is what the button for the page says of it, as it was typed.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="page_checks"
    )
    url = models.CharField(max_length=2000)
    said = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    # When a worker may claim it; nothing once it is answered.
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict)

    objects = PageCheckQuerySet.as_manager()

    class Meta:
        db_table = "page_check"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "url"], name="page_check_once_a_person_and_page"
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=False, answered_at=None, outcome="")
                | models.Q(due_at=None, answered_at__isnull=False, outcome__gt=""),
                name="page_check_is_due_or_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="page_check_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url} for {self.person_id}"

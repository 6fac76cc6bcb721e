"""Things that can be flattred, flattrs, and promises to people not here yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Func

from accounts.models import User
from buttons.models.programs import KeptAnswer, Subscription  # noqa: F401

CATEGORIES = [
    ("text", "Text"),
    ("images", "Images"),
    ("video", "Video"),
    ("audio", "Audio"),
    ("software", "Software"),
    ("people", "People"),
    ("rest", "Other"),
]

HIGHEST_OLD_ID = 10_000_000
HIGHEST_ID = 2**63 - 1


class ThingQuerySet(models.QuerySet["Thing"]):
    def listed(self) -> ThingQuerySet:
        """What the catalogue and profiles show: not hidden, not suspended, nor is
        whose it is, who is not leaving either."""
        return self.filter(
            hidden=False,
            suspended_at=None,
            owner__suspended_at=None,
            owner__closing_at=None,
        ).exclude(owner__is_active=False)

    def owned(self, seen_by: User | None = None) -> ThingQuerySet:
        """Those that may be shown as their owner's, since they are proved to be: anybody
        may register any page in anybody's name. Whoever is named for one sees it too."""
        return self.filter(models.Q(proved_at__isnull=False) | models.Q(owner=seen_by))

    def made_by(self, creator: User, seen_by: User | None = None) -> ThingQuerySet:
        """What is shown as somebody's: listed, and `owned`."""
        return self.listed().filter(owner=creator).owned(seen_by)

    def named(self, text: str) -> ThingQuerySet:
        """Those whose title, description, tags or host hold the words of `text`, as
        people search: "quoted words", or, -not."""
        words = Func(
            "title",
            "description",
            "tags",
            "host",
            function="thing_words",
            output_field=SearchVectorField(),
        )
        query = SearchQuery(text, config="simple", search_type="websearch")
        return self.alias(words=words).filter(words=query)

    def numbered(self, *numbers: int) -> ThingQuerySet:
        """Those with these numbers, ours or the first Flattr's."""
        asked = [number for number in numbers if number <= HIGHEST_ID]
        return self.filter(models.Q(pk__in=asked) | models.Q(old_id__in=asked))

    def with_owner(self) -> ThingQuerySet:
        return self.select_related("owner")


class Thing(models.Model):
    """An address that can be flattred. Every part of the address counts.

    `owner` is who was named for it; only with `proved_at` do flattrs pay them.
    Until then a flattr is a `Promise`. `flattrs` is a counter that the database
    keeps: flattrs and promises made here, of all months.
    """

    # From 10,000,001 on: what is lower are numbers of the first Flattr.
    id = models.BigAutoField(primary_key=True)
    # Its number at the first Flattr. Only the operator's import of a report sets it,
    # since nobody can prove a number of 2013.
    old_id = models.BigIntegerField(null=True, unique=True, editable=False)
    url = models.CharField(max_length=2000, unique=True)
    host = models.CharField(max_length=255, db_index=True)
    title = models.CharField(max_length=100)
    description = models.CharField(max_length=1000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="things",
    )
    proved_at = models.DateTimeField(null=True, blank=True)
    # Why we believe it: "by the operator", or the words of `Proof.kind`.
    proof = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=10, choices=CATEGORIES, default="rest")
    language = models.CharField(max_length=5, default="en_GB")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    image = models.CharField(max_length=500, blank=True)
    hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    flattrs = models.BigIntegerField(default=0, editable=False)
    # All-time clicks that the first Flattr counted, from an imported report.
    flattrs_before = models.BigIntegerField(default=0)
    sample = models.CharField(max_length=100, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspension_reason = models.TextField(blank=True)

    objects = ThingQuerySet.as_manager()

    class Meta:
        db_table = "thing"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proved_at=None) | models.Q(owner__isnull=False),
                name="thing_proved_has_an_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(flattrs__gte=0) & models.Q(flattrs_before__gte=0),
                name="thing_counts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(old_id__range=(1, HIGHEST_OLD_ID)),
                name="thing_old_id_is_of_the_first_flattr",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="thing_of_owner"),
            models.Index(fields=["-flattrs", "-id"], name="thing_by_flattrs"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def proved(self) -> bool:
        return self.proved_at is not None


class TotalBefore(models.Model):
    """The `flattrs_before` of a thing from one of our months on, so that the table of
    a closed month stays as it was when a later report tells more."""

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="totals_before")
    period = models.IntegerField()
    clicks = models.BigIntegerField()

    class Meta:
        db_table = "total_before"
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "period"], name="total_before_once_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clicks} of {self.thing_id} from {self.period} on"


class FlattrQuerySet(models.QuerySet["Flattr"]):
    def given(self, reader: User, period: int) -> FlattrQuerySet:
        """What a reader flattred in a month, in the order of the clicks, each with
        its thing and its creator: one query."""
        return (
            self.filter(reader=reader, period=period)
            .select_related("thing", "creator")
            .order_by("received_at", "thing_id")
        )

    def shown_by(self, reader: User) -> FlattrQuerySet:
        """What others may see of what a reader flattred, newest first, each with its
        thing and owner: nothing until the reader wants it so."""
        if not reader.shows_flattrs or reader.suspended_at is not None:
            return self.none()
        return (
            self.filter(reader=reader, thing__in=Thing.objects.listed())
            .select_related("thing__owner")
            .order_by("-period", "-received_at", "thing_id")
        )

    def units(self, reader: User, period: int, policy: str) -> list[int]:
        """The ids that a reader's month is divided by: distinct creators, or things
        under the policy `thing`; ascending."""
        unit = "creator_id" if policy == "creator" else "thing_id"
        found = self.filter(reader=reader, period=period).order_by(unit)
        return list(found.values_list(unit, flat=True).distinct())


class Flattr(models.Model):
    """One click: a reader, a thing, a month. The creator is the owner at the click.

    The table is partitioned by month; rows are inserted and, while the month runs,
    deleted (undo), never changed. `buttons.clicks.flattring` is the only door.
    """

    pk = models.CompositePrimaryKey("period", "reader", "thing")
    period = models.IntegerField()
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="flattrs_given"
    )
    thing = models.ForeignKey(Thing, models.DO_NOTHING, related_name="received")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="flattrs_received"
    )
    received_at = models.DateTimeField()

    objects = FlattrQuerySet.as_manager()

    class Meta:
        db_table = "flattr"
        managed = False

    def __str__(self) -> str:
        return f"{self.reader_id} flattred {self.thing_id} in {self.period}"


class PromiseQuerySet(models.QuerySet["Promise"]):
    def made(self, reader: User) -> PromiseQuerySet:
        """A reader's promises of all months that still wait, newest first, each with
        its thing and who was named for it: one query."""
        return (
            self.filter(reader=reader)
            .select_related("thing__owner")
            .order_by("-promised_at", "-id")
        )


class Promise(models.Model):
    """A flattr to a thing without a proved owner: it counts, takes no share and
    moves no money. Once a month for a reader and a thing, like a flattr."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    thing = models.ForeignKey(Thing, models.PROTECT)
    period = models.IntegerField()
    promised_at = models.DateTimeField()

    objects = PromiseQuerySet.as_manager()

    class Meta:
        db_table = "promise"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "reader", "thing"], name="promise_once_a_month"
            )
        ]
        indexes = [models.Index(fields=["thing"], name="promise_thing")]

    def __str__(self) -> str:
        return f"{self.reader_id} promised {self.thing_id}"


class RefusedQuerySet(models.QuerySet["Refused"]):
    def of(self, thing: Thing) -> RefusedQuerySet:
        """What its author refused, for the page or its whole host."""
        return self.filter(address__in=[thing.url, thing.host])


class Refused(models.Model):
    """An author does not want flattrs: for one page, or for all of a host.

    `address` is a thing's `url` or its `host`. What is proved to be somebody's is not
    touched: who proves a page after that has changed their mind.
    """

    id = models.BigAutoField(primary_key=True)
    address = models.CharField(max_length=2000, unique=True)
    # How the author showed that it is theirs to refuse.
    proof = models.CharField(max_length=200)
    refused_at = models.DateTimeField(auto_now_add=True)

    objects = RefusedQuerySet.as_manager()

    class Meta:
        db_table = "refused"
        verbose_name = "refused address"
        verbose_name_plural = "refused addresses"

    def __str__(self) -> str:
        return self.address


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
        NOT_THEIRS = "not_theirs", "It is somebody else's work"
        PRETENDS = "pretends", "It pretends to be somebody else"
        UNLAWFUL = "unlawful", "It breaks the law or hurts people"
        SWINDLE = "swindle", "It is a swindle or spam"
        OTHER = "other", "Something else"
        SEEN = "seen", "Seen by our staff"

    class Decision(models.TextChoices):
        TAKEN_DOWN = "taken_down", "taken down"
        PAYOUTS_HELD = "payouts_held", "payouts held"
        DISMISSED = "dismissed", "dismissed"
        UPHELD = "upheld", "stays taken down"
        RESTORED = "restored", "restored"

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, null=True, related_name="reports")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="reports"
    )
    reason = models.CharField(max_length=20, choices=Reason)
    words = models.CharField(max_length=2000, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="reports_made",
    )
    # A keyed hash of where it came from, for thirty days.
    ip_hash = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    # Why it was decided so, as the owner reads it.
    explanation = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal = models.CharField(max_length=2000, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        db_table = "report"
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


class LookQuerySet(models.QuerySet["Look"]):
    def soon(self, thing: Thing, at: datetime) -> None:
        """Let a thing's page be looked at as soon as it can be, unless that was done
        in the last hour."""
        self.bulk_create([Look(thing_id=thing.pk, due_at=at)], ignore_conflicts=True)
        looked_before = self.filter(thing=thing, looked_at__lt=at - timedelta(hours=1))
        looked_before.filter(due_at__gt=at).update(due_at=at)


class Look(models.Model):
    """A page, or a host for one person, that is looked at now and then for a proof;
    a host for nobody is looked at for its author's refusal.

    `due_at` says when next. `failures` counts the looks in a row that found none;
    `reason` says in a sentence what was seen the last time.
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
    """It was seen that a thing, or a whole host, is a person's. Kept when it is lost:
    then with the time and the reason."""

    KINDS = [
        ("button", "by the button on the page"),
        ("meta", "by a tag on the page"),
        ("payment", "by a payment link on the page"),
        ("me", "by a link to their profile"),
        ("account", "by the account that the page belongs to"),
        ("dns", "by its host’s DNS"),
        ("file", "by a file on its host"),
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


class UsedIntent(models.Model):
    """The nonce of a confirm form that was sent: it works once."""

    nonce = models.CharField(max_length=32, primary_key=True)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "used_intent"
        indexes = [models.Index(fields=["used_at"], name="used_intent_at")]

    def __str__(self) -> str:
        return self.nonce

"""Things that can be flattred, and what the first Flattr counted for them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flattr.templatetags.flattr import day

CATEGORIES = [
    ("text", _("Text")),
    ("images", _("Images")),
    ("video", _("Video")),
    ("audio", _("Audio")),
    ("software", _("Software")),
    ("people", _("People")),
    ("rest", _("Other")),
]

# Of a person, who is flattred under the address of their profile here.
OWN_PROFILE = "by being their profile"

# How a thing is proved, as pages say it, by what stands in `proof`.
PROVED = {
    "by the operator": _("Proved by the operator"),
    OWN_PROFILE: _("It is the owner’s profile here"),
    "by the button on the page": _("Proved by the button on the page"),
    "by a tag on the page": _("Proved by a tag on the page"),
    "by a payment link on the page": _("Proved by a payment link on the page"),
    "by a link to their profile": _("Proved by a link to the owner’s profile"),
    "by the account that the page belongs to": _(
        "Proved by the account that the page belongs to"
    ),
    "by FUNDING.yml of the repository": _("Proved by FUNDING.yml of the repository"),
    "by its funding.json": _("Proved by its funding.json"),
    "by podcast:funding in its feed": _("Proved by podcast:funding in its feed"),
    "by its host’s DNS": _("Proved by its host’s DNS"),
    "by a file on its host": _("Proved by a file on its host"),
}

HIGHEST_OLD_ID = 10_000_000
HIGHEST_ID = 2**63 - 1


def query_of(text: str) -> SearchQuery:
    """What people typed, as texts are found by (`found_thing_of`)."""
    plain = Func(models.Value(text), function="flattr_plain")
    return SearchQuery(plain, config="simple", search_type="websearch")


class ThingQuerySet(models.QuerySet["Thing"]):
    def listed(self) -> ThingQuerySet:
        """What the catalogue and profiles show: neither hidden nor suspended, of owners
        who are neither suspended nor leaving."""
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

    def works(self) -> ThingQuerySet:
        """What people make: without the people themselves, whom others make things by
        flattring them."""
        return self.exclude(proof=OWN_PROFILE)

    def named(self, text: str) -> ThingQuerySet:
        """Those whose title, description, tags or host hold the words of `text`,
        whatever their accents, as people search: "quoted words", or, -not."""
        return self.alias(words=models.F("found__words")).filter(words=query_of(text))

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
    old_id = models.BigIntegerField(
        _("number at the first Flattr"), null=True, unique=True, editable=False
    )
    url = models.CharField(_("address"), max_length=2000, unique=True)
    host = models.CharField(_("host"), max_length=255, db_index=True)
    title = models.CharField(_("title"), max_length=100)
    description = models.CharField(max_length=1000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="things",
        verbose_name=_("owner"),
    )
    proved_at = models.DateTimeField(_("proved"), null=True, blank=True)
    # Why we believe it: "by the operator", or the words of `Proof.kind`.
    proof = models.CharField(_("proof"), max_length=200, blank=True)
    category = models.CharField(
        _("category"), max_length=10, choices=CATEGORIES, default="rest"
    )
    language = models.CharField(_("language"), max_length=5, default="en_GB")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    # The digest of its `Picture`, or empty: the database keeps it.
    picture = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )
    hidden = models.BooleanField(_("hidden"), default=False)
    created_at = models.DateTimeField(_("added"))
    flattrs = models.BigIntegerField(_("flattrs"), default=0, editable=False)
    # All-time clicks that the first Flattr counted, from an imported report.
    flattrs_before = models.BigIntegerField(_("flattrs before"), default=0)
    sample = models.CharField(_("sample"), max_length=100, blank=True)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    suspension_reason = models.TextField(_("why suspended"), blank=True)

    objects = ThingQuerySet.as_manager()

    class Meta:
        db_table = "thing"
        verbose_name = _("thing")
        verbose_name_plural = _("things")
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

    @property
    def is_listed(self) -> bool:
        """As `ThingQuerySet.listed`; asks for the owner if that is not known."""
        owner = self.owner
        here = owner is None or owner.is_here
        return here and not self.hidden and self.suspended_at is None

    @property
    def proof_sentence(self) -> str:
        return str(PROVED.get(self.proof, self.proof))

    @property
    def proof_and_day(self) -> str:
        if self.proved_at is None:
            return gettext("Not proved yet")
        return f"{self.proof_sentence} · {day(self.proved_at)}"


class TotalBefore(models.Model):
    """The `flattrs_before` of a thing from one of our months on, so that the table of
    a closed month stays as it was when a later report says more."""

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

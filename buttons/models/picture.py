"""The pictures of people and things, as pages show them, and what becomes one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Func
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.models.thing import Thing

MOST_BYTES = 60 * 1024
# Of a file that somebody sends or a page shows, before it is made small.
MOST_SOURCE_BYTES = 5 * 1024 * 1024


def _has_length(column: str) -> Func:
    return Func(F(column), function="octet_length", output_field=models.IntegerField())


# Whose it is: a person's or a thing's, and not of both.
OF_ONE = models.Q(person=None, thing__isnull=False) | models.Q(
    person__isnull=False, thing=None
)


class OfOne(models.Model):
    """Something that one person or one thing has one of."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    thing = models.OneToOneField(
        Thing, models.CASCADE, null=True, related_name="+", verbose_name=_("thing")
    )

    class Meta:
        abstract = True

    @property
    def whose(self) -> User | Thing:
        whose = self.person or self.thing
        assert whose is not None, self.pk
        return whose


class Picture(OfOne):
    """The face of one person or the picture of one thing; no two share one.

    `body` is WebP of our own making, without anything of the file that it was made
    from but the look. `digest` is its address and names whose it is as well
    (`buttons.pictures.keeping`), so equal pictures of two owners are taken down each by
    itself. The database copies it to the person or thing (`picture` there), so that
    lists need no join.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=32, unique=True, editable=False)
    body = models.BinaryField()
    # Where it was read, or empty for a file that its owner sent.
    source = models.CharField(_("source"), max_length=2000, blank=True)
    made_at = models.DateTimeField(_("made"))
    # By staff. It is kept unshown, for whoever decides an appeal.
    taken_down_at = models.DateTimeField(_("taken down"), null=True)

    class Meta:
        db_table = "picture"
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=OF_ONE,
                name="picture_is_of_a_person_or_a_thing",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(_has_length("body"), MOST_BYTES),
                name="picture_is_small",
            ),
        ]

    def __str__(self) -> str:
        return self.digest


class WantedPicture(OfOne):
    """What is to become the picture of one person or thing, and what became of it.

    It waits while `due_at` is set: `file`, which its owner sent, or the picture at
    `url`. The file is deleted as soon as it was made into a picture or `refused`, which
    is then a code of why not (`buttons.pictures.wanting.WHY_NOT`). `pattern_at` is when
    its owner, or staff, chose the pattern: pages are not asked for a picture then.
    """

    id = models.BigAutoField(primary_key=True)
    file = models.BinaryField(null=True)
    url = models.CharField(_("address"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("due"), null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refused = models.CharField(_("why not"), max_length=20, blank=True)
    pattern_at = models.DateTimeField(_("pattern chosen"), null=True)

    class Meta:
        db_table = "wanted_picture"
        verbose_name = _("wanted picture")
        verbose_name_plural = _("wanted pictures")
        constraints = [
            models.CheckConstraint(
                condition=OF_ONE,
                name="wanted_picture_is_of_a_person_or_a_thing",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(_has_length("file"), MOST_SOURCE_BYTES),
                name="wanted_picture_is_at_most_5_mb",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at=None, file=None)
                | models.Q(due_at__isnull=False, file__isnull=False, url="")
                | models.Q(due_at__isnull=False, file=None, url__gt=""),
                name="wanted_picture_keeps_no_file_but_while_it_waits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="wanted_picture_due",
            )
        ]

    def __str__(self) -> str:
        return f"picture for {self.whose}"

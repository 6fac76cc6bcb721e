"""The pictures of people and things, as pages show them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Func
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from buttons.models.thing import Thing

MOST_BYTES = 60 * 1024


class Picture(models.Model):
    """The face of one person or the picture of one thing; no two share one.

    `body` is WebP of our own making, without anything of the file that it was made
    from but the look. `digest` is its address and names whose it is as well
    (`buttons.pictures.keeping`), so equal pictures of two owners are taken down each by
    itself. The database copies it to the person or thing (`picture` there), so that
    lists need no join.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=32, unique=True, editable=False)
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
    body = models.BinaryField()
    # Where it was read, or empty for a file that its owner sent.
    source = models.CharField(_("source"), max_length=2000, blank=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        db_table = "picture"
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None, thing__isnull=False)
                | models.Q(person__isnull=False, thing=None),
                name="picture_is_of_a_person_or_a_thing",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(
                        F("body"),
                        function="octet_length",
                        output_field=models.IntegerField(),
                    ),
                    MOST_BYTES,
                ),
                name="picture_is_small",
            ),
        ]

    def __str__(self) -> str:
        return self.digest

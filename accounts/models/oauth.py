"""Apps that others wrote, what readers let them do, and how often in a month."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractAccessToken, AbstractApplication

from accounts import callbacks
from flattr.templatetags.flattr import day


class Application(AbstractApplication):
    """An app: registered and managed by the person who made it.

    `redirect_uris` are its callbacks, separated by blanks. A confidential one
    runs where nobody can read its secret; a public one has none and proves by PKCE that
    whoever began also finishes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    website = models.URLField(_("website"), max_length=500)
    description = models.CharField(_("description"), max_length=1000, blank=True)
    platform = models.CharField(_("platform"), max_length=60, blank=True)
    # An old program, with its key and secret compiled in: registered by the operator
    # alone, and let back to plain http, for it knows no other callback.
    keys_are_public = models.BooleanField(
        _("keys are public"), default=False, db_default=False, editable=False
    )

    objects: ClassVar[models.Manager[Application]] = models.Manager()

    class Meta:
        db_table = "application"
        verbose_name = _("app")
        verbose_name_plural = _("apps")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="app_name_once_for_a_person"
            )
        ]

    @property
    def callbacks(self) -> list[str]:
        return str(self.redirect_uris).split()

    @property
    def host(self) -> str:
        """Of the web page that the maker named; nobody has proved it."""
        return urlsplit(self.website).hostname or ""

    @property
    def is_public(self) -> bool:
        return bool(self.client_type == self.CLIENT_PUBLIC)

    @property
    def about_its_secret(self) -> str:
        """Below its keys, for its maker."""
        if self.is_public:
            return gettext(
                "The app runs where people can read what it holds, so it has no secret."
                " It proves by PKCE, with S256, that whoever began also finishes."
            )
        return gettext(
            "The present secret then stops working at once. Tokens that people gave"
            " the app keep working."
        )

    @property
    def bucket(self) -> str:
        """For whom calls with the app's own keys are counted."""
        return f"app:{self.pk}"

    def redirect_uri_allowed(self, uri: str) -> bool:
        return callbacks.is_one_of(uri, self.callbacks)

    def is_usable(self, request: object) -> bool:
        """False if its maker has left or is suspended."""
        return bool(self.user.is_active and self.user.suspended_at is None)

    def clean(self) -> None:
        """Refuse callbacks that no browser should go to."""
        problems = [
            callbacks.problem(callback, plain=self.keys_are_public)
            for callback in self.callbacks
        ]
        if len(problems) > callbacks.MOST:
            problems = [
                gettext("An app has at most %(most)d callbacks.")
                % {"most": callbacks.MOST}
            ]
        if found := [problem for problem in problems if problem]:
            raise ValidationError({"redirect_uris": found})


class AccessToken(AbstractAccessToken):
    """What an app acts with for a person, until it is revoked; without an app, what
    a person made for their own programs, with a name.

    Only a hash of it is here, as of the code that it was given for. There are no
    refresh tokens and no id tokens.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    source_refresh_token = None
    id_token = None
    name = models.CharField(max_length=60, blank=True)
    code_checksum = models.CharField(max_length=64, blank=True, db_index=True)
    # Written at most once an hour.
    last_used_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[AccessToken]] = models.Manager()

    class Meta:
        db_table = "access_token"

    @property
    def scope_names(self) -> list[str]:
        return str(self.scope).split()

    @property
    def about(self) -> str:
        """What the token can do, since when, and when it last did, in a line."""
        facts = {
            "scopes": ", ".join(self.scope_names) or gettext("reading only"),
            "made_on": day(self.created),
        }
        if self.last_used_at is None:
            return gettext("%(scopes)s; made on %(made_on)s, never used") % facts
        return gettext("%(scopes)s; made on %(made_on)s, last used on %(used_on)s") % {
            **facts,
            "used_on": day(self.last_used_at),
        }

    @property
    def bucket(self) -> str:
        return f"token:{self.pk}"


class Allowance(models.Model):
    """How often an app flattred for a reader in the latest month that it did, and how
    often it may in any month; no `most` is no limit. `gifted` is what it gave once, in
    all, in the latest month that it did, and `gift_most` what it may give in any month,
    both in minor units: as much as that for whoever says nothing else, 0 for nothing."""

    LARGEST: ClassVar[int] = 100_000
    GIFT_MOST: ClassVar[int] = 1_000
    GIFT_LARGEST: ClassVar[int] = 10_000

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    application = models.ForeignKey(Application, models.CASCADE)
    most = models.PositiveIntegerField(
        null=True, validators=[MaxValueValidator(LARGEST)]
    )
    period = models.IntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    gift_most = models.BigIntegerField(default=GIFT_MOST, db_default=GIFT_MOST)
    gift_period = models.IntegerField(default=0, db_default=0)
    gifted = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "allowance"
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "application"], name="allowance_once_for_an_app"
            ),
            models.CheckConstraint(
                condition=models.Q(gifted__gte=0, gift_most__gte=0),
                name="allowance_of_gifts_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.most} in {self.period}"

    def used_in(self, period: int) -> int:
        return self.used if self.period == period else 0

    def gifted_in(self, period: int) -> int:
        return self.gifted if self.gift_period == period else 0

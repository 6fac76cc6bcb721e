"""People and their names.

A person is one `User`: as giver a *reader*, as receiver a *creator*. There is no
second registration for either.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import mailboxes
from accounts.reserved import is_reserved, refuse_reserved
from flattr.web.visible import visible

username_validators: list[Callable[[Any], None]] = [
    RegexValidator(
        r"\A[A-Za-z0-9](?:[A-Za-z0-9._-]{0,28}[A-Za-z0-9])\Z",
        _(
            "Use 2 to 30 letters, digits, dots, dashes or underscores, with a letter or"
            " digit at both ends."
        ),
    ),
    refuse_reserved,
]

PUBLIC_ID_LETTERS = string.digits + string.ascii_lowercase


def new_public_id() -> str:
    """Six of 0-9a-z: the `fid` of embeds and the value of `flattr:id`."""
    while is_reserved(
        drawn := "".join(secrets.choice(PUBLIC_ID_LETTERS) for _place in range(6))
    ):
        pass
    return drawn


def holder_of_name(name: str) -> int | None:
    """Whose username or public id that is or ever was, whatever its case. Looked up by
    its hash: the names of people who left are not kept (T47)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_holder_of_name(%s)", [name])
        found: int | None = cursor.fetchone()[0]
    return found


class UserManager(DjangoUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return mailboxes.one_form(email or "")

    def present(self) -> models.QuerySet[User]:
        """People with a confirmed address. Others are not there for anybody, so that
        a profile that appears tells nothing of how a sign-up ended (A1); nor are those
        who are leaving."""
        # Not at the top: it is of an app that is loaded after this one.
        from allauth.account.models import EmailAddress  # noqa: PLC0415

        theirs = EmailAddress.objects.filter(user=models.OuterRef("pk"))
        confirmed = theirs.filter(verified=True)
        here = self.filter(is_active=True, closing_at=None)
        return here.filter(models.Exists(confirmed))

    def named(self, username: str) -> User:
        """The person of that name, whatever its case; else `User.DoesNotExist`."""
        return self._only(username, models.Q(lowered=username.lower())).get()

    def numbered(self, public_id: str) -> User | None:
        """Whose public id that is, and nobody else, whatever they are called."""
        return self._only(public_id, models.Q(public_id=public_id.lower())).first()

    def named_or_numbered(self, text: str) -> User | None:
        """Who goes by that username, or has that public id."""
        either = models.Q(lowered=text.lower()) | models.Q(public_id=text.lower())
        return self._only(text, either).first()

    def _only(self, text: str, condition: models.Q) -> models.QuerySet[User]:
        """Who is present and fits; nobody while `text` is one person's username and
        another's public id, or old buttons of the one would pay the other."""
        if not (text.isascii() and text.isprintable()):
            return self.none()
        lowered = self.alias(lowered=Lower("username"))
        either = models.Q(lowered=text.lower()) | models.Q(public_id=text.lower())
        here = lowered.filter(erased_at=None)
        another = here.filter(either).exclude(pk=models.OuterRef("pk"))
        fitting = self.present().alias(lowered=Lower("username")).filter(condition)
        return fitting.exclude(models.Exists(another))

    def with_login(self, login: str) -> User | None:
        """Who signs in with that e-mail address or username, whatever its spelling,
        also before the address is confirmed. A username cannot hold an @, so the two
        never meet."""
        login = mailboxes.as_login(login)
        return self._spelled("email" if "@" in login else "username", login).first()

    def get_by_natural_key(self, username: str | None) -> User:
        return self._spelled("username", username or "").get()

    def _spelled(self, field: str, text: str) -> models.QuerySet[User]:
        return self.alias(lowered=Lower(field)).filter(lowered=text.lower())


class User(AbstractUser):
    """A person. Username and public id are one namespace: unique without case, neither
    is ever given to another, nor is or becomes another's other. Old buttons would pay a
    stranger (promise A8; the database keeps the names)."""

    username = models.CharField(
        _("username"), max_length=30, unique=True, validators=username_validators
    )
    email = models.EmailField(_("e-mail address"), unique=True)
    public_id = models.CharField(
        max_length=6, unique=True, default=new_public_id, editable=False
    )
    about = models.CharField(max_length=1000, blank=True)
    url = models.URLField(max_length=500, blank=True)
    # Pages of theirs beside that, in their order (`accounts.people.links`).
    links = ArrayField(
        models.CharField(max_length=500), blank=True, default=list, db_default=[]
    )
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    # Name and address as they stand on a printed year, for a tax adviser; shown to nobody.
    paper_address = models.CharField(
        max_length=300, blank=True, default="", db_default=""
    )
    # Of a business in the European Union, for invoices over our fee; shown to nobody else.
    vat_id = models.CharField(max_length=20, blank=True, default="", db_default="")
    # Who flattrs what is private until the reader says otherwise.
    shows_flattrs = models.BooleanField(default=False)
    # The digest of the person's `Picture`, or empty: the database keeps it.
    picture = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )
    # Owns a thing, or has owned one: the database sets it with the first.
    is_creator = models.BooleanField(
        _("creator"), default=False, db_default=False, editable=False
    )
    # The version of the terms that the person agreed to by signing up; 0 for whoever
    # signed up before that was stored.
    terms_version = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False
    )
    # Mails that a person may do without.
    mail_statement = models.BooleanField(default=True)
    mail_revenue = models.BooleanField(default=True)
    mail_paid_in = models.BooleanField(default=True)
    mail_renewal = models.BooleanField(default=True)
    mail_first = models.BooleanField(default=True)
    mail_gift = models.BooleanField(default=True, db_default=True)
    mail_gift_given = models.BooleanField(default=True, db_default=True)
    # What nobody gets who has not asked for it.
    mail_reader_digest = models.BooleanField(default=False)
    mail_creator_digest = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    suspension_reason = models.TextField(_("why suspended"), blank=True)
    # Asked to leave. For seven days it can be taken back; then all that says who it
    # was is erased, as soon as no money of theirs is here (`payouts.leaving.departing`).
    closing_at = models.DateTimeField(_("leaving since"), null=True, blank=True)
    # When to look next whether that can be done.
    leaving_due_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "person"
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(
                fields=["leaving_due_at"],
                condition=models.Q(leaving_due_at__isnull=False),
                name="person_leaving_due",
            ),
            # Staff are few among many.
            models.Index(
                fields=["username"],
                condition=models.Q(is_staff=True),
                name="person_staff",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="username_is_unique_without_case"
            ),
            models.UniqueConstraint(
                Lower("email"), name="email_is_unique_without_case"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new person's public id is drawn again while it is, or was, somebody's."""
        if self._state.adding:
            while holder_of_name(self.public_id) is not None:
                self.public_id = new_public_id()
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """What pages call the person: first and last name, else the username."""
        if self.erased_at is not None:
            return gettext("somebody who left")
        return visible(self.get_full_name()) or self.username

    @property
    def is_here(self) -> bool:
        """Whether anybody can see and flattr the person: neither suspended nor leaving."""
        return self.is_active and self.suspended_at is None and self.closing_at is None

    @property
    def acts_as_staff(self) -> bool:
        """Whether the person may decide as staff; also while they close their account."""
        return self.is_staff and self.is_active

    @property
    def name_and_username(self) -> str:
        """As `name`, with the username behind it: a name can be anybody's, and where
        money is given only the username says whose."""
        name, username = self.name, self.username
        if self.erased_at is not None or name.casefold() == username.casefold():
            return name
        return f"{name} ({username})"


class SharedName(models.Model):
    """A string that is one person's username and another's public id, from before the
    two were one namespace. It names nobody until staff have changed the later one."""

    name = models.CharField(_("name"), max_length=30)
    # Whose username it is, and whose public id.
    named = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        verbose_name=_("username of"),
    )
    numbered = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        primary_key=True,
        related_name="+",
        verbose_name=_("public id of"),
    )

    class Meta:
        db_table = "shared_name"
        verbose_name = _("shared name")
        verbose_name_plural = _("shared names")
        managed = False

    def __str__(self) -> str:
        return self.name

    @property
    def later(self) -> User:
        """Who came second to it, and gets another."""
        both: list[User] = [self.named, self.numbered]
        return max(both, key=lambda person: (person.date_joined, person.pk))

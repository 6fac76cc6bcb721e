"""Tokens: make, find, list and revoke them. Only their hashes are stored (A6)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from oauth2_provider.models import Grant, set_token_value

from accounts.models import User
from accounts.models.oauth import AccessToken, Allowance, Application
from accounts.oauth.secrets_at_rest import NEVER, hash_of
from flattr.database import rows
from flattr.money import plain
from flattr.templatetags.flattr import day, money, month_name

USE_IS_WRITTEN_EVERY = timedelta(hours=1)


def make(
    person: User, name: str, scopes: Iterable[str], secret: str | None = None
) -> str:
    """Make a token for the person's own programs; it is shown once and never again.

    `secret` is for the demo, whose tokens are always the same.
    """
    wanted = set(scopes)
    assert wanted <= set(settings.SCOPES), wanted
    raw = secret or secrets.token_urlsafe(32)
    made = AccessToken(
        user=person,
        name=name,
        scope=" ".join(scope for scope in settings.SCOPES if scope in wanted),
        expires=NEVER,
    )
    set_token_value(made, raw)
    made.save()
    return raw


def find(raw: str) -> AccessToken | None:
    """The token, with its person, while they and the app's maker have accounts: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_token(), [hash_of(raw)])
        found = cursor.fetchone()
    if found is None:
        return None
    width = len(rows.names(AccessToken))
    token = rows.row(AccessToken, found[:width])
    token.user = rows.row(User, found[width:])
    return token


@cache
def _token() -> str:
    return f"""
        SELECT {rows.columns(AccessToken, "t")}, {rows.columns(User, "p")}
        FROM access_token AS t JOIN person AS p ON p.id = t.user_id
        LEFT JOIN {Application._meta.db_table} AS a ON a.id = t.application_id
        LEFT JOIN person AS maker ON maker.id = a.user_id
        WHERE t.token_checksum = %s AND p.is_active
          AND (a.id IS NULL OR (maker.is_active AND maker.suspended_at IS NULL))
        LIMIT 1
    """  # noqa: S608 (names of columns)


def note_use(token: AccessToken) -> None:
    """Record that it was used, to the hour."""
    now = timezone.now()
    since = now - USE_IS_WRITTEN_EVERY
    if token.last_used_at is None or token.last_used_at < since:
        unwritten = Q(last_used_at=None) | Q(last_used_at__lt=since)
        AccessToken.objects.filter(unwritten, pk=token.pk).update(last_used_at=now)


@dataclass
class Access:
    """What one app may do for a person, by all tokens that it has; `period` is the
    running month."""

    application: Application
    allowance: Allowance
    since: datetime
    period: int
    last_used_at: datetime | None = None
    scopes: set[str] = field(default_factory=set)

    @property
    def can(self) -> list[str]:
        return [
            str(text) for scope, text in settings.SCOPES.items() if scope in self.scopes
        ]

    @property
    def about(self) -> str:
        """Whose app it is, since when it may act, and when it last did, in a line."""
        facts = {"host": self.application.host, "since": day(self.since)}
        if self.last_used_at is None:
            return _("of %(host)s, since %(since)s, never used") % facts
        return _("of %(host)s, since %(since)s, last used on %(used_on)s") % {
            **facts,
            "used_on": day(self.last_used_at),
        }

    @property
    def how_often(self) -> str:
        """How often it flattred in the running month, and how often it may."""
        used, most = self.allowance.used_in(self.period), self.allowance.most
        facts = {"used": used, "most": most, "month": month_name(self.period)}
        if most is None:
            text = ngettext(
                "In %(month)s it flattred once.",
                "In %(month)s it flattred %(used)d times.",
                used,
            )
        else:
            text = ngettext(
                "In %(month)s it flattred %(used)d time, of %(most)d that you allow.",
                "In %(month)s it flattred %(used)d times, of %(most)d that you allow.",
                used,
            )
        return text % facts

    @property
    def how_much(self) -> str:
        """What it gave once in the running month, and how much it may."""
        given, most = self.allowance.gifted_in(self.period), self.allowance.gift_most
        facts = {
            "given": money(given),
            "most": money(most),
            "month": month_name(self.period),
        }
        if not most and not given:
            return _("You let it make no gifts.")
        if not given:
            text = _("In %(month)s it made no gifts. You allow %(most)s a month.")
        else:
            text = _(
                "In %(month)s it gave %(given)s in gifts. You allow %(most)s a month."
            )
        return text % facts

    @property
    def gift_most(self) -> str:
        """As it stands in the field."""
        return plain(self.allowance.gift_most)


def apps_of(person: User, period: int) -> list[Access]:
    """The apps that may act for the person, the latest allowed first: two queries.
    `period` is the running month."""
    tokens = AccessToken.objects.filter(user=person, application__isnull=False)
    known = {
        allowance.application_id: allowance
        for allowance in Allowance.objects.filter(reader=person)
    }
    found: dict[int, Access] = {}
    for token in tokens.select_related("application__user").order_by("-created"):
        app = token.application
        access = found.setdefault(
            app.pk,
            Access(
                app,
                known.get(app.pk) or Allowance(),
                since=token.created,
                period=period,
            ),
        )
        access.since = min(access.since, token.created)
        access.scopes |= set(token.scope_names)
        used = [at for at in (access.last_used_at, token.last_used_at) if at]
        access.last_used_at = max(used, default=None)
    return list(found.values())


def own(person: User) -> list[AccessToken]:
    """The tokens that the person made for their own programs, newest first."""
    mine = AccessToken.objects.filter(user=person, application=None)
    return list(mine.order_by("-created"))


def revoke_app(person: User, application: Application) -> int:
    """Revoke an app's tokens of the person; how many there were."""
    Grant.objects.filter(user=person, application=application).delete()
    mine = AccessToken.objects.filter(user=person, application=application)
    return int(mine.delete()[0])


def revoke_all(person: User) -> int:
    """Revoke every token of the person, and every code that could become one (A4)."""
    Grant.objects.filter(user=person).delete()
    return int(AccessToken.objects.filter(user=person).delete()[0])


def prune() -> int:
    """Delete codes that are too old to be used; how many there were."""
    return int(Grant.objects.filter(expires__lt=timezone.now()).delete()[0])

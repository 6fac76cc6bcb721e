"""Sessions whose keys are stored only as hashes (T36).

Whoever reads the database, or a dump of it, can neither sign in with a session nor read
it: while a password is reset, its session contains the key for that. The data is
encrypted with the session's key, which only the browser has. The person is stored beside
the session, so that all sessions of one person can be ended (A4).
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date, timedelta
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import Session, User
from flattr.database import rows
from flattr.web import django_inside

CLIENT = "client"  # what the browser calls itself, shown in the settings
SEEN_ON = "seen_on"


def cipher_of(session_key: str) -> Fernet:
    """The session key is 32 random letters, so a single hash makes a cipher key of it."""
    digest = hashlib.sha256(b"session data:" + session_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def key_hash(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django's store in the database, with the key hashed. It fetches the person together
    with the session, by one query."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            key = key_hash(self.session_key or "")
            cursor.execute(_session(), [key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        data, *person = found
        if person[0] is not None:
            self.person = rows.row(User, person)
        return self.decode(data)

    def encode(self, session_dict: dict[str, Any]) -> str:
        assert self.session_key is not None
        text = json.dumps(session_dict, separators=(",", ":"))
        return cipher_of(self.session_key).encrypt(text.encode()).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """The session's data; empty if it was not written under this key."""
        try:
            text = cipher_of(self.session_key or "").decrypt(session_data)
        except InvalidToken:
            return {}
        found: dict[str, Any] = json.loads(text)
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(key_hash(session_key))

    def save(self, must_create: bool = False) -> None:
        """Write the session; `UpdateError` when it was ended in the meantime."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        row = {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "user_id": person_in(data),
            "client": str(data.get(CLIENT, ""))[:200],
        }
        key = key_hash(self.session_key)
        if not must_create:
            if not Session.objects.filter(session_key=key).update(**row):
                raise UpdateError
            return
        try:
            with transaction.atomic():
                Session.objects.create(session_key=key, **row)
        except IntegrityError as taken:
            raise CreateError from taken

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key is not None:
            super().delete(key_hash(session_key))


def person_in(data: dict[str, Any]) -> int | None:
    user_id = data.get("_auth_user_id")
    return int(user_id) if user_id else None


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in, looked up at most once in a request.

    The person fetched with the session counts if all that Django checks holds; in any
    other case Django decides.
    """
    known: User | AnonymousUser | None = django_inside.person_found(request)
    if known is None:
        known = _known_person(request) or auth.get_user(request)
        django_inside.set_person_found(request, known)
    return known


@cache
def _session() -> str:
    return f"""
        SELECT s.session_data, {rows.columns(User, "p")}
        FROM session AS s LEFT JOIN person AS p ON p.id = s.user_id
        WHERE s.session_key = %s AND s.expire_date > %s
    """  # noqa: S608 (names of columns)


def _known_person(request: HttpRequest) -> User | None:
    session = request.session
    user_id = session.get(auth.SESSION_KEY)
    person: User | None = getattr(session, "person", None)
    fits = (
        person is not None
        and user_id == str(person.pk)
        and person.is_active
        and session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(
            session.get(auth.HASH_SESSION_KEY, ""), person.get_session_auth_hash()
        )
    )
    return person if fits else None


def extend(request: HttpRequest) -> None:
    """Thirty days from the last visit, not from the sign-in: written once a day."""
    today = timezone.now().date().isoformat()
    if request.session.get(SEEN_ON) != today:
        request.session[SEEN_ON] = today


def others(request: HttpRequest, user: User) -> QuerySet[Session]:
    """The person's live sessions in other browsers, the latest seen first."""
    return (
        Session.objects.filter(user=user, expire_date__gt=timezone.now())
        .exclude(session_key=key_hash(request.session.session_key or ""))
        .order_by("-expire_date")
    )


def end_others(request: HttpRequest, user: User) -> int:
    """Sign the person out everywhere but here (A4); gives how many sessions ended."""
    return others(request, user).delete()[0]


def prune() -> int:
    """Forget sessions that are over; gives their number."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def seen_on(session: Session) -> date:
    """The day of the last visit."""
    last = session.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return last.date()

"""Sessions whose keys are stored only as hashes (T36).

Whoever reads the database cannot sign in with what stands there. The person is
kept beside the session, so that all sessions of one person can be ended.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import Session


def key_hash(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django's store in the database, with the key hashed on its way there."""

    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = Session.objects.filter(
            session_key=key_hash(self.session_key or ""),
            expire_date__gt=timezone.now(),
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(key_hash(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)
        session.session_key = key_hash(session.session_key)
        user_id = data.get("_auth_user_id")
        session.user_id = int(user_id) if user_id else None
        return session

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key is not None:
            super().delete(key_hash(session_key))

"""A browser of Django's own, in which somebody is signed in."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as WHOSE,
)
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY as RECORDS,
)
from django.test import Client

from accounts.models import User


def signed_in(user: User, *, minutes_ago: float = 1) -> Client:
    """A browser in which `user` gave the password some minutes ago."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[WHOSE] = str(user.pk)
    session[RECORDS] = [
        {
            "method": "password",
            "at": time.time() - minutes_ago * 60,
            "reauthenticated": True,
        }
    ]
    session.save()
    return client

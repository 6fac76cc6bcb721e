"""Programs whose keys were compiled in years ago, where everybody can read them.

Their keys and callbacks cannot be changed, so the operator registers both as they are.
Nothing proves that it is really this program that asks; the consent page says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.models.oauth import Application

# Characters that Basic and a form leave unchanged; a colon would end the key.
KEY = re.compile(r"[!-9;-~]{1,100}")
LONGEST_NAME = 60
SECRET = re.compile(r"[!-~]{1,200}")


class CannotBeRegistered(Exception):
    """The text says why."""


@transaction.atomic
def register(  # noqa: PLR0913 (what a program is)
    owner: User,
    name: str,
    *,
    key: str,
    secret: str,
    callbacks: Sequence[str],
    website: str = "",
) -> Application:
    """Register a program by the key and secret that it has; a row of the audit log
    says so. Refused with `CannotBeRegistered`."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise CannotBeRegistered(f"A name is at most {LONGEST_NAME} letters long.")
    if not KEY.fullmatch(key):
        raise CannotBeRegistered(
            "A key is at most 100 plain characters, without a colon."
        )
    if not SECRET.fullmatch(secret):
        raise CannotBeRegistered("A secret is at most 200 plain characters.")
    app = Application(
        user=owner,
        name=name.strip(),
        client_id=key,
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris="\n".join(callbacks),
        website=website,
        keys_are_public=True,
    )
    try:
        app.full_clean(exclude=[] if website else ["website"])
    except ValidationError as refusal:
        raise CannotBeRegistered(" ".join(refusal.messages)) from refusal
    app.save()
    audit.note(
        None,
        "app_registered",
        f"app:{app.pk}",
        after={"name": app.name, "key": key, "callbacks": app.callbacks},
        reason="By the operator's command: its keys are compiled in.",
    )
    return app

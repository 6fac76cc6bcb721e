"""The form that gives: whom it asked about whom, signed into it.

It works for the reader it was made for, for ten minutes, and not in the first instant,
as the confirm page of a flattr does. Sent twice it gives once: what it carries is the
key of the gift.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass

from django.core import signing

from accounts.models import User
from buttons.clicks import intents
from buttons.models import Thing

SALT = "payouts.gift"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who would give to whom, and for what; `issued_at` in seconds of real time."""

    reader_id: int
    creator_id: int
    thing_id: int | None
    issued_at: float
    nonce: str

    @property
    def key(self) -> str:
        return f"form:{self.nonce}"


def issue(reader: User, creator: User, thing: Thing | None) -> str:
    """A signed text for the form that asks `reader` now."""
    asked = Asked(
        reader_id=reader.pk,
        creator_id=creator.pk,
        thing_id=thing.pk if thing else None,
        issued_at=time.time(),
        nonce=secrets.token_urlsafe(16),
    )
    return signing.dumps(asdict(asked), salt=SALT, compress=True)


def parse(signed: str, reader: User, creator: User, thing: Thing | None) -> Asked:
    """What one of our forms asked `reader` just now about `creator` and `thing`. Refused
    with `intents.NotOurs` or `intents.IntentRefused`."""
    asked = Asked(**intents.load(signed, SALT))
    intents.check_asked(asked.reader_id, asked.issued_at, reader)
    if (asked.creator_id, asked.thing_id) != (creator.pk, thing.pk if thing else None):
        raise intents.IntentRefused
    return asked

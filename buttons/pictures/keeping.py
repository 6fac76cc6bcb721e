"""Keep the one picture of a person or a thing, and take it away."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from accounts.models import User
from buttons.models import Picture, Thing
from flattr.database import clock

# Width and height in pixels. A face is cut square, a thing's picture eight by five.
FACE_SIZE = (256, 256)
THING_SIZE = (640, 400)

DIGEST_DIGITS = 32


def keep(whose: User | Thing, body: bytes, source: str = "") -> Picture:
    """Show `body` (WebP of our own making) for a person or a proved thing from now on,
    in place of what was shown. `source` is the address that it was read from."""
    owned = owner_of(whose)
    [(kind, _owner)] = owned.items()
    named = f"{kind}:{whose.pk}:".encode() + body
    kept, _made = Picture.objects.update_or_create(
        **owned,
        defaults={
            "digest": sha256(named).hexdigest()[:DIGEST_DIGITS],
            "body": body,
            "source": source,
            "made_at": clock.now(),
        },
    )
    return kept


def drop(whose: User | Thing) -> bool:
    """Show the pattern again; whether there was a picture."""
    deleted, _by_table = Picture.objects.filter(**owner_of(whose)).delete()
    return deleted > 0


def owner_of(whose: User | Thing) -> dict[str, Any]:
    """The column and value by which rows of pictures say whose they are."""
    return {"person" if isinstance(whose, User) else "thing": whose}

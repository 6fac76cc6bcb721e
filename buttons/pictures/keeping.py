"""Keep the one picture of a person or a thing, and take it away."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.models import Picture, Report, Thing
from flattr.database import clock
from flattr.web.refusals import Refusal

# Width and height in pixels. A face is cut square, a thing's picture eight by five.
FACE_SIZE = (256, 256)
THING_SIZE = (640, 400)

DIGEST_DIGITS = 32
RESTORED = Report.Decision.RESTORED


class WasTakenDown(Refusal):
    says = _("Our staff have taken this picture down. Please use another one.")

    code = "was_taken_down"
    status = 403


def lock(whose: User | Thing) -> None:
    """Let nobody else change what is shown of them until the transaction ends. Call it
    before rows of pictures are locked, since a proof that changes locks them last."""
    rows = User.objects if isinstance(whose, User) else Thing.objects
    rows.select_for_update(no_key=True).filter(pk=whose.pk).exists()


def keep(whose: User | Thing, body: bytes, source: str = "") -> Picture:
    """Show `body` (WebP of our own making) for a person or a proved thing from now on,
    in place of what was shown. `source` is the address that it was read from.

    Refused with `WasTakenDown` where staff took this very picture of theirs down.
    """
    owned = owner_of(whose)
    [(kind, _owner)] = owned.items()
    named = f"{kind}:{whose.pk}:".encode() + body
    digest = sha256(named).hexdigest()[:DIGEST_DIGITS]
    if (
        Report.objects.filter(**owned, picture=digest)
        .exclude(decision=RESTORED)
        .exists()
    ):
        raise WasTakenDown
    kept, _made = Picture.objects.update_or_create(
        **owned,
        defaults={
            "digest": digest,
            "body": body,
            "source": source,
            "made_at": clock.now(),
            "taken_down_at": None,
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

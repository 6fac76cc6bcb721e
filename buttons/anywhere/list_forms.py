"""The form of a list: what it showed to whom, signed, so that a press means what the
reader saw, and once (as `buttons.clicks.intents`)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.anywhere.pasted_rows import Row
from buttons.clicks import intents
from buttons.clicks.intents import IntentRefused, NotOurs

SALT = "buttons.pasted"
# A long list takes a while to go through; shorter than nonces are known.
LASTS_SECONDS = 45 * 60


@dataclass(frozen=True, slots=True)
class ListForm:
    """`owners` is who was shown as getting each row's flattr, if anybody was, by the
    row's id."""

    reader_id: int
    pasted_id: int
    period: int
    owners: dict[str, int | None]
    issued_at: float
    nonce: str


def issue(reader: User, pasted_id: int, period: int, rows: Iterable[Row]) -> str:
    """A signed text for the form that shows `rows` to `reader` now."""
    form = ListForm(
        reader_id=reader.pk,
        pasted_id=pasted_id,
        period=period,
        owners={str(row.pk): row.owner.pk if row.owner else None for row in rows},
        issued_at=time.time(),
        nonce=secrets.token_urlsafe(16),
    )
    return signing.dumps(asdict(form), salt=SALT, compress=True)


def parse(signed: str) -> ListForm:
    """The form that we signed, however old; anything else is `NotOurs`."""
    return ListForm(**intents.load(signed, SALT))


def check(form: ListForm, reader: User, pasted_id: int, period: int) -> None:
    """Refuse what was not asked of `reader` about this list in this month, with
    `IntentRefused` or `NotOurs`."""
    if form.pasted_id != pasted_id:
        raise NotOurs
    intents.check_asked(form.reader_id, form.issued_at, reader, LASTS_SECONDS)
    if form.period != period:
        raise IntentRefused(_("A new month has begun. Please confirm once more."))


def shows(form: ListForm, row: Row) -> bool:
    """Whether the form showed this row, with whom it would give to now."""
    return form.owners.get(str(row.pk), 0) == (row.owner.pk if row.owner else None)

"""Make pictures of what waits: files that people sent, and what pages show.

A row is claimed in one short transaction, its picture is fetched and made in none, and
stored in another, unless its owner asked for something else meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet

from buttons.models import Picture, Thing, WantedPicture
from buttons.models.picture import MOST_SOURCE_BYTES
from buttons.pictures import encoding, keeping
from buttons.pictures.encoding import BadPicture
from buttons.pictures.keeping import WasTakenDown
from buttons.pictures.taking_down import TAKEN_DOWN
from buttons.reading.fetching import Page, fetch_picture
from buttons.reading.not_fetched import Gone, NoPage, NotFetched, TooLarge
from buttons.reading.page_pictures import shown_by
from flattr.database import clock

BATCH_SECONDS = 30.0
# A row that is claimed is left alone for so long, whatever becomes of its worker.
CLAIM_LASTS = timedelta(minutes=2)
# When to try again what may be better then.
PATIENCE = [timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]


class NamesNone(Exception):
    """The page names no picture."""


def any_due() -> bool:
    return _due().exists()


def make_due(
    seconds: float = BATCH_SECONDS, first: Callable[[], int] = lambda: 0
) -> int:
    """Make what is due, for about that long; how many were tried. `first` does what
    somebody waits for, before each of the others."""
    began, tried = time.monotonic(), first()
    while time.monotonic() - began < seconds and (wanted := claim()) is not None:
        make(wanted)
        tried += 1 + first()
    return tried


def make_files() -> int:
    """Make every picture that somebody sent and waits for; how many were tried."""
    tried = 0
    while (wanted := claim(only_files=True)) is not None:
        make(wanted)
        tried += 1
    return tried


@transaction.atomic
def claim(*, only_files: bool = False) -> WantedPicture | None:
    """What has waited longest, files before pages, put off for others while it is
    claimed."""
    due = (
        _due()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("person", "thing")
        .order_by("due_at", "id")
    )
    wanted = due.filter(url="").first()
    if wanted is None and not only_files:
        wanted = due.first()
    if wanted is not None:
        # A try counts from its beginning: what ends a worker is not tried for ever.
        wanted.tries += 1
        wanted.due_at = clock.now() + CLAIM_LASTS
        wanted.save(update_fields=["tries", "due_at"])
    return wanted


def _due() -> QuerySet[WantedPicture]:
    return WantedPicture.objects.filter(due_at__lte=clock.now())


def make(wanted: WantedPicture) -> None:
    """Make a picture, outside of any transaction, and store it or why it is none."""
    if wanted.tries > len(PATIENCE) + 1:
        _refuse(wanted, "failed")
        return
    try:
        body, source = _file_of(wanted)
        kind = "thing" if isinstance(wanted.whose, Thing) else "face"
        made = encoding.encode(body, kind)
    except BadPicture as refusal:
        _refuse(wanted, refusal.code)
    except NamesNone:
        _refuse(wanted, "none")
    except NotFetched as failure:
        _refuse_or_wait(wanted, failure)
    else:
        try:
            _show(wanted, made, source)
        except WasTakenDown:
            _refuse(wanted, TAKEN_DOWN)


def _file_of(wanted: WantedPicture) -> tuple[bytes, str]:
    """The file to make it of, and where it was read: at the address, or at the one that
    the page there names."""
    if wanted.file is not None:
        return bytes(wanted.file), ""
    found, url = fetch_picture(wanted.url, MOST_SOURCE_BYTES), wanted.url
    if isinstance(found, Page):
        if wanted.thing is not None and url != wanted.thing.url:
            raise BadPicture("kind")
        if urlsplit(found.url).netloc != urlsplit(url).netloc:
            raise NamesNone
        shown = shown_by(found)
        url = shown.image if wanted.thing_id else shown.icon
        if not url:
            raise NamesNone
        found = fetch_picture(url, MOST_SOURCE_BYTES)
    if isinstance(found, Page):
        raise BadPicture("kind")
    return found, url


def _refuse_or_wait(wanted: WantedPicture, failure: NotFetched) -> None:
    if isinstance(failure, Gone):
        _refuse(wanted, "unreached")
    elif isinstance(failure, TooLarge):
        _refuse(wanted, "heavy")
    elif isinstance(failure, NoPage):
        _refuse(wanted, "kind")
    elif wanted.tries > len(PATIENCE):
        _refuse(wanted, "unreached")
    else:
        due_at = clock.now() + PATIENCE[wanted.tries - 1]
        _still(wanted).update(due_at=due_at)


@transaction.atomic
def _show(wanted: WantedPicture, body: bytes, source: str) -> None:
    keeping.lock(wanted.whose)
    if _still(wanted).select_for_update().exists():
        keeping.keep(wanted.whose, body, source)
        _still(wanted).delete()


@transaction.atomic
def _refuse(wanted: WantedPicture, code: str) -> None:
    """Store why it is no picture, and stop showing what its page named before. Nobody
    asked for a face of theirs from a page, so they hear nothing of it."""
    keeping.lock(wanted.whose)
    if not _still(wanted).select_for_update().exists():
        return
    if wanted.url:
        before = Picture.objects.filter(
            **keeping.owner_of(wanted.whose), taken_down_at=None
        )
        before.exclude(source__in=["", wanted.url]).delete()
    if not (wanted.url and wanted.person_id):
        _still(wanted).update(file=None, due_at=None, refused=code)
    else:
        _still(wanted).delete()


def _still(wanted: WantedPicture) -> QuerySet[WantedPicture]:
    """The row, if nothing else was asked for meanwhile and its owner is still there."""
    return WantedPicture.objects.filter(
        pk=wanted.pk, asked_at=wanted.asked_at, url=wanted.url
    )

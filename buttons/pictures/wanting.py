"""Ask for a picture: a file that its owner sends, or what a page shows.

The web server writes down what is asked and wakes a worker, which makes the picture
(`buttons.pictures.picture_making`); it never reads a stranger's file itself. Without a broker
the next tick has it made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signing_in import attempts
from accounts.signing_in.attempts import Limit
from buttons.models import Picture, Thing, WantedPicture
from buttons.models.picture import MOST_SOURCE_BYTES
from buttons.pictures import keeping
from buttons.pictures.keeping import owner_of
from flattr.database import clock, waking
from flattr.web.refusals import Refusal

# Of one person, for their face and all their things: 20 a day.
FILES = Limit(burst=10, every=8640, within=24 * 60 * 60)
# What is due later than this was tried, and is tried again.
SOON = timedelta(minutes=5)

# Why something did not become a picture, by the code in `WantedPicture.refused`.
WHY_NOT = {
    "kind": _(
        "It is not a picture that we can read. Use JPEG, PNG, WebP, AVIF or GIF."
    ),
    "broken": _("The picture is damaged or incomplete."),
    "heavy": _("The file is larger than 5 MB."),
    "pixels": _("The picture has more than 25 megapixels."),
    "memory": _(
        "The picture takes too much memory to read. Use a smaller one, or a plain JPEG."
    ),
    "small": _(
        "The picture is too small. A face needs 48 × 48 pixels, the picture of a page"
        " 200 × 100."
    ),
    "slow": _("The picture takes too long to read. Use a simpler or smaller one."),
    "none": _(
        "The page names no picture. Name one in its head (og:image), or send a file."
    ),
    "unreached": _("The picture that the page names could not be loaded."),
    "taken_down": _(
        "Our staff have taken this picture down. You can send another one."
    ),
    "failed": _("Something went wrong on our side. Please send the picture again."),
}


class FileRefused(Refusal):
    says = WHY_NOT["heavy"]

    code = "picture_refused"


class SentTooMany(Refusal):
    says = _("You have sent many pictures today. Please try again tomorrow.")

    code = "sent_too_many"
    status = 429


@dataclass(frozen=True, slots=True)
class Standing:
    """What pages say of the picture that somebody asked for: it `waits`, or the code of
    why it was refused; neither where there is nothing to say. `of_page` says that a page
    names it, `later` that it could not be loaded yet."""

    waits: bool = False
    refused: str = ""
    of_page: bool = False
    later: bool = False

    @property
    def sentence(self) -> str:
        if self.refused:
            return str(WHY_NOT[self.refused])
        if self.later:
            return gettext(
                "The picture that the page names could not be loaded yet. We try again"
                " within a day."
            )
        if self.of_page:
            return gettext("The picture that the page names is being read.")
        if self.waits:
            return gettext("Your picture is being made. Load this page again.")
        return ""


def standing(whose: User | Thing) -> Standing:
    row = WantedPicture.objects.filter(**owner_of(whose)).defer("file").first()
    if row is None or row.due_at is None:
        return Standing(refused=row.refused if row else "")
    of_page = bool(row.url)
    return Standing(
        waits=True, of_page=of_page, later=of_page and row.due_at > clock.now() + SOON
    )


@transaction.atomic
def send_file(whose: User | Thing, body: bytes) -> None:
    """Make a file that its owner sent the face of a person or the picture of a proved
    thing. It beats what pages show. Refused with `FileRefused` or `SentTooMany`."""
    if not body:
        raise FileRefused(_("The file is empty."))
    if len(body) > MOST_SOURCE_BYTES:
        raise FileRefused
    sender = whose if isinstance(whose, User) else whose.owner
    assert sender is not None, whose
    try:
        attempts.count({f"picture:{sender.pk}": FILES})
    except attempts.TooMany as many:
        raise SentTooMany from many
    _ask(whose, file=body)


@transaction.atomic
def read_from(whose: User | Thing, url: str) -> bool:
    """Make the picture at a normalised address the one of a person or a proved thing,
    in place of what pages showed before; whether that is tried. It is not where its
    owner sent a picture of their own, or chose the pattern."""
    mine = WantedPicture.objects.filter(**owner_of(whose)).select_for_update().first()
    if mine is not None and (mine.pattern_at or mine.file is not None):
        return False
    if Picture.objects.filter(**owner_of(whose), source="").exists():
        return False
    _ask(whose, url=url)
    return True


@transaction.atomic
def prefer_pattern(whose: User | Thing) -> None:
    """Show the pattern in place of any picture, and let pages bring none again, until
    its owner sends one."""
    keeping.lock(whose)
    _store(whose, pattern_at=clock.now())
    keeping.drop(whose)


@transaction.atomic
def follow_page(thing: Thing) -> None:
    """Show what the page of a proved thing names, in place of what its owner sent or
    chose; the page is read now."""
    keeping.lock(thing)
    Picture.objects.filter(thing=thing, source="", taken_down_at=None).delete()
    _ask(thing, url=thing.url)


def _ask(whose: User | Thing, **source: Any) -> None:
    _store(whose, due_at=clock.now(), **source)
    transaction.on_commit(wake)


def _store(whose: User | Thing, **values: Any) -> None:
    anew: dict[str, Any] = {
        "file": None,
        "url": "",
        "asked_at": clock.now(),
        "due_at": None,
        "tries": 0,
        "refused": "",
        "pattern_at": None,
    }
    WantedPicture.objects.update_or_create(
        **owner_of(whose), defaults={**anew, **values}
    )


def wake() -> None:
    """Have the picture made now."""
    waking.wake("buttons.make_pictures")

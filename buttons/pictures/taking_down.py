"""Staff take the picture of a person or a thing down, and nothing else of theirs."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from buttons.abuse.reporting import APPEALED_WITHIN
from buttons.models import Picture, Report, Thing, WantedPicture
from buttons.pictures import keeping
from buttons.pictures.keeping import owner_of
from flattr.database import clock

# In `WantedPicture.refused`.
TAKEN_DOWN = "taken_down"


@transaction.atomic
def hide(whose: User | Thing) -> Picture | None:
    """Show the pattern in place of the picture; it is kept for who decides an appeal.

    Pages bring none again until its owner sends one, and this one is refused for good
    (T57). None where no picture is shown.
    """
    keeping.lock(whose)
    kept = Picture.objects.filter(**owner_of(whose))
    picture = kept.filter(taken_down_at=None).first()
    if picture is None:
        return None
    picture.taken_down_at = clock.now()
    picture.save(update_fields=["taken_down_at"])
    WantedPicture.objects.update_or_create(
        **owner_of(whose),
        defaults={
            "file": None,
            "url": "",
            "asked_at": clock.now(),
            "due_at": None,
            "refused": TAKEN_DOWN,
            "pattern_at": clock.now(),
        },
    )
    return picture


@transaction.atomic
def show_again(whose: User | Thing, digest: str) -> bool:
    """Show a picture that was taken down by mistake; whether it still was there. It is
    not where its owner has sent another since."""
    keeping.lock(whose)
    kept = Picture.objects.filter(**owner_of(whose), digest=digest)
    shown = kept.exclude(taken_down_at=None).update(taken_down_at=None)
    if shown:
        wanted = WantedPicture.objects.filter(**owner_of(whose), refused=TAKEN_DOWN)
        wanted.update(refused="", pattern_at=None)
    return shown > 0


def forget(digest: str) -> None:
    """Delete a picture that stays taken down for good."""
    Picture.objects.filter(digest=digest).exclude(taken_down_at=None).delete()


def forget_old() -> int:
    """Delete those that nobody can appeal for any more; returns how many."""
    old = Picture.objects.filter(taken_down_at__lt=clock.now() - APPEALED_WITHIN)
    appealed = Report.objects.open().exclude(picture="").values("picture")
    deleted, _by_table = old.exclude(digest__in=appealed).delete()
    return deleted

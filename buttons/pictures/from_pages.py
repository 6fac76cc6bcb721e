"""What a page shows becomes the picture of the thing, and lends its owner a face."""

from __future__ import annotations

from accounts.models import User
from buttons.models import Picture, Thing, WantedPicture
from buttons.pictures import wanting
from buttons.reading.page_pictures import Shown


def show(thing: Thing, shown: Shown | None) -> None:
    """Ask for the picture that a proved thing's page names, or take away what it named
    before. `shown` is None where the page was not read: the worker reads it."""
    url = thing.url if shown is None else shown.image
    if url:
        wanting.read_from(thing, url)
    else:
        WantedPicture.objects.filter(thing=thing).exclude(url="").delete()
        shown_now = Picture.objects.filter(thing=thing, taken_down_at=None)
        shown_now.exclude(source="").delete()


def lend_face(person: User, thing: Thing, shown: Shown | None) -> None:
    """Ask for the icon of the page that somebody has just proved, if they have no face
    and never asked for one, nor for the pattern."""
    asked = WantedPicture.objects.filter(person=person)
    # One that staff hide, with all of whom they suspend, is a face as well.
    if asked.exists() or Picture.objects.filter(person=person).exists():
        return
    if url := thing.url if shown is None else shown.icon:
        wanting.read_from(person, url)

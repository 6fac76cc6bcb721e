"""What other sites learn of a profile and of the page of a thing."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.cards import contents
from buttons.models import Thing
from flattr.sharing.shared_pages import SharedPage


def of_person(person: User) -> SharedPage | None:
    """Search engines are shown whoever has made something; nobody is shown of whoever
    is suspended. One query."""
    card = contents.of_person(person)
    if card is None:
        return None
    return SharedPage(
        person.name_and_username,
        person.about or _about_person(person, made=card.work is not None),
        reverse("buttons:person", args=[person.username]),
        "profile",
        card.address,
        card.alt,
        indexed=card.work is not None,
    )


def of_thing(thing: Thing) -> SharedPage | None:
    """None for what is not listed. Search engines are shown what is proved."""
    if not thing.is_listed:
        return None
    card = contents.of_thing(thing)
    return SharedPage(
        thing.title,
        thing.description or _about_thing(thing),
        reverse("buttons:thing", args=[thing.pk]),
        "article",
        card.address if card else "",
        card.alt if card else "",
        indexed=card is not None,
    )


def _about_person(person: User, *, made: bool) -> str:
    facts = {"name": person.name_and_username, "site": settings.OPERATOR_NAME}
    if made:
        return _("See what %(name)s makes, and give a little with one click.") % facts
    return _("%(name)s is on %(site)s.") % facts


def _about_thing(thing: Thing) -> str:
    facts = {"title": thing.title, "host": thing.host}
    if thing.owner is None or not thing.proved:
        return _("“%(title)s” on %(host)s.") % facts
    return _("“%(title)s” by %(name)s. Flattr it with one click.") % {
        **facts,
        "name": thing.owner.name_and_username,
    }

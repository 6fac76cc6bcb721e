"""What the card of a person or of a thing shows, without drawing it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.models import Picture, Thing
from flattr.sharing.cards import Card, digest_of
from flattr.web import patterns

# The newest of them that has a picture stands on its maker's card.
NEWEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Of somebody who is here for everybody; `work` is one of their proved things."""

    person: User
    work: Thing | None

    @property
    def digest(self) -> str:
        person, work = self.person, self.work
        shown = (person.name, person.username, person.about, person.picture)
        return digest_of("person", *shown, *(_looks(work) if work else ()))

    @property
    def address(self) -> str:
        return reverse("buttons:person_card", args=[self.person.username, self.digest])

    @property
    def alt(self) -> str:
        """What the picture shows, for people who hear it."""
        facts = {"name": self.person.name_and_username}
        if self.work is None:
            return _("%(name)s: the name and a face") % facts
        return _("%(name)s: the name, a face and a picture of “%(title)s”") % {
            **facts,
            "title": self.work.title,
        }

    def card(self) -> Card:
        person = self.person
        return Card(
            (person.name, person.username),
            f"@{person.username}",
            person.about,
            _face(person),
            _work(self.work) if self.work else b"",
        )


@dataclass(frozen=True, slots=True)
class ThingCard:
    """Of a proved thing that is listed, with its owner."""

    thing: Thing
    owner: User

    @property
    def digest(self) -> str:
        owner = (self.owner.name, self.owner.username, self.owner.picture)
        return digest_of("thing", self.thing.title, *_looks(self.thing), *owner)

    @property
    def address(self) -> str:
        return reverse("buttons:thing_card", args=[self.thing.pk, self.digest])

    @property
    def alt(self) -> str:
        return _("“%(title)s” by %(name)s: the title, a face and a picture") % {
            "title": self.thing.title,
            "name": self.owner.name_and_username,
        }

    def card(self) -> Card:
        named = self.owner.name != self.owner.username
        return Card(
            (self.thing.title, self.thing.host),
            f"@{self.owner.username}",
            self.owner.name if named else self.thing.host,
            _face(self.owner),
            _work(self.thing),
        )


def of_person(person: User) -> PersonCard | None:
    """None for somebody who is suspended. One query."""
    if person.suspended_at is not None:
        return None
    made = Thing.objects.made_by(person).works().order_by("-pk")[:NEWEST_LENGTH]
    newest = list(made)
    shown = [thing for thing in newest if thing.picture] or newest
    return PersonCard(person, shown[0] if shown else None)


def of_thing(thing: Thing) -> ThingCard | None:
    """None for what is not proved to be somebody's, or not listed; whatever anybody
    registered is not drawn. Asks nothing if the owner is known."""
    if thing.owner is None or not (thing.proved and thing.is_listed):
        return None
    return ThingCard(thing, thing.owner)


def _looks(thing: Thing) -> tuple[str, str]:
    return thing.url, thing.picture


def _face(person: User) -> bytes:
    return _picture(person.picture) or _pattern("face", person.username)


def _work(thing: Thing) -> bytes:
    return _picture(thing.picture) or _pattern("work", thing.url)


def _picture(digest: str) -> bytes:
    if not digest:
        return b""
    body = Picture.objects.filter(digest=digest).values_list("body", flat=True).first()
    return bytes(body) if body else b""


def _pattern(shape: str, text: str) -> bytes:
    digest = sha256(text.encode()).hexdigest()[: patterns.DIGITS]
    return patterns.draw(shape, digest).encode()

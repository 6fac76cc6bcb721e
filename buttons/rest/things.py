"""Things in the API: read one or several, list, make, change, delete."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.oauth import callers
from accounts.rest.views import asking, named
from buttons.models import CATEGORIES, Look, Thing
from buttons.rest import shapes
from buttons.rest.once import once
from buttons.things import submitting
from buttons.things.addresses import BadAddress, normalise
from buttons.things.languages import LANGUAGES
from buttons.things.making import is_deletable
from flattr.api.bodies import fields, is_on, page_of, verb
from flattr.api.routes import READ
from flattr.database import clock
from flattr.web.refusals import Refusal

MOST_IDS = 50


class Invalid(Refusal):
    says = _("What was sent makes no thing.")

    code = "validation"


@api_view([*READ, "POST"])
def collection(request: Request, suffix: str = "") -> Response:
    """Make a thing; with `?id=1,2` read several, as clients did before 2012."""
    if request.method == "POST":
        callers.require(request, "thing")
        return once(request, lambda: create(request))
    if not request.query_params.get("id"):
        raise ValidationError({"id": "Say which things, by their numbers."})
    return several(request, request.query_params["id"])


@api_view([*READ, "POST", "PATCH", "DELETE"])
def member(request: Request, ids: str, suffix: str = "") -> Response:
    meant = verb(request)
    if meant == "PATCH":
        callers.require(request, "thing")
        return once(request, lambda: update(request, one(request, ids)))
    if meant == "DELETE":
        callers.require(request, "thing")
        return delete(request, one(request, ids))
    if meant == "POST":
        raise ValidationError({"_method": "A thing is changed by PATCH."})
    if "," in ids:
        return several(request, ids)
    return Response(shapes.things(request, [one(request, ids)], named=True)[0])


@api_view([*READ, "POST"])
def of_caller(request: Request, suffix: str = "") -> Response:
    """Whose token it is, their things; hidden ones for who may see or make those. An
    old client asks by POST."""
    person = callers.require(request).user
    mine = Thing.objects.with_owner().filter(owner=person).order_by("-pk")
    if not (callers.may(request, "extendedread") or callers.may(request, "thing")):
        mine = mine.filter(hidden=False)
    return Response(shapes.things(request, page_of(request, mine)))


@api_view(READ)
def of_user(request: Request, name: str, suffix: str = "") -> Response:
    theirs = Thing.objects.made_by(named(name), asking(request)).with_owner()
    return Response(shapes.things(request, page_of(request, theirs.order_by("-pk"))))


def one(request: Request, number: str) -> Thing:
    """The thing of that number, or of that number at the first Flattr, as far as the caller may see it; else 404."""
    found = shapes.visible(request).numbered(*numbers([number])).first()
    if found is None:
        raise Http404("There is no thing with that id.")
    return found


def several(request: Request, ids: str) -> Response:
    asked = ids.split(",")
    if len(asked) > MOST_IDS:
        raise ValidationError({"id": f"At most {MOST_IDS} things at once."})
    meant = shapes.visible(request).numbered(*numbers(asked))
    found = list(meant.order_by("pk"))
    if not found:
        raise Http404("There are no things with these ids.")
    return Response(shapes.things(request, found, named=True))


def numbers(asked: list[str]) -> list[int]:
    """Those that can be ids of things."""
    digits = [text for text in asked if text.isascii() and text.isdigit()]
    return [int(text) for text in digits if len(text) < 20]


def create(request: Request) -> Response:
    """Make a thing of the caller's, or answer the one that they are named for already.
    It pays them once it is proved to be theirs."""
    person = caller(request)
    given = texts(request)
    if not given.get("url"):
        raise ValidationError({"url": "A thing has an address."})
    thing = submitting.register(
        submitting.parse({**given, "user_id": person.username, "fid": ""})
    )
    if thing.owner_id is None and thing.suspended_at is None:
        nobodys = Thing.objects.filter(pk=thing.pk, owner=None)
        nobodys.update(owner=person)
        thing.refresh_from_db()
        Look.objects.soon(thing, clock.now())
    if thing.owner_id != person.pk or thing.suspended_at is not None:
        raise Invalid(
            "This address is somebody else's here. If it is yours, put your button on"
            " the page: that proves it."
        )
    made = {
        "id": thing.pk,
        "link": shapes.resource(request, thing),
        "message": "ok",
        "description": "The thing is there.",
    }
    return Response(made, status=201)


@transaction.atomic
def update(request: Request, thing: Thing) -> Response:
    """Change what was sent; the address stays."""
    own(request, thing)
    given = texts(request)
    if given.get("url") and address(given["url"]) != thing.url:
        raise Invalid("The address of a thing stays. Make another thing instead.")
    changed: dict[str, Any] = {}
    if "title" in given:
        title = submitting.line(given["title"], submitting.LONGEST_TITLE)
        changed["title"] = title or submitting.title_of(thing.url)
    if "description" in given:
        longest = submitting.LONGEST_DESCRIPTION
        changed["description"] = submitting.text(given["description"], longest)
    if "tags" in given:
        changed["tags"] = submitting.tags(given["tags"])
    if category := given.get("category", "").strip().lower():
        if category not in dict(CATEGORIES):
            raise ValidationError({"category": "This is none of /categories."})
        changed["category"] = category
    if language := given.get("language", "").strip().replace("-", "_").lower():
        if language not in {known.lower() for known, _name in LANGUAGES}:
            raise ValidationError({"language": "This is none of /languages."})
        changed["language"] = submitting.language(language)
    if "hidden" in given:
        changed["hidden"] = is_on(given["hidden"])
    if changed:
        Thing.objects.filter(pk=thing.pk, owner=asking(request)).update(**changed)
    return Response({"message": "ok", "description": "The thing is changed."})


@transaction.atomic
def delete(request: Request, thing: Thing) -> Response:
    """Delete a thing that nobody ever flattred; any other stays for the statements."""
    own(request, thing)
    locked = Thing.objects.select_for_update().filter(pk=thing.pk).first()
    if locked is not None and not is_deletable(locked):
        raise PermissionDenied(
            "It has been flattred or taken down, so it stays: statements name it. It"
            " can be hidden."
        )
    if locked is not None:
        locked.delete()
    return Response(status=204)


def caller(request: Request) -> User:
    """The caller, who may make and change nothing while suspended."""
    person: User = callers.require(request).user
    if person.suspended_at is not None or person.closing_at is not None:
        raise PermissionDenied("This account is closed for now.")
    return person


def own(request: Request, thing: Thing) -> None:
    if thing.owner_id != caller(request).pk:
        raise PermissionDenied("This thing is not yours.")


def address(text: str) -> str:
    try:
        return normalise(text)
    except BadAddress as refusal:
        raise Invalid(str(refusal)) from None


def texts(request: Request) -> dict[str, str]:
    """The parts of the body that a thing is made from, as text; null is the same as
    absent, and tags may be a list."""
    found: dict[str, str] = {}
    for name in ("url", "title", "description", "category", "language", "tags"):
        value = fields(request).get(name)
        if name == "tags" and isinstance(value, list):
            value = ",".join(str(tag).replace(",", " ") for tag in value)
        if value is None:
            continue
        if not isinstance(value, str):
            raise ValidationError({name: "This is a text."})
        found[name] = value
    if fields(request).get("hidden") is not None:
        found["hidden"] = "1" if is_on(fields(request)["hidden"]) else "0"
    return found

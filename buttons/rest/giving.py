"""Flattrs in the API: for a thing, an address or many; and lists of them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.models.oauth import AccessToken
from accounts.oauth import allowances, callers
from accounts.rest.views import named
from buttons.clicks.flattring import (
    Click,
    FlattrOnce,
    FlattrOwner,
    NoMeans,
    NotFlattrable,
    flattr_address,
    flattr_thing,
)
from buttons.models import Flattr, Promise, Thing
from buttons.rest import shapes
from buttons.rest.lookup import check_owner, parse
from buttons.rest.once import once
from buttons.rest.things import one
from buttons.things import submitting
from buttons.things.addresses import BadAddress
from buttons.things.submitting import Submission
from flattr.api import responses
from flattr.api.bodies import fields, page_of
from flattr.api.routes import READ
from flattr.web.refusals import Refusal

MOST_AT_ONCE = 100


class Malformed(Refusal):
    says = _("This is no address that could be flattred.")

    code = "invalid_request"


@api_view(["POST"])
def thing(request: Request, ids: str, suffix: str = "") -> Response:
    token = callers.require(request, "flattr")

    def act() -> Response:
        found = one(request, ids)
        give(token, found)
        return flattred(request, found)

    return once(request, act)


@api_view(["POST"])
def address(request: Request, suffix: str = "") -> Response:
    """Flattr an address: a thing's, one that nobody registered, or an auto-submit
    link."""
    token = callers.require(request, "flattr")
    return once(
        request,
        lambda: flattred(
            request, give_to(token, parse_address(fields(request).get("url")))
        ),
    )


@api_view(["POST"])
def bulk(request: Request, suffix: str = "") -> Response:
    """Flattr many addresses. What was flattred before in this month counts as done;
    without means nothing can be flattred, and the answer is 402."""
    token = callers.require(request, "flattr")
    items: Any = request.data
    if not isinstance(items, list):
        raise ParseError("Send a list of objects, each with a url.")
    if len(items) > MOST_AT_ONCE:
        raise ValidationError({"url": f"At most {MOST_AT_ONCE} at once."})
    return once(request, lambda: give_to_many(token, items))


def give(token: AccessToken, found: Thing) -> None:
    """A flattr of the token's person, counted for its app; or refused, and then
    neither."""
    with transaction.atomic():
        recorded = flattr_thing(token.user, found)
        allowances.count(token, recorded.period)


def give_to(token: AccessToken, submission: Submission) -> Thing:
    """Flattr the thing of an address, made now if it is new. A refusal leaves nothing
    behind, but the thing where it would be one's own."""
    if not submission.owner_name:
        done = give_to_proved(token, submission.url)
        if done.outcome == "flattr":
            return shown(submission, done)
    try:
        with transaction.atomic():
            found = submitting.register(submission)
            check_owner(submission, found)
            if not found.owner and submitting.has_left(submission.owner_name):
                raise NotFlattrable("Whom the link names has left.")
            give(token, found)
            return found
    except FlattrOwner:
        submitting.register(submission)
        raise


def give_to_proved(token: AccessToken, address: str) -> Click:
    """What most calls are, in one statement: a thing that is here and proved, by a
    token that no app has. For an app its flattrs are counted in the same transaction."""
    if token.application_id is None:
        return flattr_address(token.user, address)
    with transaction.atomic():
        done = flattr_address(token.user, address)
        if done.outcome == "flattr":
            allowances.count(token, done.period)
    return done


def shown(submission: Submission, done: Click) -> Thing:
    """As much of the thing as the answer to a click shows."""
    return Thing(
        id=done.thing_id,
        url=submission.url,
        title=done.title,
        picture=done.image,
        flattrs=done.flattrs,
    )


def give_to_many(token: AccessToken, items: list[Any]) -> Response:
    told: list[dict[str, Any]] = []
    for item in items:
        url = item.get("url") if isinstance(item, dict) else None
        try:
            give_to(token, parse_address(url))
        except FlattrOnce:
            pass
        except NoMeans as refusal:
            return responses.problem(refusal.code, str(refusal), 402)
        except (Refusal, APIException) as refusal:
            problem = responses.answer_exception(refusal, {}).data
            told.append({"url": url if isinstance(url, str) else "", **problem})
            continue
        told.append({"url": url, "message": "ok"})
    done = sum("message" in one for one in told)
    words = f"Flattred {done} of {len(told)}."
    return Response({"message": "ok", "description": words, "items": told})


def parse_address(url: object) -> Submission:
    """The address that was sent; nothing there is a missing parameter."""
    if not isinstance(url, str) or not url.strip():
        raise ValidationError({"url": "Say what to flattr, by its address."})
    try:
        return parse(url)
    except BadAddress as refusal:
        raise Malformed(str(refusal)) from None


def flattred(request: Request, found: Thing) -> Response:
    return Response(
        {
            "message": "ok",
            "description": "Flattred.",
            "thing": shapes.brief(request, found),
            "location": shapes.resource(request, found),
        }
    )


# --- Lists -----------------------------------------------------------------------


@api_view(READ)
def of_caller(request: Request, suffix: str = "") -> Response:
    """Everything that the person gave, what waits for its author too."""
    person = callers.require(request).user
    mine = newest_first(Flattr.objects.filter(reader=person), waiting(reader=person))
    return Response(shapes.flattrs(request, page_given(request, mine)))


@api_view(READ)
def of_user(request: Request, name: str, suffix: str = "") -> Response:
    """What somebody flattred, if they show it; otherwise nothing."""
    rows = given_openly(named(name))
    return Response(shapes.flattrs(request, page_given(request, rows)))


@api_view(READ)
def of_thing(request: Request, ids: str, suffix: str = "") -> Response:
    """Who flattred a thing, as far as they show it."""
    found = one(request, ids)
    open_people = User.objects.filter(
        shows_flattrs=True, is_active=True, suspended_at=None, closing_at=None
    )
    of_it = {"thing": found, "reader__in": open_people}
    rows = newest_first(Flattr.objects.filter(**of_it), waiting(**of_it))
    return Response(shapes.flattrs(request, page_given(request, rows)))


Rows = QuerySet[Any, tuple[int, int, Any]]


def given_openly(reader: User) -> Rows:
    """What others may see of what somebody flattred."""
    if not reader.shows_flattrs or reader.suspended_at is not None:
        return newest_first(Flattr.objects.none(), Promise.objects.none())
    of_them = {"reader": reader, "thing__in": Thing.objects.listed()}
    return newest_first(Flattr.objects.filter(**of_them), waiting(**of_them))


def waiting(**of: Any) -> QuerySet[Promise]:
    return Promise.objects.filter(**of)


def newest_first(flattrs: QuerySet[Flattr], promises: QuerySet[Promise]) -> Rows:
    """Flattrs and promises in one list, newest first: reader, thing and time."""
    made = flattrs.values_list("reader_id", "thing_id", "received_at")
    promised = promises.values_list("reader_id", "thing_id", "promised_at")
    together: Any = made.union(promised, all=True)
    rows: Rows = together.order_by("-received_at", "thing_id")
    return rows


def page_given(request: Request, rows: Rows) -> list[tuple[User, Thing, Any]]:
    """The page that is asked for, with its people and things: three queries."""
    page = page_of(request, rows)
    readers = User.objects.in_bulk({reader for reader, _, _ in page})
    known = Thing.objects.with_owner().in_bulk({thing for _, thing, _ in page})
    return [(readers[reader], known[thing], at) for reader, thing, at in page]

"""Gifts in the API: given from what is free in the account, looked at, taken back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.models.oauth import AccessToken
from accounts.oauth import allowances, callers
from accounts.rest.views import named
from buttons.models import Thing
from buttons.rest.once import once
from buttons.rest.things import one
from flattr.api.bodies import fields, page_of
from flattr.api.routes import READ
from flattr.database import clock
from payouts.gifts import offering, taking_back
from payouts.models import Gift
from payouts.rest import gift_shapes


@api_view([*READ, "POST"])
def collection(request: Request, suffix: str = "") -> Response:
    """GET lists the caller's gifts, newest first; POST gives."""
    token = callers.require(request, "gift")
    if request.method == "POST":
        return once(request, lambda: _given(request, token))
    mine = _of(token.user).order_by("-pk")
    shown = [gift_shapes.gift(request, gift) for gift in page_of(request, mine)]
    return Response(shown)


@api_view([*READ, "DELETE"])
def member(request: Request, ids: str, suffix: str = "") -> Response:
    """GET shows a gift of the caller's; DELETE takes it back."""
    reader = callers.require(request, "gift").user
    gift = _of(reader).filter(pk=_number(ids)).first()
    if gift is None:
        raise Http404(_("You gave no such gift."))
    if request.method == "DELETE":
        taking_back.take_back(gift)
        return Response(status=204)
    return Response(gift_shapes.gift(request, gift))


def _of(reader: User) -> Any:
    known = Gift.objects.filter(reader=reader)
    return known.select_related("creator", "thing__owner")


def _given(request: Request, token: AccessToken) -> Response:
    """Give what the body says, counted for the token's app; or refused, and then
    neither."""
    creator, thing = _whom(request)
    amount = _amount(fields(request))
    with transaction.atomic():
        gift = offering.give(token.user, creator, amount, thing=thing)
        allowances.count_gift(token, clock.period(), amount)
    return Response(
        {
            "message": "ok",
            "description": "Given. It can be taken back for an hour.",
            "gift": gift_shapes.gift(request, gift),
            "location": gift_shapes.resource(request, gift),
        },
        status=201,
    )


def _whom(request: Request) -> tuple[User | None, Thing | None]:
    """Whoever the body names: a person, or the owner of a thing."""
    sent = fields(request)
    name, number = sent.get("username"), sent.get("thing")
    if bool(name) == bool(number):
        text = "Say to whom by a username, or for which thing by its number."
        raise ValidationError({"username": text})
    if number:
        return None, one(request, str(number))
    return named(str(name)), None


def _amount(sent: dict[str, Any]) -> int:
    """Minor units, as a whole number; 5.00 is no amount here, so that nobody gives a
    hundred times of what they mean."""
    currency = sent.get("currency", settings.CURRENCY)
    if currency != settings.CURRENCY:
        raise ValidationError({"currency": f"It is {settings.CURRENCY} here."})
    amount = _number(sent.get("amount"))
    if amount is None:
        text = "A whole number of minor units: 500 for 5.00."
        raise ValidationError({"amount": text})
    return amount


def _number(sent: object) -> int | None:
    """A whole number of a few digits; None for anything else.

    >>> _number("500"), _number(500), _number("5.00"), _number(True), _number(None)
    (500, 500, None, None, None)
    """
    text = "" if isinstance(sent, bool) else str(sent)
    known = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if known else None

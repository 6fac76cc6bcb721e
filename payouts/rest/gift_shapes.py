"""A gift as the API shows it, and how that is described."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.rest.views import mini, unix
from buttons.rest import shapes, shown
from payouts.models import Gift


def resource(request: Request, gift: Gift) -> str:
    return str(request.build_absolute_uri(f"/rest/v2/gifts/{gift.pk}"))


def gift(request: Request, given: Gift) -> dict[str, Any]:
    """`amount` and `fee` are minor units, times unix seconds, 0 for never."""
    link = reverse("payouts:gift", args=[given.pk])
    return {
        "type": "gift",
        "resource": resource(request, given),
        "link": request.build_absolute_uri(link),
        "id": given.pk,
        "amount": given.amount,
        "fee": given.fee,
        "currency": given.currency,
        "state": given.state,
        "created_at": unix(given.made_at),
        "undo_until": unix(given.undoable_until),
        "given_at": unix(given.given_at),
        "owner": mini(request, given.creator),
        "thing": shapes.brief(request, given.thing) if given.thing else None,
    }


class ShownGift(serializers.Serializer[object]):
    type = serializers.CharField(help_text="Always `gift`.")
    resource = serializers.CharField()
    link = serializers.CharField()
    id = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="Minor units.")
    fee = serializers.IntegerField(help_text="What of it the site keeps.")
    currency = serializers.CharField()
    state = serializers.CharField(
        help_text="`waiting`, `reserved`, `given`, `void` or `lapsed`."
    )
    created_at = serializers.IntegerField()
    undo_until = serializers.IntegerField(help_text="0 where it cannot be taken back.")
    given_at = serializers.IntegerField(help_text="0 until it is the creator's.")
    owner = shown.MiniUser()
    thing = shown.MiniThing(allow_null=True)


class NewGift(serializers.Serializer[object]):
    amount = serializers.IntegerField(help_text="Minor units: 500 for 5.00.")
    username = serializers.CharField(
        required=False, help_text="To whom, unless there is a thing."
    )
    thing = serializers.IntegerField(
        required=False, help_text="For what, by its number: its owner gets it."
    )
    currency = serializers.CharField(
        required=False, help_text="Refused unless it is the site's."
    )


class GiftMade(shown.Done):
    gift = ShownGift()
    location = serializers.CharField()

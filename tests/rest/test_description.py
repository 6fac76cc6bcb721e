"""What the OpenAPI document and its page say is what there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from accounts.models import User
from accounts.oauth.callers import Missing
from accounts.rest import views as people
from buttons.clicks import subscribing
from buttons.clicks.flattring import FlattrOnce, FlattrOwner, NoMeans, flattr_thing
from buttons.rest import giving, lookup, things, urls
from flattr.api import responses
from payouts.gifts import offering, taking_back
from payouts.payments import budgeting
from payouts.rest import description
from payouts.rest import urls as gift_urls
from tests.rest.asking import Caller
from tests.world.people import pay_in, thing_of

pytestmark = pytest.mark.django_db

NAMES = [call.address for call in description.CALLS if call.method == "GET"]


def document() -> dict[str, Any]:
    answer = Caller().get("/openapi.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    told: dict[str, Any] = answer.json()
    return told


def test_it_names_every_call_once() -> None:
    told = document()

    named = {
        (method.upper(), address)
        for address, methods in told["paths"].items()
        for method in methods
    }
    assert named == {
        (call.method, f"/rest/v2{call.address}") for call in description.CALLS
    }
    ids = [one["operationId"] for of in told["paths"].values() for one in of.values()]
    assert len(set(ids)) == len(ids) == len(description.CALLS)
    assert set(told["components"]["securitySchemes"]) == {"token"}


def test_every_route_is_described_and_the_other_way_round() -> None:
    """But for the other ways in which old clients say the same."""
    old = {
        (things.collection, "GET"),
        (things.member, "POST"),
        (things.of_caller, "POST"),
    }

    routed = {
        (pattern.callback, method.upper())
        for pattern in [*people.urlpatterns, *urls.urlpatterns, *gift_urls.urlpatterns]
        for method in pattern.callback.cls.http_method_names  # type: ignore[attr-defined]
        if method not in {"head", "options"}
    }

    assert routed - old == {(call.view, call.method) for call in description.CALLS}


@pytest.mark.parametrize("address", NAMES)
def test_answers_have_the_shapes_that_it_names(
    alice: User, bob: User, address: str
) -> None:
    User.objects.filter(pk=alice.pk).update(shows_flattrs=True)
    song = thing_of(bob, "song")
    flattr_thing(alice, song)
    subscribing.subscribe(alice, song)
    pay_in(alice, 2_000)
    gift = offering.give(alice, bob, 500, thing=song)
    told = document()
    [(status, promised)] = [
        (code, answer)
        for code, answer in told["paths"][f"/rest/v2{address}"]["get"][
            "responses"
        ].items()
        if code < "400"
    ]
    number = gift.pk if "gifts" in address else song.pk
    path = address.replace("{name}", "alice").replace("{ids}", str(number))

    answer = (
        Caller(alice).get(path, url=song.url)
        if "lookup" not in path
        else Caller(alice).get(f"{path}?url={song.url}")
    )

    assert answer.status_code == int(status), answer.content
    schema = next(iter(promised["content"].values()))["schema"]
    Draft202012Validator({**schema, "components": told["components"]}).validate(
        answer.json()
    )


def test_the_page_for_people(client: Client) -> None:
    for path in ("/developers/api", "/developers/api/"):
        page = client.get(path).content.decode()
        for call in description.CALLS:
            assert f"/rest/v2{call.address}<" in page
            assert call.summary in page or "'" in call.summary


def test_the_page_says_what_codes_mean(client: Client) -> None:
    raised = {code for _kind, _status, code in responses.CODES}
    refused = {
        *(FlattrOnce.code, FlattrOwner.code, NoMeans.code, Missing.wire_code),
        *(subscribing.ThingOwner.code, subscribing.Subscribed.code),
        *(offering.OwnGift.code, offering.GiftsUsedUp.code, offering.NotProved.code),
        *(offering.GiverStopped.code, offering.NotEnough.code),
        *(taking_back.TooLate.code, budgeting.AccountClosed.code),
        *(lookup.OwnerMismatch.code, things.Invalid.code, giving.Malformed.code),
    }

    page = client.get("/developers/api/").content.decode()

    told = {
        code for code in raised | refused if f"<dt><code>{code}</code></dt>" in page
    }
    assert told == raised | refused

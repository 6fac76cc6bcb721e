"""Things, flattrs and subscriptions as the API shows them, types exactly as they were.

No object may ever have a key called `session` or `dirty`: an old client would break.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from rest_framework.request import Request

from accounts.models import User
from accounts.rest.views import asking, mini, unix, whole
from buttons.models import Flattr, Promise, Thing, ThingQuerySet
from buttons.models.programs import Subscription
from flattr.api.bodies import is_full
from flattr.database import clock
from flattr.templatetags.flattr import picture_url

READERS = """
    SELECT thing_id, count(*) FROM (
        SELECT thing_id, reader_id FROM flattr WHERE thing_id = ANY(%(things)s)
        UNION
        SELECT thing_id, reader_id FROM promise WHERE thing_id = ANY(%(things)s)
    ) AS given GROUP BY thing_id
"""


def visible(request: Request) -> ThingQuerySet:
    """What can be seen by its number or address: hidden things too, but what was taken
    down only by its owner."""
    kept = Thing.objects.with_owner().filter(owner__erased_at=None)
    shown = kept.filter(suspended_at=None)
    me = asking(request)
    return shown if me is None else shown | kept.filter(owner=me)


def resource(request: Request, thing: Thing) -> str:
    return str(request.build_absolute_uri(f"/rest/v2/things/{thing.pk}"))


def brief(request: Request, thing: Thing) -> dict[str, Any]:
    """The short form of a thing."""
    link = reverse("buttons:thing", args=[thing.pk])
    return {
        "type": "thing",
        "resource": resource(request, thing),
        "link": request.build_absolute_uri(link),
        "id": thing.pk,
        "url": thing.url,
        "title": thing.title,
        "image": picture_url(thing.picture),
        "flattrs": thing.flattrs,
    }


def owner_of(
    request: Request,
    thing: Thing,
    people: Mapping[int, dict[str, Any]],
    *,
    named: bool = False,
) -> dict[str, Any]:
    """Whose it is proved to be, from `people` if they are there; else somebody without
    a name, at the page where it is claimed. Who is only named for it sees themself, and
    with `named` everybody does."""
    owner = thing.owner
    if owner is not None and not (thing.proved or named or owner == asking(request)):
        owner = None
    if owner is None or not owner.is_active or owner.closing_at is not None:
        claim = f"{reverse('buttons:claim')}?{urlencode({'url': thing.url})}"
        link = request.build_absolute_uri(claim)
        return {"type": "user", "resource": link, "link": link, "username": ""}
    return people.get(owner.pk) or mini(request, owner)


def things(
    request: Request, found: Sequence[Thing], *, named: bool = False
) -> list[dict[str, Any]]:
    """The long form of things: a fixed number of queries for any number of them. With
    `named` they say who is named for them, proved or not."""
    people = owners(request, found)
    readers = readers_of(found)
    own = flattred_last(request, found)
    mine = of_caller(request, found)
    return [
        {
            **brief(request, thing),
            "owner": owner_of(request, thing, people, named=named),
            "description": thing.description,
            "tags": list(thing.tags),
            "language": thing.language,
            "category": thing.category,
            "created_at": unix(thing.created_at),
            "hidden": thing.hidden,
            "flattrs_user_count": readers.get(thing.pk, 0),
            **mine.get(thing.pk, {}),
            **own.get(thing.pk, {}),
        }
        for thing in found
    ]


def flattrs(
    request: Request, given: Iterable[tuple[User, Thing, Any]]
) -> list[dict[str, Any]]:
    """Flattrs: who gave, to what, when."""
    rows = list(given)
    full = is_full(request)
    everything = {thing.pk: thing for _reader, thing, _at in rows}
    long = things(request, list(everything.values())) if full else []
    shown = {thing["id"]: thing for thing in long}
    readers = whole(request, [reader for reader, _, _ in rows]) if full else {}
    return [
        {
            "type": "flattr",
            "created_at": unix(at),
            "thing": shown.get(thing.pk)
            or {**brief(request, thing), "owner": owner_of(request, thing, {})},
            "owner": readers.get(reader.pk) or mini(request, reader),
        }
        for reader, thing, at in rows
    ]


def subscriptions(
    request: Request, found: Sequence[Subscription]
) -> list[dict[str, Any]]:
    shown = things(request, [subscription.thing for subscription in found])
    return [
        {
            "type": "subscription",
            "active": subscription.active,
            "created_at": unix(subscription.created_at),
            "started_at": unix(subscription.started_at),
            "thing": thing,
        }
        for subscription, thing in zip(found, shown, strict=True)
    ]


def owners(request: Request, found: Sequence[Thing]) -> dict[int, dict[str, Any]]:
    """The owners' long form, where that is asked for."""
    if not is_full(request):
        return {}
    return whole(request, [thing.owner for thing in found if thing.owner])


def readers_of(found: Sequence[Thing]) -> dict[int, int]:
    """How many people flattred or promised each thing, whenever: one query."""
    if not found:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(READERS, {"things": [thing.pk for thing in found]})
        return dict(cursor.fetchall())


def of_caller(request: Request, found: Sequence[Thing]) -> dict[int, dict[str, Any]]:
    """Whether the caller has flattred them in this month, and subscribes to them."""
    me = asking(request)
    if me is None or not found:
        return {}
    now = {"reader": me, "thing": OuterRef("pk"), "period": clock.period()}
    rows = (
        Thing.objects.filter(pk__in=[thing.pk for thing in found])
        .annotate(
            given=Exists(Flattr.objects.filter(**now)),
            promised=Exists(Promise.objects.filter(**now)),
            subscribed=Exists(
                Subscription.objects.filter(reader=me, thing=OuterRef("pk"))
            ),
        )
        .values_list("pk", "given", "promised", "subscribed")
    )
    return {
        pk: {"flattred": given or promised, "subscribed": subscribed}
        for pk, given, promised, subscribed in rows
    }


def flattred_last(
    request: Request, found: Sequence[Thing]
) -> dict[int, dict[str, Any]]:
    """What only the owner sees of a thing: when it was flattred last."""
    me = asking(request)
    own = [thing for thing in found if me is not None and thing.owner_id == me.pk]
    if not own:
        return {}
    numbers = [thing.pk for thing in own]
    rows = Flattr.objects.filter(thing__in=numbers).values("thing")
    last = dict(rows.annotate(at=Max("received_at")).values_list("thing", "at"))
    return {
        pk: {"last_flattr_at": unix(cast(Any, last.get(pk))), "updated_at": 0}
        for pk in numbers
    }

"""The addresses of the API that are about things."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from buttons.rest import (
    activities,
    giving,
    lookup,
    reference,
    search,
    subscriptions,
    things,
)
from flattr.api.routes import route

THINGS = r"things/(?P<ids>[^/]+?)"
USERS = r"users/(?P<name>[^/]+?)"

urlpatterns: list[URLPattern] = [
    route("categories", reference.categories),
    route("languages", reference.languages),
    route("user/things", things.of_caller),
    route(f"{USERS}/things", things.of_user),
    route("user/flattrs", giving.of_caller),
    route(f"{USERS}/flattrs", giving.of_user),
    route("user/activities", activities.of_caller),
    route(f"{USERS}/activities", activities.of_user),
    route("user/subscriptions", subscriptions.of_caller),
    # Before numbers of things, which could be any word.
    re_path(r"^rest/v2/things/lookup/q/(?P<asked>.+)\Z", lookup.lookup, name="api"),
    route("things/lookup", lookup.lookup),
    route("things/search", search.search),
    route("things", things.collection),
    route(f"{THINGS}/flattrs", giving.of_thing),
    route(f"{THINGS}/flattr", giving.thing),
    route(f"{THINGS}/subscriptions", subscriptions.of_thing),
    route(THINGS, things.member),
    route("flattr", giving.address),
    route("flattr/bulk", giving.bulk),
]

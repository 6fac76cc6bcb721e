"""The addresses of the API that are about gifts."""

from __future__ import annotations

from django.urls import URLPattern

from flattr.api.routes import route
from payouts.rest import gifts

urlpatterns: list[URLPattern] = [
    route("gifts", gifts.collection),
    route(r"gifts/(?P<ids>[^/]+?)", gifts.member),
]

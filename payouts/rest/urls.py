"""The addresses of the API that are about gifts."""

from __future__ import annotations

from django.urls import URLPattern

from flattr.api.routes import route
from payouts.rest import gift_calls

urlpatterns: list[URLPattern] = [
    route("gifts", gift_calls.collection),
    route(r"gifts/(?P<ids>[^/]+?)", gift_calls.member),
]

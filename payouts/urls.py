from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from payouts import payout_views

app_name = "payouts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("payouts", payout_views.payouts, name="payouts"),
    path("payouts/request", payout_views.request_payout, name="request"),
    path("payouts/destination", payout_views.destination, name="destination"),
    path(
        "payouts/destination/cancel/<str:token>",
        payout_views.cancel_destination,
        name="cancel_destination",
    ),
]

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from flattr import months
from payouts import payout_views
from payouts.pages import giving


class MonthInAddress:
    """A month as addresses write it, 2026-10; the integer YYYYMM in views."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> int:
        return months.parse(value)

    def to_url(self, value: int | str) -> str:
        return value if isinstance(value, str) else months.show(value)


register_converter(MonthInAddress, "month")

app_name = "payouts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("month", giving.month, name="month"),
    path("budget", giving.budget, name="budget"),
    path("pay", giving.pay, name="pay"),
    path("pay/<int:pk>", giving.payment, name="payment"),
    path(
        "pay/simulated/<slug:provider_id>", giving.simulated_payment, name="simulated"
    ),
    path("payouts", payout_views.payouts, name="payouts"),
    path("payouts/request", payout_views.request_payout, name="request"),
    path("payouts/destination", payout_views.destination, name="destination"),
    path(
        "payouts/destination/cancel/<str:token>",
        payout_views.cancel_destination,
        name="cancel_destination",
    ),
]

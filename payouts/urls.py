from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from flattr import months
from payouts import payout_views, webhooks
from payouts.pages import (
    cards,
    closes,
    giving,
    leaving,
    metrics,
    onboarding,
    payments,
    revenue,
    statements,
)


class MonthInAddress:
    """A month as addresses write it, 2026-10; the integer YYYYMM in views."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> int:
        return months.parse(value)

    def to_url(self, value: int | str) -> str:
        return value if isinstance(value, str) else months.show(value)


class MonthInFileName(MonthInAddress):
    """A month as file names write it, 202610."""

    regex = "[0-9]{6}"

    def to_python(self, value: str) -> int:
        return super().to_python(f"{value[:4]}-{value[4:]}")

    def to_url(self, value: int | str) -> str:
        return str(value).replace("-", "")


register_converter(MonthInAddress, "month")
register_converter(MonthInFileName, "yyyymm")

app_name = "payouts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("month", giving.month, name="month"),
    path("budget", giving.budget, name="budget"),
    path("pay", payments.pay, name="pay"),
    path("pay/<int:pk>", payments.payment, name="payment"),
    path("pay/<int:pk>/confirm", payments.confirm, name="confirm_payment"),
    path("pay/<int:pk>/receipt", payments.receipt, name="receipt"),
    path("pay/months", cards.interval, name="interval"),
    path("pay/card", cards.change_card, name="change_card"),
    path("pay/card/kept", cards.card_kept, name="card_kept"),
    path("pay/card/remove", cards.remove_card, name="remove_card"),
    path("statements", statements.index, name="statements"),
    path("statements/<month:period>", statements.month, name="statement"),
    path("statements/<month:period>/check", statements.check, name="check"),
    path(
        "statements/flattr-statement-<yyyymm:period>.csv",
        statements.table,
        name="statement_csv",
    ),
    path("metrics", metrics.metrics, name="metrics"),
    path("closes", closes.index, name="closes"),
    path("closes/<month:period>", closes.month, name="close"),
    path("revenue", revenue.index, name="revenue"),
    path("revenue/<month:period>", revenue.month, name="revenue_month"),
    path(
        "revenue/flattr-revenue-<yyyymm:period>.csv", revenue.table, name="revenue_csv"
    ),
    path("payouts", payout_views.payouts, name="payouts"),
    path("payouts/request", payout_views.request_payout, name="request"),
    path("payouts/destination", payout_views.destination, name="destination"),
    path(
        "payouts/destination/cancel/<str:token>",
        payout_views.cancel_destination,
        name="cancel_destination",
    ),
    path("webhooks/stripe", webhooks.platform, name="webhook"),
    path("webhooks/stripe-connect", webhooks.connect, name="connect_webhook"),
    path("payouts/stripe", onboarding.start, name="stripe"),
    path("payouts/stripe/dashboard", onboarding.dashboard, name="stripe_dashboard"),
    path("payouts/stripe/choose", onboarding.choose, name="stripe_choose"),
    path("payouts/stripe/again", onboarding.again, name="stripe_again"),
    path(
        "payouts/stripe/return/<str:state>",
        onboarding.come_back,
        name="stripe_return",
    ),
    path("settings/close", leaving.close_account, name="close_account"),
    path("settings/close/keep", leaving.keep, name="keep"),
    path("settings/close/keep/<str:token>", leaving.keep_account, name="keep_account"),
    path("settings/close/give-up", leaving.give_up, name="give_up"),
    path("settings/export", leaving.export, name="export"),
]

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from flattr import months
from payouts.close.views import public, statement
from payouts.earnings.views import earned, opening, paid
from payouts.events import webhooks
from payouts.gifts import views as gifts
from payouts.invoices import views as invoices
from payouts.leaving import views as leaving
from payouts.my_month import views as my_month
from payouts.numbers import views as numbers
from payouts.operations import metrics
from payouts.payments.views import choosing_page, keeping_page, paying
from payouts.years import views as years


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


class YearInAddress:
    """A year in four digits."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class JournalEnding(StringConverter):
    """How the file of a journal ends, which says for what program it is."""

    regex = "|".join(years.JOURNALS)


class InvoiceInAddress(StringConverter):
    """The number of an invoice as it is written, 2026-000123."""

    regex = "[0-9]{4}-[0-9]{6,9}"


register_converter(InvoiceInAddress, "invoice")
register_converter(MonthInAddress, "month")
register_converter(MonthInFileName, "yyyymm")
register_converter(YearInAddress, "year")
register_converter(JournalEnding, "ending")

app_name = "payouts"

urlpatterns: list[URLPattern | URLResolver] = [
    path("month", my_month.month, name="month"),
    path("budget", choosing_page.budget, name="budget"),
    path("pay", paying.pay, name="pay"),
    path("pay/<int:pk>", paying.payment, name="payment"),
    path("pay/<int:pk>/confirm", paying.confirm, name="confirm_payment"),
    path("pay/<int:pk>/receipt", paying.receipt, name="receipt"),
    path("pay/months", keeping_page.interval, name="interval"),
    path("pay/card", keeping_page.change_card, name="change_card"),
    path("pay/debit", keeping_page.allow_debits, name="allow_debits"),
    path("pay/kept", keeping_page.kept, name="kept"),
    path("pay/kept/remove", keeping_page.remove_kept, name="remove_kept"),
    path("give/<str:name>", gifts.give, name="give"),
    path("gifts", gifts.gifts, name="gifts"),
    path("gifts/<int:pk>", gifts.gift, name="gift"),
    path("gifts/<int:pk>/pay", gifts.pay, name="pay_gift"),
    path("gifts/<int:pk>/take-back", gifts.take_back, name="take_back_gift"),
    path("statements", statement.index, name="statements"),
    path("statements/<month:period>", statement.month, name="statement"),
    path("statements/<month:period>/check", statement.check, name="check"),
    path(
        "statements/flattr-statement-<yyyymm:period>.csv",
        statement.table,
        name="statement_csv",
    ),
    path("year/<year:year>", years.page, {"side": years.READER}, name="year"),
    path(
        "year/flattr-year-<year:year>.csv",
        years.table,
        {"side": years.READER},
        name="year_csv",
    ),
    path(
        "year/flattr-year-<year:year>.<ending:ending>",
        years.journal,
        {"side": years.READER},
        name="year_journal",
    ),
    path("metrics", metrics.metrics, name="metrics"),
    path("closes", public.index, name="closes"),
    path("closes/<month:period>", public.month, name="close"),
    path("numbers", numbers.numbers, name="numbers"),
    path("numbers.json", numbers.numbers_json, name="numbers_json"),
    path("home", earned.home, name="home"),
    path("revenue", earned.index, name="revenue"),
    path("revenue/<month:period>", earned.month, name="revenue_month"),
    path(
        "revenue/flattr-revenue-<yyyymm:period>.csv", earned.table, name="revenue_csv"
    ),
    path(
        "revenue/<year:year>", years.page, {"side": years.CREATOR}, name="revenue_year"
    ),
    path(
        "revenue/flattr-revenue-year-<year:year>.csv",
        years.table,
        {"side": years.CREATOR},
        name="revenue_year_csv",
    ),
    path(
        "revenue/flattr-revenue-year-<year:year>.<ending:ending>",
        years.journal,
        {"side": years.CREATOR},
        name="revenue_year_journal",
    ),
    path("revenue/invoices", invoices.index, name="invoices"),
    path("revenue/flattr-invoices.csv", invoices.table, name="invoices_csv"),
    path("revenue/invoices/<invoice:name>", invoices.invoice, name="invoice"),
    path("payouts", paid.payouts, name="payouts"),
    path("payouts/request", paid.request_payout, name="request"),
    path("payouts/destination", paid.destination, name="destination"),
    path(
        "payouts/destination/cancel/<str:token>",
        paid.cancel_destination,
        name="cancel_destination",
    ),
    path("webhooks/stripe", webhooks.platform, name="webhook"),
    path("webhooks/stripe-connect", webhooks.connect, name="connect_webhook"),
    path("payouts/stripe", opening.start, name="stripe"),
    path("payouts/stripe/dashboard", opening.dashboard, name="stripe_dashboard"),
    path("payouts/stripe/choose", opening.choose, name="stripe_choose"),
    path("payouts/stripe/again", opening.again, name="stripe_again"),
    path(
        "payouts/stripe/return/<str:state>",
        opening.come_back,
        name="stripe_return",
    ),
    path("settings/close", leaving.close_account, name="close_account"),
    path("settings/close/keep", leaving.cancel_closing, name="keep"),
    path("settings/close/keep/<str:token>", leaving.keep_account, name="keep_account"),
    path("settings/close/give-up", leaving.give_up, name="give_up"),
    path("settings/export", leaving.export, name="export"),
]

"""The record of processing: everything that is kept about people, in the order of the
page. Each table of the database stands in one line, or below, where no person is."""

from __future__ import annotations

from flattr.site.kept import (
    kept_by_staff,
    kept_of_money,
    kept_of_people,
    kept_of_traffic,
)

RECORD = [
    *kept_of_people.RECORD,
    *kept_of_money.RECORD,
    *kept_of_traffic.RECORD,
    *kept_by_staff.RECORD,
]

# No person is in these: months, days, nights and runs; rights; what programs need.
NOBODY = {
    *("close", "close_batch", "ledger_seal", "breaker", "inspection", "verification"),
    *("forecast_night", "mail_round", "tick", "reconciliation", "stripe_balance"),
    *("month_figures", "night_figures", "trend_hour", "invoice_series"),
    *("used_intent", "name_salt", "flattr_clock_offset"),
    *("auth_group", "auth_group_permissions", "auth_permission"),
    *("django_content_type", "django_migrations"),
}

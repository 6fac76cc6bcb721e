from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Functions, triggers, views and rights, from the files of their subjects."""

    dependencies = [
        ("ledger", "0001_schema"),
        ("flattr", "0001_clock"),
    ]

    # Not reversible: what it guards would be lost with it.
    operations = [
        Living("payouts/ledger/sql/ledger.sql", 1, "3eb3c827e266"),
        Living("payouts/ledger/sql/seals.sql", 1, "bd1d8f5db35f"),
        migrations.RunSQL(
            "CREATE TABLE ledger_transaction_0 PARTITION OF ledger_transaction"
            " FOR VALUES IN (0);"
            "CREATE TABLE ledger_entry_0 PARTITION OF ledger_entry FOR VALUES IN (0);"
            "SELECT ledger_guard_partition('ledger_transaction_0'),"
            " ledger_guard_partition('ledger_entry_0')"
        ),
    ]

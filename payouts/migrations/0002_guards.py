from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Functions, triggers, views and rights, from the files of their subjects."""

    dependencies = [
        ("payouts", "0001_schema"),
        ("ledger", "0002_guards"),
        ("buttons", "0002_guards"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    # Not reversible: what it guards would be lost with it.
    operations = [
        Living("payouts/close/sql/border.sql", 1, "e0936f75c7ad"),
        Living("payouts/returns/sql/disputes.sql", 1, "440d09b043de"),
        Living("payouts/close/sql/split.sql", 1, "614aa84bee60"),
        Living("payouts/close/sql/close.sql", 1, "8e3b67ae8c19"),
        Living("payouts/close/sql/set_aside.sql", 1, "60055423cecc"),
        Living("payouts/earnings/sql/payouts.sql", 1, "d18101a93fe4"),
        Living("payouts/events/sql/stripe.sql", 1, "cad8055edf7b"),
        Living("payouts/leaving/sql/erasing.sql", 1, "2d53e7b525bb"),
        Living("payouts/close/sql/forgetting.sql", 1, "273fc4386ccf"),
    ]

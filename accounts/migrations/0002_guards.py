from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Functions, triggers, views and rights, from the files of their subjects."""

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0001_schema"),
        ("flattr", "0001_clock"),
    ]

    # Not reversible: what it guards would be lost with it.
    operations = [
        Living("accounts/people/sql/names.sql", 1, "2d8d8f8a0609"),
        Living("accounts/sql/audit.sql", 1, "48432092a0a4"),
        Living("accounts/sql/budgets.sql", 1, "3c1852c6847f"),
        Living("accounts/sql/leaving.sql", 1, "acc19cb3c0df"),
        Living("accounts/sql/visible.sql", 1, "4fdf7909df95"),
        # The same as of the other addresses, in allauth's table.
        migrations.RunSQL(
            "ALTER TABLE account_emailaddress"
            " ADD CONSTRAINT address_mailbox_has_one_form CHECK ("
            "octet_length(email) = char_length(email) AND email = lower(email))"
        ),
    ]

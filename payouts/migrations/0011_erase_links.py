from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """The pages that somebody named are erased with their profile."""

    dependencies = [
        ("payouts", "0010_figures"),
        ("accounts", "0011_links"),
    ]

    operations = [Living("payouts/leaving/sql/erasing.sql", 5, "f437a1a4e05d")]

from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """The address for printed years is erased with the person."""

    dependencies = [
        ("payouts", "0004_payments_by_day"),
        ("accounts", "0006_paper_address"),
    ]

    operations = [Living("payouts/leaving/sql/erasing.sql", 2, "97267197ab87")]

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A reader who disputes a payment waits for the decision at the close."""

    dependencies = [("payouts", "0007_stripe_guards")]

    # Not reversible: the close would forget disputes.
    operations = [
        migrations.AddField(
            model_name="dispute",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL((SQL / "0008_close_disputes.sql").read_text()),
    ]

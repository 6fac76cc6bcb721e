from __future__ import annotations

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Until when a worker is at a row, so that any number of them share the rows."""

    dependencies = [("payouts", "0014_close_faster")]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name="claimed_until",
                field=models.DateTimeField(null=True, **given),
            )
            for model, given in (
                ("payment", {}),
                ("payout", {"blank": True}),
                ("stripeaccount", {}),
            )
        ),
        migrations.RunSQL(
            (SQL / "0015_claims.sql").read_text(), migrations.RunSQL.noop
        ),
    ]

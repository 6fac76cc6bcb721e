from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A seal a day over what was posted, each over the one before."""

    dependencies = [("ledger", "0002_ledger"), ("flattr", "0001_clock")]

    # Not reversible: what was sealed could be changed unseen.
    operations = [
        migrations.RunSQL((SQL / "0003_seals.sql").read_text()),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("through_id", models.BigIntegerField()),
                ("through_book", models.IntegerField()),
                ("transactions", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("seal", models.TextField()),
            ],
            options={"db_table": "ledger_seal", "managed": False},
        ),
    ]

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Disputes may take, return and be decided more than once; inquiries only ask."""

    dependencies = [("payouts", "0018_verifications")]

    # Not reversible: what was taken twice would be booked once.
    operations = [
        *(
            migrations.AddField(
                model_name="dispute",
                name=name,
                field=models.DateTimeField(null=True),
            )
            for name in ("due_at", "reminded_at", "withdrawn_at")
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                fields=["due_at"],
                condition=models.Q(("closed_at", None)),
                name="dispute_undecided",
            ),
        ),
        migrations.RunSQL((SQL / "0019_disputes_further.sql").read_text()),
    ]

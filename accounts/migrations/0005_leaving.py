from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """People who leave: since when, and what is kept of their names."""

    dependencies = [("accounts", "0004_former_address")]

    operations = [
        migrations.AddField(
            "user", "closing_at", models.DateTimeField(null=True, blank=True)
        ),
        migrations.AddField(
            "user", "leaving_due_at", models.DateTimeField(null=True, blank=True)
        ),
        migrations.AddField(
            "user", "erased_at", models.DateTimeField(null=True, blank=True)
        ),
        migrations.AddIndex(
            "user",
            models.Index(
                fields=["leaving_due_at"],
                condition=models.Q(leaving_due_at__isnull=False),
                name="person_leaving_due",
            ),
        ),
        # Not reversible: a name cannot be read from its hash.
        migrations.RunSQL((SQL / "0005_leaving.sql").read_text()),
    ]

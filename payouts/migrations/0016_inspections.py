from django.db import migrations, models


class Migration(migrations.Migration):
    """Looks at the ledger are kept, and when the last tick ended."""

    dependencies = [("payouts", "0015_claims")]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("whole", models.BooleanField()),
                ("started_at", models.DateTimeField(db_index=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("broken", models.JSONField(default=dict)),
            ],
            options={"db_table": "inspection"},
        ),
        migrations.CreateModel(
            name="Tick",
            fields=[
                (
                    "one",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                ("ended_at", models.DateTimeField()),
            ],
            options={"db_table": "tick"},
        ),
    ]

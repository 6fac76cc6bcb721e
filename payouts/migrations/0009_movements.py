from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Keep what moved our balance at Stripe, to hold the ledger against it."""

    dependencies = [("payouts", "0008_close_disputes")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="fetched_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "stripe_id",
                    models.CharField(max_length=100, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=60)),
                ("amount", models.BigIntegerField()),
                ("fee", models.BigIntegerField()),
                ("net", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("source", models.CharField(blank=True, max_length=100)),
                ("belongs_to", models.CharField(blank=True, max_length=140)),
                ("reference", models.CharField(db_index=True, max_length=140)),
                ("happened_at", models.DateTimeField(db_index=True)),
                ("seen_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "movement",
                "indexes": [
                    models.Index(fields=["source"], name="movement_of_source"),
                    models.Index(fields=["belongs_to"], name="movement_of_payment"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(net=models.F("amount") - models.F("fee")),
                        name="movement_net_is_amount_less_fee",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hourly", "hourly"), ("nightly", "nightly")],
                        max_length=7,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("found", models.IntegerField(default=0)),
                ("unexplained", models.IntegerField(null=True)),
                ("report", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "reconciliation",
                "indexes": [
                    models.Index(
                        fields=["kind", "-started_at"], name="reconciliation_last"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0009_movements.sql").read_text(), migrations.RunSQL.noop
        ),
    ]

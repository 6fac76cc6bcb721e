from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """When Stripe is asked again for a payout, and what it has of ours; and let
    nobody wait in a circle with a close."""

    dependencies = [("payouts", "0009_movements")]

    # Not reversible: what it guards would be lost with it.
    operations = [
        migrations.CreateModel(
            name="StripeBalance",
            fields=[
                (
                    "one",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                ("available", models.BigIntegerField()),
                ("read_at", models.DateTimeField()),
                ("told_on", models.DateField(null=True)),
            ],
            options={"db_table": "stripe_balance"},
        ),
        migrations.AddField(
            model_name="payout",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="refusals",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="destination",
            index=models.Index(
                fields=["stripe_id", "-id"],
                condition=~models.Q(stripe_id=""),
                name="destination_at_stripe",
            ),
        ),
        migrations.RunSQL((SQL / "0010_paying_out.sql").read_text()),
        migrations.RunSQL((SQL / "0010_close_in_line.sql").read_text()),
    ]

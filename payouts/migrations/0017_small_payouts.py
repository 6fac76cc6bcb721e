from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Small sums are paid out too, once the platform pays everybody back."""

    dependencies = [
        ("payouts", "0016_gifts_count"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="payout",
            name="payout_is_10_or_more",
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 1)), name="payout_is_something"
            ),
        ),
        Living("payouts/winding/sql/winding.sql", 2, "05eeed6b08a5"),
    ]

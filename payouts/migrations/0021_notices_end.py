from django.db import migrations, models


class Migration(migrations.Migration):
    """What was announced is forgotten when the renewal is done."""

    dependencies = [
        ("payouts", "0020_gifts_booked"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE renewal SET announced_at = NULL, announced_amount = NULL,"
            " announced_id = '' WHERE done_at IS NOT NULL"
        ),
        # Nothing else of the table may be pending when it is altered again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AddConstraint(
            model_name="renewal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at", None), ("announced_at", None), _connector="OR"
                ),
                name="renewal_that_is_done_announces_nothing",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """How much an app may give once for a reader in a month."""

    dependencies = [
        ("accounts", "0012_terms_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="allowance",
            name="gift_most",
            field=models.BigIntegerField(db_default=1000, default=1000),
        ),
        migrations.AddField(
            model_name="allowance",
            name="gift_period",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="allowance",
            name="gifted",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="allowance",
            constraint=models.CheckConstraint(
                condition=models.Q(("gift_most__gte", 0), ("gifted__gte", 0)),
                name="allowance_of_gifts_is_not_negative",
            ),
        ),
    ]

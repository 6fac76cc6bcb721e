import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """What creators would get if the month ended now, from the close's own functions."""

    dependencies = [
        ("payouts", "0002_guards"),
        ("accounts", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="ForecastNight",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("period", models.IntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={"db_table": "forecast_night"},
        ),
        migrations.CreateModel(
            name="Forecast",
            fields=[
                (
                    "creator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="forecast",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("period", models.IntegerField()),
                ("amount", models.BigIntegerField()),
                ("readers", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "forecast",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("readers__gte", 5)),
                        name="forecast_is_of_five_readers_or_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", models.F("readers"))),
                        name="forecast_has_a_cent_of_each_reader",
                    ),
                ],
            },
        ),
        Living("payouts/close/sql/split.sql", 2, "0bb6a7a42d6f"),
        Living("payouts/close/sql/close.sql", 2, "ee37df42319a"),
        Living("payouts/earnings/sql/forecast.sql", 1, "e0445a7e6a06"),
    ]

from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """What everybody may see of closed months, and of last night."""

    dependencies = [
        ("payouts", "0009_erase_wanted_pictures"),
    ]

    operations = [
        migrations.CreateModel(
            name="NightFigures",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("readers", models.BigIntegerField(null=True)),
                ("things", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "night_figures",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("readers", None))
                        | models.Q(("readers__gte", 5)),
                        name="night_figures_are_of_five_readers_or_more",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthFigures",
            fields=[
                ("period", models.IntegerField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("late_through", models.DateTimeField(null=True)),
                ("readers", models.BigIntegerField(null=True)),
                ("creators", models.BigIntegerField(null=True)),
                ("clicks", models.BigIntegerField(null=True)),
                ("given", models.BigIntegerField(null=True)),
                ("fee", models.BigIntegerField(null=True)),
                ("median_click", models.BigIntegerField(null=True)),
                ("ten_percent", models.IntegerField(null=True)),
                ("half_percent", models.IntegerField(null=True)),
                ("stripe_cost", models.BigIntegerField(null=True)),
                ("given_back", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "month_figures",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("creators__gte", 5), ("readers__gte", 5))
                        | models.Q(
                            ("clicks", None),
                            ("creators", None),
                            ("fee", None),
                            ("given", None),
                            ("half_percent", None),
                            ("median_click", None),
                            ("readers", None),
                            ("ten_percent", None),
                        ),
                        name="month_figures_are_of_five_people_or_more",
                    ),
                ],
            },
        ),
        Living("payouts/numbers/sql/figures.sql", 1, "82364b8ba782"),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """How many people flattr what, counted once an hour."""

    dependencies = [
        ("buttons", "0010_finding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreatorTrend",
            fields=[
                ("readers", models.IntegerField()),
                ("rise", models.IntegerField()),
                (
                    "creator",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="trend",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "creator_trend",
                "indexes": [
                    models.Index(
                        fields=["-rise", "-creator"], name="creator_trend_rise"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("readers__gte", 5)),
                        name="creator_trend_is_of_five_readers_or_more",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ThingTrend",
            fields=[
                ("readers", models.IntegerField()),
                ("rise", models.IntegerField()),
                (
                    "thing",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="trend",
                        serialize=False,
                        to="buttons.thing",
                    ),
                ),
            ],
            options={
                "db_table": "thing_trend",
                "indexes": [
                    models.Index(fields=["-rise", "-thing"], name="thing_trend_rise")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("readers__gte", 5)),
                        name="thing_trend_is_of_five_readers_or_more",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrendHour",
            fields=[
                (
                    "one",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "trend_hour",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one", True)), name="trend_hour_one"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE thing_trend ADD CONSTRAINT thing_trend_thing"
            " FOREIGN KEY (thing_id) REFERENCES thing (id) ON DELETE CASCADE",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "ALTER TABLE creator_trend ADD CONSTRAINT creator_trend_creator"
            " FOREIGN KEY (creator_id) REFERENCES person (id) ON DELETE CASCADE",
            migrations.RunSQL.noop,
        ),
        Living("buttons/finding/sql/trends.sql", 1, "f62acfc61862"),
    ]

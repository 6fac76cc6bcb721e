import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """The platform winds down: nothing new is taken, and everybody is paid back."""

    dependencies = [
        ("payouts", "0014_ways_to_pay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("buttons", "0001_schema"),
        ("accounts", "0001_schema"),
    ]

    operations = [
        migrations.CreateModel(
            name="WindingDown",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField(verbose_name="began")),
                ("period", models.IntegerField(verbose_name="month")),
                (
                    "running_month",
                    models.CharField(
                        choices=[
                            (
                                "close",
                                "is closed as every month, and the rest is given back",
                            ),
                            ("give_back", "pays nothing, and all of it is given back"),
                        ],
                        max_length=9,
                        verbose_name="the running month",
                    ),
                ),
                (
                    "gives_back_since",
                    models.DateTimeField(null=True, verbose_name="gives back since"),
                ),
                ("told_through", models.BigIntegerField(default=0)),
                ("stopped_at", models.DateTimeField(null=True, verbose_name="stopped")),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begun by",
                    ),
                ),
            ],
            options={
                "verbose_name": "winding down",
                "verbose_name_plural": "windings down",
                "db_table": "winding_down",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gives_back_since", None),
                            ("stopped_at", None),
                            _connector="OR",
                        ),
                        name="winding_down_stops_before_it_gives_back",
                    ),
                    models.UniqueConstraint(
                        models.Value(1),
                        condition=models.Q(("stopped_at", None)),
                        name="winding_down_runs_once",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="gift",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("taken_back", "the reader took it back"),
                    ("reader_suspended", "the reader is suspended"),
                    ("creator_suspended", "the creator is suspended"),
                    ("thing_suspended", "the thing is suspended"),
                    ("reader_left", "the reader left"),
                    ("creator_left", "the creator left"),
                    ("paid_back", "a payment of the reader goes back"),
                    ("platform_ends", "the platform winds down"),
                    ("unpaid", "its payment did not arrive"),
                ],
                max_length=20,
                verbose_name="why",
            ),
        ),
        Living("payouts/winding/sql/winding.sql", 1, "cd4a42cb6361"),
    ]

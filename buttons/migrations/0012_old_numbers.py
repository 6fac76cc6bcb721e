from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Things keep their numbers of the first Flattr; ours begin behind those. What
    was known of clicks before this platform is kept month by month."""

    dependencies = [
        ("buttons", "0011_click"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TotalBefore",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", models.IntegerField()),
                ("clicks", models.BigIntegerField()),
            ],
            options={
                "db_table": "total_before",
            },
        ),
        migrations.AddField(
            model_name="thing",
            name="old_id",
            field=models.BigIntegerField(editable=False, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name="thing",
            constraint=models.CheckConstraint(
                condition=models.Q(("old_id__range", (1, 10000000))),
                name="thing_old_id_is_of_the_first_flattr",
            ),
        ),
        migrations.AddField(
            model_name="totalbefore",
            name="thing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="totals_before",
                to="buttons.thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="totalbefore",
            constraint=models.UniqueConstraint(
                fields=("thing", "period"), name="total_before_once_a_month"
            ),
        ),
        migrations.RunSQL(
            (SQL / "0012_old_numbers.sql").read_text(), migrations.RunSQL.noop
        ),
    ]

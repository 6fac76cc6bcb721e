import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Notices: what happened, on people's pages until they put it away."""

    dependencies = [
        ("accounts", "0004_who_looked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("facts", models.JSONField(default=dict)),
                ("happened_at", models.DateTimeField()),
                ("put_away_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "notice",
                "indexes": [
                    models.Index(
                        condition=models.Q(("put_away_at", None)),
                        fields=["person", "-happened_at", "-id"],
                        name="notice_shown",
                    )
                ],
            },
        ),
    ]

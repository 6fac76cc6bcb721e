from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.reserved

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Usernames and public ids are one namespace; some words are no usernames."""

    dependencies = [("accounts", "0006_applications")]

    operations = [
        # Not reversible: a name that was somebody's stays theirs.
        migrations.RunSQL((SQL / "0007_one_namespace.sql").read_text()),
        migrations.CreateModel(
            name="SharedName",
            fields=[
                ("name", models.CharField(max_length=30)),
                (
                    "named",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "numbered",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "shared_name", "managed": False},
        ),
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                max_length=30,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "\\A[A-Za-z0-9](?:[A-Za-z0-9._-]{0,28}[A-Za-z0-9])\\Z",
                        "Use 2 to 30 letters, digits, dots, dashes or underscores,"
                        " with a letter or digit at both ends.",
                    ),
                    accounts.reserved.refuse_reserved,
                ],
            ),
        ),
    ]

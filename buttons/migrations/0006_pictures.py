import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Pictures of people and things."""

    dependencies = [
        ("accounts", "0010_faces"),
        ("buttons", "0005_answers_to_reporters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="thing",
            name="picture",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=32
            ),
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "digest",
                    models.CharField(editable=False, max_length=32, unique=True),
                ),
                ("body", models.BinaryField()),
                (
                    "source",
                    models.CharField(
                        blank=True, max_length=2000, verbose_name="source"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "thing",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="buttons.thing",
                        verbose_name="thing",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "db_table": "picture",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person", None), ("thing__isnull", False)),
                            models.Q(("person__isnull", False), ("thing", None)),
                            _connector="OR",
                        ),
                        name="picture_is_of_a_person_or_a_thing",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            models.Func(
                                models.F("body"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            61440,
                        ),
                        name="picture_is_small",
                    ),
                ],
            },
        ),
        Living("buttons/pictures/sql/pictures.sql", 1, "cf803dcd7d7e"),
    ]

import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """What is to become a picture."""

    dependencies = [
        ("buttons", "0006_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WantedPicture",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("file", models.BinaryField(null=True)),
                (
                    "url",
                    models.CharField(
                        blank=True, max_length=2000, verbose_name="address"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "refused",
                    models.CharField(blank=True, max_length=20, verbose_name="why not"),
                ),
                (
                    "pattern_at",
                    models.DateTimeField(null=True, verbose_name="pattern chosen"),
                ),
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
                "verbose_name": "wanted picture",
                "verbose_name_plural": "wanted pictures",
                "db_table": "wanted_picture",
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="wanted_picture_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person", None), ("thing__isnull", False)),
                            models.Q(("person__isnull", False), ("thing", None)),
                            _connector="OR",
                        ),
                        name="wanted_picture_is_of_a_person_or_a_thing",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            models.Func(
                                models.F("file"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            5242880,
                        ),
                        name="wanted_picture_is_at_most_5_mb",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at", None), ("file", None)),
                            models.Q(
                                ("due_at__isnull", False),
                                ("file__isnull", False),
                                ("url", ""),
                            ),
                            models.Q(
                                ("due_at__isnull", False),
                                ("file", None),
                                ("url__gt", ""),
                            ),
                            _connector="OR",
                        ),
                        name="wanted_picture_keeps_no_file_but_while_it_waits",
                    ),
                ],
            },
        ),
        Living("buttons/pictures/sql/pictures.sql", 2, "3f06ab859fc1"),
    ]

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """What else may be somebody's: what their pages name, and the check of it all."""

    dependencies = [
        ("buttons", "0015_proofs_beside_the_page"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="look",
            name="names",
            field=ArrayField(
                models.CharField(max_length=2000), blank=True, default=list
            ),
        ),
        migrations.CreateModel(
            name="JointCheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joint_checks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joint_checks",
                        to="buttons.thing",
                    ),
                ),
            ],
            options={
                "db_table": "joint_check",
                "indexes": [
                    models.Index(
                        condition=models.Q(("told_at", None)),
                        fields=["person"],
                        name="joint_check_untold",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "thing"),
                        name="joint_check_once_a_person_and_thing",
                    )
                ],
            },
        ),
    ]

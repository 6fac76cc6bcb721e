import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """What things and creators are found by, beside them."""

    dependencies = [
        ("accounts", "0010_faces"),
        ("buttons", "0009_clicks_say_the_picture"),
        ("flattr", "0002_plain_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FoundPerson",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="found",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.TextField()),
                ("folded", models.TextField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "db_table": "found_person",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["folded"],
                        name="found_person_near",
                        opclasses=["gin_trgm_ops"],
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="found_person_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FoundThing",
            fields=[
                (
                    "thing",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="found",
                        serialize=False,
                        to="buttons.thing",
                    ),
                ),
                ("category", models.CharField(max_length=10)),
                ("language", models.CharField(max_length=5)),
                ("folded", models.TextField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "db_table": "found_thing",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["folded"],
                        name="found_thing_near",
                        opclasses=["gin_trgm_ops"],
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="found_thing_words"
                    ),
                    models.Index(
                        fields=["category", "thing"], name="found_thing_category"
                    ),
                    models.Index(
                        fields=["language", "thing"], name="found_thing_language"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE found_thing ADD CONSTRAINT found_thing_thing"
            " FOREIGN KEY (thing_id) REFERENCES thing (id) ON DELETE CASCADE",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "ALTER TABLE found_person ADD CONSTRAINT found_person_person"
            " FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE",
            migrations.RunSQL.noop,
        ),
        Living("buttons/finding/sql/finding.sql", 1, "e994011c25fb"),
        migrations.RunSQL(
            "INSERT INTO found_thing SELECT f.* FROM thing t, found_thing_of(t) f",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "INSERT INTO found_person SELECT f.* FROM person p, found_person_of(p) f"
            " WHERE p.is_creator AND p.erased_at IS NULL",
            migrations.RunSQL.noop,
        ),
        # Each click wrote to it.
        migrations.RunSQL("DROP INDEX thing_by_words"),
    ]

from django.db import migrations, models

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Pictures are taken down alone, and hidden while their owner is suspended."""

    dependencies = [
        ("buttons", "0007_wanted_pictures"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="taken_down_at",
            field=models.DateTimeField(null=True, verbose_name="taken down"),
        ),
        migrations.AddField(
            model_name="report",
            name="picture",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=32
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("taken_down", "taken down"),
                    ("picture_taken_down", "picture taken down"),
                    ("payouts_held", "payouts held"),
                    ("dismissed", "dismissed"),
                    ("upheld", "stays taken down"),
                    ("restored", "restored"),
                ],
                max_length=20,
                verbose_name="decision",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="reason",
            field=models.CharField(
                choices=[
                    ("not_theirs", "It is somebody else's work"),
                    ("pretends", "It pretends to be somebody else"),
                    ("unlawful", "It breaks the law or hurts people"),
                    ("swindle", "It is a scam or spam"),
                    ("picture", "Only the picture is wrong"),
                    ("other", "Something else"),
                    ("seen", "Seen by our staff"),
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
        Living("buttons/pictures/sql/pictures.sql", 3, "a81b85655b88"),
    ]

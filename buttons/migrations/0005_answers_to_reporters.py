from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What staff answer to whoever reported something, and where."""

    dependencies = [
        ("buttons", "0004_page_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="answer",
            field=models.TextField(
                blank=True, verbose_name="in the answer to whoever reported it"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="answered_at",
            field=models.DateTimeField(null=True, verbose_name="answered"),
        ),
        migrations.AddField(
            model_name="report",
            name="email",
            field=models.EmailField(
                blank=True, max_length=254, verbose_name="answer to"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", ""), ("reporter", None), _connector="OR"),
                name="report_has_an_address_or_an_account",
            ),
        ),
    ]

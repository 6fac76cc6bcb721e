import accounts.models.webhook
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Creators' webhooks, and what they are told."""

    dependencies = [
        ("accounts", "0015_vat_id"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=2000)),
                ("secret", models.TextField()),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("rests_until", models.DateTimeField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("off_at", models.DateTimeField(null=True)),
                (
                    "why_off",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("creator", "Creator"),
                            ("silent", "Silent"),
                            ("gone", "Gone"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hook",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "hook",
            },
        ),
        migrations.CreateModel(
            name="HookEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200)),
                (
                    "uid",
                    models.CharField(
                        default=accounts.models.webhook.new_uid,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("type", models.CharField(max_length=40)),
                ("data", models.JSONField(default=dict)),
                ("happened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=300)),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="accounts.hook",
                    ),
                ),
            ],
            options={
                "db_table": "hook_event",
            },
        ),
        migrations.AddConstraint(
            model_name="hook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("off_at", None), ("why_off", "")),
                    models.Q(
                        ("off_at__isnull", False),
                        ("why_off__in", ["creator", "silent", "gone"]),
                    ),
                    _connector="OR",
                ),
                name="hook_is_off_for_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="hookevent",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at", "id"],
                name="hook_event_due",
            ),
        ),
        migrations.AddIndex(
            model_name="hookevent",
            index=models.Index(fields=["happened_at"], name="hook_event_age"),
        ),
        migrations.AddConstraint(
            model_name="hookevent",
            constraint=models.UniqueConstraint(
                fields=("hook", "key"), name="hook_event_once_for_a_key"
            ),
        ),
    ]

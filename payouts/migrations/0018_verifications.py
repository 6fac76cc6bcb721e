from django.db import migrations, models


class Migration(migrations.Migration):
    """Nightly looks at seals and digests are written down."""

    dependencies = [("payouts", "0017_odd_cents")]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("night", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("through", models.DateField(null=True)),
                ("older", models.IntegerField(null=True)),
                ("broken", models.JSONField(default=dict)),
            ],
            options={"db_table": "verification"},
        ),
    ]

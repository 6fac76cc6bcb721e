from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails that are written once a night, or once a month."""

    dependencies = [
        ("payouts", "0005_erase_paper_address"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailRound",
            fields=[
                (
                    "name",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "mail_round",
            },
        ),
    ]

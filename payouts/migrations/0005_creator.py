from django.db import migrations


class Migration(migrations.Migration):
    """The list of what is owed to whom."""

    dependencies = [
        ("accounts", "0002_guards"),
        ("payouts", "0004_payout_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Creator",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("accounts.user",),
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """Staff read of payers: not all who pay hold a card."""

    dependencies = [
        ("payouts", "0017_small_payouts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="payer",
            options={"verbose_name": "payer", "verbose_name_plural": "payers"},
        ),
    ]

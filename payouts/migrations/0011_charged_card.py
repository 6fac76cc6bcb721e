from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep with each renewal's try the card that Stripe was asked to charge."""

    dependencies = [("payouts", "0010_paying_out")]

    operations = [
        migrations.AddField(
            "payment", "card_id", models.CharField(max_length=100, blank=True)
        ),
        migrations.AddIndex(
            "payment",
            models.Index(
                fields=["renewal"],
                condition=models.Q(("failed_at", None), ("paid_at", None)),
                name="payment_open_try",
            ),
        ),
    ]

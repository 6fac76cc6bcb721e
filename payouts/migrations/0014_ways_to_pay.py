from django.db import migrations, models

from flattr.database.living import Living

METHODS = [
    ("card", "card"),
    ("sepa_debit", "SEPA debit"),
    ("ideal", "iDEAL | Wero"),
    ("bancontact", "Bancontact"),
    ("twint", "TWINT"),
    ("swish", "Swish"),
]


class Migration(migrations.Migration):
    """What is kept for renewals is a card or a debit; a debit is announced, and the bank
    works on it for days."""

    dependencies = [
        ("payouts", "0013_gifts"),
    ]

    operations = [
        migrations.RenameField("payer", "card_id", "kept_id"),
        migrations.RenameField("payer", "card_at", "kept_at"),
        migrations.RenameField("payer", "brand", "kept_as"),
        migrations.RenameField("payment", "card_id", "kept_id"),
        migrations.RenameField("payment", "card", "paid_with"),
        migrations.AlterField(
            model_name="payment",
            name="paid_with",
            field=models.CharField(blank=True, max_length=40, verbose_name="paid with"),
        ),
        migrations.AddField(
            model_name="payer",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=METHODS,
                default="",
                max_length=20,
                verbose_name="what is kept",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="payer",
            name="mandate_id",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="renewal",
            name="announced_at",
            field=models.DateTimeField(null=True, verbose_name="announced"),
        ),
        migrations.AddField(
            model_name="renewal",
            name="announced_amount",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="renewal",
            name="announced_id",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="payment",
            name="processing_at",
            field=models.DateTimeField(null=True, verbose_name="the bank works on it"),
        ),
        migrations.AddField(
            model_name="payment",
            name="late_at",
            field=models.DateTimeField(
                null=True, verbose_name="staff were told that it is late"
            ),
        ),
        # Until now a card was all that was kept.
        migrations.RunSQL("UPDATE payer SET kind = 'card' WHERE kept_id <> ''"),
        migrations.RunSQL("UPDATE payer SET expires = NULL WHERE kept_id = ''"),
        # Nothing else of the table may be pending when it is altered again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AddConstraint(
            model_name="payer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_id", ""), ("kind", ""))
                | models.Q(
                    models.Q(("kept_id", ""), _negated=True),
                    ("kind__in", ("card", "sepa_debit", "twint")),
                ),
                name="payer_keeps_a_method_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="payer",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires__isnull", False), ("kind", "card"))
                | models.Q(
                    models.Q(("kind", "card"), _negated=True), ("expires", None)
                ),
                name="payer_knows_when_a_card_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="renewal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_amount", None),
                    ("announced_at", None),
                    ("announced_id", ""),
                )
                | models.Q(
                    ("announced_amount__isnull", False),
                    ("announced_at__isnull", False),
                    models.Q(("announced_id", ""), _negated=True),
                ),
                name="renewal_announces_a_debit_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    ("failed_at", None),
                    ("paid_at", None),
                    ("processing_at__isnull", False),
                ),
                fields=["processing_at"],
                name="payment_processing",
            ),
        ),
        Living("payouts/events/sql/stripe.sql", 3, "3450df09b060"),
        Living("payouts/leaving/sql/erasing.sql", 6, "d08192051bdc"),
    ]

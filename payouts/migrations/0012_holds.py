from django.db import migrations, models

from flattr.database.living import Living

# What a reader gave was held for two lengths of time, which a flag told apart. The type
# is changed in place: rows of splits never change.
FLAG_TO_HOLD = [
    f"""
    ALTER TABLE {table} ALTER COLUMN trusted TYPE text
        USING CASE WHEN trusted THEN 'trusted' ELSE 'new' END;
    ALTER TABLE {table} RENAME COLUMN trusted TO hold;
    ALTER TABLE {table} ADD CONSTRAINT {table}_hold_is_known
        CHECK (hold IN ('trusted', 'new', 'debit'));
    """
    for table in ("reader_month", "split", "lot")
]
# What a close that is under way made by the former columns, it makes again.
BEGUN_ANEW = """
    DO $$
    DECLARE
        p integer;
    BEGIN
        SELECT period INTO p FROM close WHERE state = 'closing';
        IF p IS NOT NULL THEN
            EXECUTE format('DROP TABLE IF EXISTS %I, %I, %I',
                           'split_' || p, 'close_sum_' || p, 'close_part_' || p);
        END IF;
    END
    $$
"""


class Migration(migrations.Migration):
    """By what a payment was paid, when it was credited, and so how long it is held."""

    dependencies = [
        ("payouts", "0011_erase_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="credited_at",
            field=models.DateTimeField(null=True, verbose_name="credited"),
        ),
        migrations.AddField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[
                    ("card", "card"),
                    ("sepa_debit", "SEPA debit"),
                    ("ideal", "iDEAL | Wero"),
                    ("bancontact", "Bancontact"),
                    ("twint", "TWINT"),
                    ("swish", "Swish"),
                ],
                default="card",
                max_length=20,
                verbose_name="paid by",
            ),
        ),
        migrations.RunSQL("UPDATE payment SET credited_at = paid_at"),
        # Nothing else of the table may be pending when it is altered again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("credited_at", None), ("paid_at", None))
                | models.Q(("credited_at__isnull", False), ("paid_at__isnull", False)),
                name="payment_is_credited_when_it_is_paid",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    ("credited_at__isnull", False), ("method", "sepa_debit")
                ),
                fields=["reader", "credited_at"],
                name="payment_by_debit",
            ),
        ),
        migrations.RunSQL(FLAG_TO_HOLD),
        migrations.RunSQL(BEGUN_ANEW),
        Living("payouts/returns/sql/disputes.sql", 2, "cdd1c2f09822"),
        Living("payouts/close/sql/holds.sql", 1, "a6f7d2f7f580"),
        Living("payouts/close/sql/close.sql", 3, "f2436e21531e"),
        Living("payouts/close/sql/set_aside.sql", 2, "19ed766ac5c4"),
        # Written after the close, whose functions they call.
        Living("payouts/earnings/sql/forecast.sql", 2, "e0445a7e6a06"),
        Living("payouts/numbers/sql/figures.sql", 2, "82364b8ba782"),
        Living("payouts/events/sql/stripe.sql", 2, "e6f63ffb56ba"),
    ]

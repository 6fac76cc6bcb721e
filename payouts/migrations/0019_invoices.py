import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


# VAT is in the amount; half a cent up, as `invoice_vat` has it.
VAT_RULE = """
    ALTER TABLE invoice ADD CONSTRAINT invoice_vat_is_what_the_rate_says CHECK (
        vat = CASE WHEN gross < 0 THEN -1 ELSE 1 END
            * ((abs(gross) * rate * 2 + 10000 + rate) / (2 * (10000 + rate)))
        AND rate BETWEEN 0 AND 5000);
    ALTER TABLE invoice ADD CONSTRAINT invoice_is_numbered CHECK (number > 0);
"""
NOTED_WITH_THE_CLOSE = """
    ALTER TABLE close ADD COLUMN invoiced_through bigint, ADD COLUMN invoiced_at timestamptz;
    ALTER TABLE close ADD CONSTRAINT close_is_invoiced_in_two_steps CHECK (
        invoiced_at IS NULL OR invoiced_through IS NOT NULL);
"""


class Migration(migrations.Migration):
    """Invoices over our fee, and with which close they were written."""

    dependencies = [
        ("payouts", "0018_payers_are_named"),
        ("accounts", "0015_vat_id"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceSeries",
            fields=[
                ("year", models.IntegerField(primary_key=True, serialize=False)),
                ("last", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "invoice_series",
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("year", models.IntegerField()),
                ("number", models.IntegerField()),
                ("period", models.IntegerField(verbose_name="month")),
                ("issued_at", models.DateTimeField(verbose_name="written")),
                ("currency", models.CharField(max_length=3)),
                (
                    "treatment",
                    models.CharField(
                        choices=[
                            ("none", "no VAT"),
                            ("charged", "with VAT"),
                            ("reverse", "reverse charge"),
                        ],
                        max_length=7,
                        verbose_name="VAT",
                    ),
                ),
                ("rate", models.IntegerField(verbose_name="rate of VAT")),
                ("gross", models.BigIntegerField(verbose_name="amount")),
                ("vat", models.BigIntegerField(verbose_name="of which VAT")),
                ("note", models.TextField(blank=True)),
                ("seller", models.TextField()),
                ("seller_address", models.TextField()),
                ("seller_vat_id", models.TextField(blank=True)),
                ("customer", models.TextField(blank=True)),
                ("customer_address", models.TextField(blank=True)),
                (
                    "customer_vat_id",
                    models.TextField(blank=True, verbose_name="VAT id"),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="payouts.invoice",
                        verbose_name="corrects",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="creator",
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "db_table": "invoice",
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("month", "month"),
                            ("late", "late"),
                            ("gift", "gift"),
                            ("back", "back"),
                        ],
                        max_length=5,
                    ),
                ),
                ("period", models.IntegerField()),
                ("percent", models.IntegerField(null=True)),
                ("given", models.BigIntegerField(null=True)),
                ("fee", models.BigIntegerField()),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="payouts.invoice",
                    ),
                ),
            ],
            options={
                "db_table": "invoice_line",
            },
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["creator", "period"], name="invoice_of_creator"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("year", "number"), name="invoice_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("period", "creator", "corrects"),
                name="invoice_once_a_month",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gross__gt", 0),
                    models.Q(("corrects__isnull", False), ("gross__lt", 0)),
                    _connector="OR",
                ),
                name="invoice_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rate__gt", 0), ("treatment", "charged")),
                    models.Q(
                        ("rate", 0),
                        ("treatment", "none"),
                        models.Q(("note", ""), _negated=True),
                    ),
                    models.Q(
                        ("rate", 0),
                        ("treatment", "reverse"),
                        models.Q(("customer_vat_id", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="invoice_says_why_there_is_no_vat",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.UniqueConstraint(
                fields=("invoice", "kind", "period"), name="invoice_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee", 0), _negated=True),
                name="invoice_line_is_something",
            ),
        ),
        migrations.RunSQL(VAT_RULE),
        migrations.RunSQL(NOTED_WITH_THE_CLOSE),
        Living("payouts/leaving/sql/erasing.sql", 8, "6251814e6028"),
        Living("payouts/invoices/sql/invoices.sql", 1, "0f1f1b2f3653"),
    ]

import django.db.models.deletion
from django.db import migrations, models

from flattr.database.living import text_of


class Migration(migrations.Migration):
    """The ledger's tables."""

    initial = True

    dependencies = [
        ("flattr", "0001_clock"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField(verbose_name="kind")),
                ("owner_id", models.BigIntegerField(null=True, verbose_name="person")),
                ("currency", models.TextField(verbose_name="currency")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "db_table": "ledger_account",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("book", models.IntegerField(verbose_name="book")),
                ("currency", models.TextField(verbose_name="currency")),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "db_table": "ledger_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "day",
                    models.DateField(
                        primary_key=True, serialize=False, verbose_name="day"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("through_id", models.BigIntegerField(verbose_name="through booking")),
                ("through_book", models.IntegerField(verbose_name="through book")),
                ("transactions", models.BigIntegerField(verbose_name="bookings")),
                ("entries", models.BigIntegerField(verbose_name="entries")),
                ("seal", models.TextField(verbose_name="seal")),
            ],
            options={
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
                "db_table": "ledger_seal",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Transaction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("book", models.IntegerField(verbose_name="book")),
                ("reference", models.TextField(verbose_name="reference")),
                ("kind", models.TextField(verbose_name="kind")),
                ("period", models.IntegerField()),
                ("currency", models.TextField(verbose_name="currency")),
                ("occurred_at", models.DateTimeField(verbose_name="happened")),
                ("posted_at", models.DateTimeField(verbose_name="booked")),
                (
                    "content",
                    models.TextField(null=True, verbose_name="hash of its rows"),
                ),
                (
                    "reverses",
                    models.BigIntegerField(null=True, verbose_name="reverses"),
                ),
            ],
            options={
                "verbose_name": "booking",
                "verbose_name_plural": "bookings",
                "db_table": "ledger_transaction",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "db_table": "ledger_balance",
                "verbose_name": "balance",
                "managed": False,
            },
        ),
        migrations.RunSQL(text_of("payouts/ledger/sql/schema.sql")),
    ]

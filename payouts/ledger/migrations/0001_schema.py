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
                ("kind", models.TextField()),
                ("owner_id", models.BigIntegerField(null=True)),
                ("currency", models.TextField()),
            ],
            options={
                "db_table": "ledger_account",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("book", models.IntegerField()),
                ("currency", models.TextField()),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "verbose_name_plural": "entries",
                "db_table": "ledger_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("through_id", models.BigIntegerField()),
                ("through_book", models.IntegerField()),
                ("transactions", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("seal", models.TextField()),
            ],
            options={
                "db_table": "ledger_seal",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Transaction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("book", models.IntegerField()),
                ("reference", models.TextField()),
                ("kind", models.TextField()),
                ("period", models.IntegerField()),
                ("currency", models.TextField()),
                ("occurred_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField()),
                ("content", models.TextField(null=True)),
                ("reverses", models.BigIntegerField(null=True)),
            ],
            options={
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
                "managed": False,
            },
        ),
        migrations.RunSQL(text_of("payouts/ledger/sql/schema.sql")),
    ]

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Real money: payers and renewals, refunds and disputes, what Stripe told us."""

    dependencies = [
        ("accounts", "0004_former_address"),
        ("payouts", "0005_creator"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField("payment", "provider_id", "key"),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "stripe_id",
                    models.CharField(max_length=100, primary_key=True, serialize=False),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.CharField(max_length=60)),
                ("status", models.CharField(max_length=40)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "dispute",
            },
        ),
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                (
                    "id",
                    models.CharField(max_length=100, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=100)),
                ("account", models.CharField(blank=True, max_length=100)),
                ("object_kind", models.CharField(max_length=60)),
                ("object_id", models.CharField(blank=True, max_length=100)),
                ("payment_id", models.CharField(blank=True, max_length=100)),
                ("happened_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "stripe_event",
            },
        ),
        migrations.CreateModel(
            name="Payer",
            fields=[
                (
                    "reader",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="payer",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stripe_id",
                    models.CharField(
                        blank=True, max_length=100, null=True, unique=True
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(default=1)),
                ("card_id", models.CharField(blank=True, max_length=100)),
                ("brand", models.CharField(blank=True, max_length=30)),
                ("last4", models.CharField(blank=True, max_length=4)),
                ("expires", models.IntegerField(null=True)),
                (
                    "fingerprint",
                    models.CharField(blank=True, db_index=True, max_length=40),
                ),
                ("card_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "payer",
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "stripe_id",
                    models.CharField(
                        blank=True, max_length=100, null=True, unique=True
                    ),
                ),
                ("reason", models.CharField(max_length=10)),
                ("made_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "db_table": "refund",
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=30)),
            ],
            options={
                "db_table": "renewal",
            },
        ),
        migrations.CreateModel(
            name="StripeAccount",
            fields=[
                (
                    "creator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stripe_account",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("stripe_id", models.CharField(max_length=100, unique=True)),
                ("country", models.CharField(max_length=2)),
                ("transfers_enabled", models.BooleanField(default=False)),
                ("payouts_enabled", models.BooleanField(default=False)),
                ("is_complete", models.BooleanField(default=False)),
                ("missing", models.JSONField(default=list)),
                ("disabled_reason", models.CharField(blank=True, max_length=100)),
                ("made_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "stripe_account",
            },
        ),
        migrations.CreateModel(
            name="Traced",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reference", models.CharField(db_index=True, max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("means", "means"),
                            ("share", "share"),
                            ("fee", "fee"),
                            ("loss", "loss"),
                        ],
                        max_length=5,
                    ),
                ),
                ("period", models.IntegerField(null=True)),
                ("amount", models.BigIntegerField()),
                ("from_pending", models.BigIntegerField(default=0)),
                ("from_revenue", models.BigIntegerField(default=0)),
                ("from_debt", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "traced",
            },
        ),
        migrations.RemoveConstraint(
            model_name="payout",
            name="payout_one_at_a_time",
        ),
        migrations.AddField(
            model_name="destination",
            name="bank_id",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="destination",
            name="stripe_id",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="payment",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="card",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="payment",
            name="cost",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="failure",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="payment",
            name="fingerprint",
            field=models.CharField(blank=True, db_index=True, max_length=40),
        ),
        migrations.AddField(
            model_name="payment",
            name="months",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="needs_confirmation",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="payment",
            name="returned",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="payment",
            name="session_id",
            field=models.CharField(blank=True, max_length=100, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="stripe_id",
            field=models.CharField(blank=True, max_length=100, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="returned",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="destination",
            name="iban",
            field=models.BinaryField(default=b""),
        ),
        migrations.AlterField(
            model_name="payout",
            name="state",
            field=models.CharField(
                choices=[
                    ("requested", "requested"),
                    ("approved", "approved"),
                    ("held", "held"),
                    ("rejected", "rejected"),
                    ("unknown", "unknown"),
                    ("sent", "sent"),
                    ("failed", "failed"),
                ],
                default="requested",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["requested", "approved", "held", "unknown"])
                ),
                fields=("creator",),
                name="payout_one_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="payouts.payment",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="EventWork",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="work",
                        serialize=False,
                        to="payouts.stripeevent",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("failure", models.TextField(blank=True)),
            ],
            options={
                "db_table": "event_work",
            },
        ),
        migrations.AddConstraint(
            model_name="payer",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__in", (1, 3, 12))),
                name="payer_pays_a_month_a_quarter_or_a_year",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="payouts.payment",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="renewal",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renewals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="renewal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="payouts.renewal",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned__gte", 0), ("returned__lte", models.F("amount"))
                ),
                name="payment_is_not_returned_twice",
            ),
        ),
        migrations.AddField(
            model_name="traced",
            name="creator",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="traced",
            name="lot",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payouts.lot",
            ),
        ),
        migrations.AddField(
            model_name="traced",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["reader"], name="dispute_of_reader"),
        ),
        migrations.AddIndex(
            model_name="eventwork",
            index=models.Index(
                condition=models.Q(("done_at", None)),
                fields=["due_at"],
                name="event_work_due",
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("done_at", None), ("failed_at", None)),
                fields=["id"],
                name="refund_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="refund_is_something"
            ),
        ),
        migrations.AddIndex(
            model_name="renewal",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="renewal_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="renewal",
            constraint=models.UniqueConstraint(
                fields=("reader", "period"), name="renewal_once_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="renewal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at", None), ("due_at", None), _connector="OR"
                ),
                name="renewal_that_is_done_is_not_due",
            ),
        ),
        migrations.AddIndex(
            model_name="traced",
            index=models.Index(fields=["reader", "period"], name="traced_of_close"),
        ),
        migrations.AddConstraint(
            model_name="traced",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True),
                name="traced_is_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="traced",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "share"), _negated=True),
                    (
                        "amount",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("from_pending"), "+", models.F("from_revenue")
                            ),
                            "+",
                            models.F("from_debt"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="traced_share_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="traced",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["share", "fee"]), ("period", None), _connector="XOR"
                ),
                name="traced_share_is_of_a_close",
            ),
        ),
        migrations.AddConstraint(
            model_name="traced",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "share"), ("creator", None), _connector="XOR"
                ),
                name="traced_share_is_a_creators",
            ),
        ),
    ]

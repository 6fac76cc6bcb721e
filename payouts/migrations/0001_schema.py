import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import text_of


class Migration(migrations.Migration):
    """Payments, closes, payouts, returns, and what Stripe told."""

    initial = True

    dependencies = [
        ("ledger", "0001_schema"),
        ("flattr", "0001_clock"),
        ("accounts", "0001_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Close",
            fields=[
                ("period", models.IntegerField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.TextField(
                        choices=[("closing", "closing"), ("closed", "closed")],
                        verbose_name="state",
                    ),
                ),
                ("policy", models.TextField(verbose_name="policy")),
                ("formula", models.TextField(default="golden", verbose_name="formula")),
                ("fee_percent", models.IntegerField(verbose_name="fee in percent")),
                ("currency", models.TextField(verbose_name="currency")),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("readers", models.BigIntegerField(default=0, verbose_name="readers")),
                (
                    "creators",
                    models.BigIntegerField(default=0, verbose_name="creators"),
                ),
                ("flattrs", models.BigIntegerField(default=0, verbose_name="flattrs")),
                ("shares", models.BigIntegerField(default=0, verbose_name="shares")),
                ("spent", models.BigIntegerField(default=0)),
                ("fee", models.BigIntegerField(default=0)),
                ("digest", models.TextField(default="", verbose_name="digest")),
            ],
            options={
                "verbose_name": "close",
                "verbose_name_plural": "closes",
                "db_table": "close",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CloseProblem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period",
                        "reader",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("period", models.IntegerField()),
                ("reason", models.TextField()),
                ("found_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "close_problem",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", models.IntegerField()),
                ("trusted", models.BooleanField(verbose_name="trusted readers")),
                ("currency", models.TextField()),
                ("amount", models.BigIntegerField()),
                ("taken", models.BigIntegerField(default=0)),
                ("counted_from", models.DateTimeField(verbose_name="counted from")),
                ("matures_at", models.DateTimeField(verbose_name="ready on")),
                (
                    "matured_at",
                    models.DateTimeField(null=True, verbose_name="ready since"),
                ),
            ],
            options={
                "verbose_name": "amount on hold",
                "verbose_name_plural": "amounts on hold",
                "db_table": "lot",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ReaderMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period",
                        "reader",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("period", models.IntegerField()),
                ("budget", models.BigIntegerField()),
                ("means", models.BigIntegerField()),
                ("spent", models.BigIntegerField()),
                ("fee", models.BigIntegerField()),
                ("creators", models.IntegerField()),
                ("units", models.IntegerField()),
                ("offset", models.IntegerField(db_column="rotation")),
                ("trusted", models.BooleanField()),
            ],
            options={
                "db_table": "reader_month",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="RevenueLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period",
                        "reader",
                        "thing",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("period", models.IntegerField()),
                ("rank", models.IntegerField()),
                ("share", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "db_table": "revenue_line",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Split",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "reader",
                        "period",
                        "currency",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("period", models.IntegerField()),
                ("currency", models.TextField()),
                ("policy", models.TextField()),
                ("formula", models.TextField(default="golden")),
                ("spent", models.BigIntegerField()),
                ("fee", models.BigIntegerField()),
                ("creators", models.IntegerField()),
                ("units", models.IntegerField()),
                ("offset", models.IntegerField(db_column="rotation")),
                ("without", models.IntegerField()),
                ("trusted", models.BooleanField()),
                ("reference", models.TextField()),
            ],
            options={
                "db_table": "split",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Breaker",
            fields=[
                (
                    "one",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tripped_at",
                    models.DateTimeField(null=True, verbose_name="stopped since"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
            ],
            options={
                "verbose_name": "safety stop",
                "verbose_name_plural": "safety stop",
                "db_table": "breaker",
            },
        ),
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                (
                    "id",
                    models.CharField(
                        max_length=100,
                        primary_key=True,
                        serialize=False,
                        verbose_name="Stripe's id",
                    ),
                ),
                ("kind", models.CharField(max_length=100, verbose_name="kind")),
                (
                    "account",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="connected account"
                    ),
                ),
                (
                    "object_kind",
                    models.CharField(max_length=60, verbose_name="kind of object"),
                ),
                (
                    "object_id",
                    models.CharField(blank=True, max_length=100, verbose_name="object"),
                ),
                (
                    "payment_id",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="payment"
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="happened")),
                (
                    "received_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="received"),
                ),
            ],
            options={
                "verbose_name": "Stripe event",
                "verbose_name_plural": "Stripe events",
                "db_table": "stripe_event",
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("whole", models.BooleanField(verbose_name="everything")),
                (
                    "started_at",
                    models.DateTimeField(db_index=True, verbose_name="started"),
                ),
                (
                    "finished_at",
                    models.DateTimeField(null=True, verbose_name="finished"),
                ),
                ("broken", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "check of the ledger",
                "verbose_name_plural": "checks of the ledger",
                "db_table": "inspection",
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
                ("claimed_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "stripe_account",
            },
        ),
        migrations.CreateModel(
            name="StripeBalance",
            fields=[
                (
                    "one",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                ("available", models.BigIntegerField()),
                ("read_at", models.DateTimeField()),
                ("told_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "stripe_balance",
            },
        ),
        migrations.CreateModel(
            name="Tick",
            fields=[
                (
                    "one",
                    models.BooleanField(
                        default=True, primary_key=True, serialize=False
                    ),
                ),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "db_table": "tick",
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("night", models.DateField(verbose_name="night")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                (
                    "finished_at",
                    models.DateTimeField(null=True, verbose_name="finished"),
                ),
                (
                    "through",
                    models.DateField(null=True, verbose_name="seals checked through"),
                ),
                (
                    "older",
                    models.IntegerField(null=True, verbose_name="older close checked"),
                ),
                ("broken", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "check of seals",
                "verbose_name_plural": "checks of seals",
                "db_table": "verification",
            },
        ),
        migrations.CreateModel(
            name="Creator",
            fields=[],
            options={
                "verbose_name": "creator",
                "verbose_name_plural": "creators",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user",),
        ),
        migrations.CreateModel(
            name="Destination",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=140)),
                ("iban", models.BinaryField(default=b"")),
                ("stripe_id", models.CharField(blank=True, max_length=100)),
                ("bank_id", models.CharField(blank=True, max_length=100)),
                ("country", models.CharField(max_length=2)),
                ("last4", models.CharField(max_length=4)),
                ("fingerprint", models.CharField(db_index=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                ("usable_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="destinations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "destination",
                "indexes": [
                    models.Index(
                        fields=["creator", "-id"], name="destination_of_creator"
                    ),
                    models.Index(
                        condition=models.Q(("stripe_id", ""), _negated=True),
                        fields=["stripe_id", "-id"],
                        name="destination_at_stripe",
                    ),
                ],
            },
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["due_at"],
                        name="event_work_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "stripe_id",
                    models.CharField(
                        max_length=100,
                        primary_key=True,
                        serialize=False,
                        verbose_name="Stripe's id",
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("amount", models.BigIntegerField()),
                ("fee", models.BigIntegerField()),
                ("net", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "source",
                    models.CharField(blank=True, max_length=100, verbose_name="about"),
                ),
                (
                    "belongs_to",
                    models.CharField(
                        blank=True, max_length=140, verbose_name="belongs to"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        db_index=True, max_length=140, verbose_name="reference"
                    ),
                ),
                (
                    "happened_at",
                    models.DateTimeField(db_index=True, verbose_name="happened"),
                ),
                (
                    "seen_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="first seen"),
                ),
            ],
            options={
                "verbose_name": "line of Stripe's balance",
                "verbose_name_plural": "lines of Stripe's balance",
                "db_table": "movement",
                "indexes": [
                    models.Index(fields=["source"], name="movement_of_source"),
                    models.Index(fields=["belongs_to"], name="movement_of_payment"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "net",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("amount"), "-", models.F("fee")
                                ),
                            )
                        ),
                        name="movement_net_is_amount_less_fee",
                    )
                ],
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
                        verbose_name="reader",
                    ),
                ),
                (
                    "stripe_id",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        null=True,
                        unique=True,
                        verbose_name="Stripe's customer",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="months at once"
                    ),
                ),
                ("card_id", models.CharField(blank=True, max_length=100)),
                ("brand", models.CharField(blank=True, max_length=30)),
                ("last4", models.CharField(blank=True, max_length=4)),
                ("expires", models.IntegerField(null=True, verbose_name="expires")),
                (
                    "fingerprint",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=40,
                        verbose_name="fingerprint",
                    ),
                ),
                ("card_at", models.DateTimeField(null=True, verbose_name="saved")),
            ],
            options={
                "verbose_name": "card holder",
                "verbose_name_plural": "card holders",
                "db_table": "payer",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("months__in", (1, 3, 12))),
                        name="payer_pays_a_month_a_quarter_or_a_year",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=30, verbose_name="provider")),
                (
                    "key",
                    models.CharField(max_length=100, unique=True, verbose_name="key"),
                ),
                (
                    "stripe_id",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        null=True,
                        unique=True,
                        verbose_name="Stripe's id",
                    ),
                ),
                (
                    "session_id",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        null=True,
                        unique=True,
                        verbose_name="Checkout session",
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("raises_to", models.BigIntegerField(null=True)),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        null=True, verbose_name="months at once"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                (
                    "asked_at",
                    models.DateTimeField(null=True, verbose_name="sent to Stripe"),
                ),
                ("paid_at", models.DateTimeField(null=True, verbose_name="paid")),
                ("failed_at", models.DateTimeField(null=True, verbose_name="failed")),
                (
                    "failure",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="why it failed"
                    ),
                ),
                (
                    "needs_confirmation",
                    models.BooleanField(
                        default=False,
                        verbose_name="the bank asks the reader to confirm",
                    ),
                ),
                ("cost", models.BigIntegerField(null=True)),
                ("card_id", models.CharField(blank=True, max_length=100)),
                (
                    "card",
                    models.CharField(blank=True, max_length=40, verbose_name="card"),
                ),
                (
                    "fingerprint",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=40,
                        verbose_name="fingerprint",
                    ),
                ),
                ("returned", models.BigIntegerField(default=0)),
                ("fetched_at", models.DateTimeField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reader",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "db_table": "payment",
                "indexes": [
                    models.Index(
                        fields=["reader", "-started_at"], name="payment_of_reader"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 200)),
                        name="payment_is_2_or_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned__gte", 0), ("returned__lte", models.F("amount"))
                        ),
                        name="payment_is_not_returned_twice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "stripe_id",
                    models.CharField(
                        max_length=100,
                        primary_key=True,
                        serialize=False,
                        verbose_name="Stripe's id",
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.CharField(max_length=60, verbose_name="reason")),
                ("status", models.CharField(max_length=40, verbose_name="status")),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("due_at", models.DateTimeField(null=True, verbose_name="answer due")),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_at",
                    models.DateTimeField(null=True, verbose_name="money taken"),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "suspended_at",
                    models.DateTimeField(null=True, verbose_name="budget suspended"),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reader",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="payouts.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispute",
                "verbose_name_plural": "disputes",
                "db_table": "dispute",
                "indexes": [
                    models.Index(fields=["reader"], name="dispute_of_reader"),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["due_at"],
                        name="dispute_undecided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, verbose_name="number"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("approved", "approved"),
                            ("held", "held"),
                            ("rejected", "rejected"),
                            ("unknown", "handed to Stripe"),
                            ("sent", "sent"),
                            ("failed", "returned"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "run_period",
                    models.IntegerField(
                        blank=True, null=True, verbose_name="monthly run"
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="requested")),
                ("flags", models.JSONField(blank=True, default=list)),
                ("approvals_needed", models.PositiveSmallIntegerField(default=1)),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="decided"),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="sent to Stripe"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("refusals", models.PositiveSmallIntegerField(default=0)),
                ("returned", models.BigIntegerField(default=0)),
                (
                    "transfer_id",
                    models.CharField(
                        blank=True, max_length=140, verbose_name="reference"
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="paid"),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="creator",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="payouts.destination",
                    ),
                ),
            ],
            options={
                "verbose_name": "payout",
                "verbose_name_plural": "payouts",
                "db_table": "payout",
                "indexes": [
                    models.Index(fields=["state", "-id"], name="payout_by_state")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 1000)),
                        name="payout_is_10_or_more",
                    ),
                    models.UniqueConstraint(
                        fields=("creator", "run_period"), name="payout_once_a_run"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["requested", "approved", "held", "unknown"])
                        ),
                        fields=("creator",),
                        name="payout_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="payouts.payout",
                    ),
                ),
            ],
            options={
                "db_table": "approval",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("payout", "staff"), name="approval_once_a_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hourly", "hourly"), ("nightly", "nightly")],
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                (
                    "finished_at",
                    models.DateTimeField(null=True, verbose_name="finished"),
                ),
                ("found", models.IntegerField(default=0)),
                ("unexplained", models.IntegerField(null=True)),
                ("report", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "comparison with Stripe",
                "verbose_name_plural": "comparisons with Stripe",
                "db_table": "reconciliation",
                "indexes": [
                    models.Index(
                        fields=["kind", "-started_at"], name="reconciliation_last"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, verbose_name="number"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "stripe_id",
                    models.CharField(
                        blank=True,
                        max_length=100,
                        null=True,
                        unique=True,
                        verbose_name="Stripe's id",
                    ),
                ),
                ("reason", models.CharField(max_length=10, verbose_name="reason")),
                ("made_at", models.DateTimeField(verbose_name="requested")),
                (
                    "asked_at",
                    models.DateTimeField(null=True, verbose_name="sent to Stripe"),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("failed_at", models.DateTimeField(null=True, verbose_name="failed")),
                (
                    "failure",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="why it failed"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requested by",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payouts.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reader",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "db_table": "refund",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None), ("failed_at", None)),
                        fields=["id"],
                        name="refund_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="refund_is_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", models.IntegerField()),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("due_at", models.DateTimeField(null=True, verbose_name="next try")),
                (
                    "tries",
                    models.PositiveSmallIntegerField(default=0, verbose_name="tries"),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                (
                    "outcome",
                    models.CharField(blank=True, max_length=30, verbose_name="outcome"),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reader",
                    ),
                ),
            ],
            options={
                "verbose_name": "renewal",
                "verbose_name_plural": "renewals",
                "db_table": "renewal",
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="renewal_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reader", "period"), name="renewal_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at", None), ("due_at", None), _connector="OR"
                        ),
                        name="renewal_that_is_done_is_not_due",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="renewal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="payouts.renewal",
                verbose_name="renewal",
            ),
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
                (
                    "creator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payouts.lot",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "traced",
                "indexes": [
                    models.Index(fields=["reader", "period"], name="traced_of_close")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True),
                        name="traced_is_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "share"), _negated=True),
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("from_pending"),
                                        "+",
                                        models.F("from_revenue"),
                                    ),
                                    "+",
                                    models.F("from_debt"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="traced_share_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["share", "fee"]),
                            ("period", None),
                            _connector="XOR",
                        ),
                        name="traced_share_is_of_a_close",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "share"), ("creator", None), _connector="XOR"
                        ),
                        name="traced_share_is_a_creators",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("failed_at", None), ("paid_at", None)),
                fields=["renewal"],
                name="payment_open_try",
            ),
        ),
        migrations.RunSQL(text_of("payouts/sql/schema.sql")),
    ]

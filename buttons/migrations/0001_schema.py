import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import text_of


class Migration(migrations.Migration):
    """Things, flattrs, promises, proofs, reports."""

    initial = True

    dependencies = [
        ("flattr", "0001_clock"),
        # Theirs first: each change of a library's model has Django draw up anew all
        # models that are related to it, and by then there are few.
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Flattr",
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
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "flattr",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Refused",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "address",
                    models.CharField(
                        max_length=2000, unique=True, verbose_name="address"
                    ),
                ),
                (
                    "proof",
                    models.CharField(max_length=200, verbose_name="how it was shown"),
                ),
                (
                    "refused_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="refused"),
                ),
            ],
            options={
                "verbose_name": "refused address",
                "verbose_name_plural": "refused addresses",
                "db_table": "refused",
            },
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("caller", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=255)),
                ("asked", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("body", models.JSONField(null=True)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "db_table": "kept_answer",
                "indexes": [models.Index(fields=["kept_at"], name="kept_answer_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caller", "key"), name="kept_answer_once_for_a_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Thing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "old_id",
                    models.BigIntegerField(
                        editable=False,
                        null=True,
                        unique=True,
                        verbose_name="number at the first Flattr",
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        max_length=2000, unique=True, verbose_name="address"
                    ),
                ),
                (
                    "host",
                    models.CharField(
                        db_index=True, max_length=255, verbose_name="host"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                ("description", models.CharField(blank=True, max_length=1000)),
                (
                    "proved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="proved"),
                ),
                (
                    "proof",
                    models.CharField(blank=True, max_length=200, verbose_name="proof"),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("images", "Images"),
                            ("video", "Video"),
                            ("audio", "Audio"),
                            ("software", "Software"),
                            ("people", "People"),
                            ("rest", "Other"),
                        ],
                        default="rest",
                        max_length=10,
                        verbose_name="category",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en_GB", max_length=5, verbose_name="language"
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("image", models.CharField(blank=True, max_length=500)),
                ("hidden", models.BooleanField(default=False, verbose_name="hidden")),
                ("created_at", models.DateTimeField(verbose_name="added")),
                (
                    "flattrs",
                    models.BigIntegerField(
                        default=0, editable=False, verbose_name="flattrs"
                    ),
                ),
                (
                    "flattrs_before",
                    models.BigIntegerField(default=0, verbose_name="flattrs before"),
                ),
                (
                    "sample",
                    models.CharField(blank=True, max_length=100, verbose_name="sample"),
                ),
                (
                    "suspended_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="suspended"
                    ),
                ),
                (
                    "suspension_reason",
                    models.TextField(blank=True, verbose_name="why suspended"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="things",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "thing",
                "verbose_name_plural": "things",
                "db_table": "thing",
                "indexes": [
                    models.Index(fields=["owner", "-id"], name="thing_of_owner"),
                    models.Index(fields=["-flattrs", "-id"], name="thing_by_flattrs"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proved_at", None),
                            ("owner__isnull", False),
                            _connector="OR",
                        ),
                        name="thing_proved_has_an_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("flattrs__gte", 0), ("flattrs_before__gte", 0)
                        ),
                        name="thing_counts_are_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("old_id__range", (1, 10000000))),
                        name="thing_old_id_is_of_the_first_flattr",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField()),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("fired_period", models.IntegerField(default=0)),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="buttons.thing",
                    ),
                ),
            ],
            options={
                "db_table": "subscription",
                "indexes": [
                    models.Index(
                        condition=models.Q(("paused_at", None)),
                        fields=["fired_period", "id"],
                        name="subscription_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reader", "thing"), name="subscription_once_for_a_thing"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("not_theirs", "It is somebody else's work"),
                            ("pretends", "It pretends to be somebody else"),
                            ("unlawful", "It breaks the law or hurts people"),
                            ("swindle", "It is a scam or spam"),
                            ("other", "Something else"),
                            ("seen", "Seen by our staff"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        blank=True, max_length=2000, verbose_name="in their words"
                    ),
                ),
                ("ip_hash", models.CharField(blank=True, max_length=40)),
                (
                    "made_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="reported"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken_down", "taken down"),
                            ("payouts_held", "payouts held"),
                            ("dismissed", "dismissed"),
                            ("upheld", "stays taken down"),
                            ("restored", "restored"),
                        ],
                        max_length=20,
                        verbose_name="decision",
                    ),
                ),
                (
                    "explanation",
                    models.TextField(blank=True, verbose_name="explanation"),
                ),
                (
                    "appealed_at",
                    models.DateTimeField(null=True, verbose_name="appealed"),
                ),
                (
                    "appeal",
                    models.CharField(
                        blank=True, max_length=2000, verbose_name="appeal"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken down by",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports_made",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reported by",
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="buttons.thing",
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "db_table": "report",
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at", None)),
                        fields=["id"],
                        name="report_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("thing", None), ("person", None), _connector="XOR"
                        ),
                        name="report_is_of_a_thing_or_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at", None),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="report_decided_says_by_whom_and_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("host", models.CharField(blank=True, max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("button", "by the button on the page"),
                            ("meta", "by a tag on the page"),
                            ("payment", "by a payment link on the page"),
                            ("me", "by a link to their profile"),
                            ("account", "by the account that the page belongs to"),
                            ("dns", "by its host’s DNS"),
                            ("file", "by a file on its host"),
                        ],
                        max_length=10,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("lost_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="buttons.thing",
                    ),
                ),
            ],
            options={
                "db_table": "proof",
                "indexes": [
                    models.Index(fields=["person", "lost_at"], name="proof_lost")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("host", ""), ("thing__isnull", False)),
                            models.Q(("host__gt", ""), ("thing", None)),
                            _connector="OR",
                        ),
                        name="proof_is_of_a_thing_or_of_a_host",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lost_at", None)),
                        fields=("thing",),
                        name="proof_of_a_thing_is_one_persons",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lost_at", None), ("thing", None)),
                        fields=("host", "person"),
                        name="proof_of_a_host_once_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", models.IntegerField()),
                ("promised_at", models.DateTimeField()),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="buttons.thing"
                    ),
                ),
            ],
            options={
                "db_table": "promise",
                "indexes": [models.Index(fields=["thing"], name="promise_thing")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "reader", "thing"),
                        name="promise_once_a_month",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("host", models.CharField(blank=True, max_length=255)),
                ("due_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hosts_asked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "thing",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="look",
                        to="buttons.thing",
                    ),
                ),
            ],
            options={
                "db_table": "look",
                "indexes": [models.Index(fields=["due_at"], name="look_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("host", ""), ("person", None), ("thing__isnull", False)
                            ),
                            models.Q(("host__gt", ""), ("thing", None)),
                            _connector="OR",
                        ),
                        name="look_is_at_a_thing_or_at_a_host",
                    ),
                    models.UniqueConstraint(
                        fields=("host", "person"),
                        name="look_once_at_a_host_for_a_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person", None), ("thing", None)),
                        fields=("host",),
                        name="look_once_at_a_host_for_a_refusal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TotalBefore",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", models.IntegerField()),
                ("clicks", models.BigIntegerField()),
                (
                    "thing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="totals_before",
                        to="buttons.thing",
                    ),
                ),
            ],
            options={
                "db_table": "total_before",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("thing", "period"), name="total_before_once_a_month"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedIntent",
            fields=[
                (
                    "nonce",
                    models.CharField(max_length=32, primary_key=True, serialize=False),
                ),
                ("used_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "used_intent",
                "indexes": [models.Index(fields=["used_at"], name="used_intent_at")],
            },
        ),
        migrations.RunSQL(text_of("buttons/sql/schema.sql")),
    ]

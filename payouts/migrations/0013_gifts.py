import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from flattr.database.living import Living


# A lot of a gift has no close to refer to.
LOT_OF_A_GIFT = """
    ALTER TABLE lot ADD COLUMN gift_id bigint UNIQUE REFERENCES gift (id);
    ALTER TABLE lot ADD COLUMN close_period integer
        GENERATED ALWAYS AS (CASE WHEN gift_id IS NULL THEN period END) STORED
        REFERENCES close (period);
    ALTER TABLE lot DROP CONSTRAINT lot_period_fkey;
    ALTER TABLE lot DROP CONSTRAINT lot_once;
    ALTER TABLE lot ADD CONSTRAINT lot_once
        UNIQUE NULLS NOT DISTINCT (period, creator_id, hold, reader_id, gift_id);
"""


class Migration(migrations.Migration):
    """Gifts, their lots, and their place in the trace."""

    dependencies = [
        ("buttons", "0013_no_foreign_pictures"),
        ("payouts", "0012_holds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Gift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, verbose_name="number"
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("amount", models.BigIntegerField()),
                ("fee", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting for its payment"),
                            ("reserved", "reserved"),
                            ("given", "given"),
                            ("void", "undone"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "reserved_at",
                    models.DateTimeField(null=True, verbose_name="reserved"),
                ),
                ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                ("given_at", models.DateTimeField(null=True, verbose_name="given")),
                ("period", models.IntegerField(null=True, verbose_name="month")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken_back", "the reader took it back"),
                            ("reader_suspended", "the reader is suspended"),
                            ("creator_suspended", "the creator is suspended"),
                            ("thing_suspended", "the thing is suspended"),
                            ("reader_left", "the reader left"),
                            ("creator_left", "the creator left"),
                            ("paid_back", "a payment of the reader goes back"),
                            ("unpaid", "its payment did not arrive"),
                        ],
                        max_length=20,
                        verbose_name="why",
                    ),
                ),
            ],
            options={
                "verbose_name": "gift",
                "verbose_name_plural": "gifts",
                "db_table": "gift",
            },
        ),
        migrations.RemoveConstraint(
            model_name="traced",
            name="traced_share_is_of_a_close",
        ),
        migrations.AddField(
            model_name="gift",
            name="creator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts_received",
                to=settings.AUTH_USER_MODEL,
                verbose_name="creator",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="payment",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gift",
                to="payouts.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reader",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="thing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts",
                to="buttons.thing",
                verbose_name="thing",
            ),
        ),
        migrations.AddField(
            model_name="traced",
            name="gift",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="traced",
                to="payouts.gift",
            ),
        ),
        migrations.AddConstraint(
            model_name="traced",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["share", "fee"]),
                        models.Q(("period", None), ("gift", None), _connector="XOR"),
                    ),
                    models.Q(
                        models.Q(("kind__in", ["share", "fee"]), _negated=True),
                        ("gift", None),
                        ("period", None),
                    ),
                    _connector="OR",
                ),
                name="traced_share_is_of_a_close_or_a_gift",
            ),
        ),
        migrations.AddIndex(
            model_name="gift",
            index=models.Index(fields=["reader", "period"], name="gift_of_reader"),
        ),
        migrations.AddIndex(
            model_name="gift",
            index=models.Index(fields=["creator", "period"], name="gift_of_creator"),
        ),
        migrations.AddIndex(
            model_name="gift",
            index=models.Index(fields=["thing", "period"], name="gift_of_thing"),
        ),
        migrations.AddIndex(
            model_name="gift",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "reserved"))),
                fields=["due_at"],
                name="gift_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 100), ("amount__lte", 10000)),
                name="gift_is_1_to_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee__gte", 0), ("fee__lt", models.F("amount"))),
                name="gift_fee_is_a_part",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(("reader", models.F("creator")), _negated=True),
                name="gift_is_not_to_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "waiting"), _negated=True),
                    models.Q(("payment__isnull", False), ("reserved_at", None)),
                    _connector="OR",
                ),
                name="gift_waits_for_a_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["reserved", "given"]), _negated=True),
                    models.Q(("due_at__isnull", False), ("reserved_at__isnull", False)),
                    _connector="OR",
                ),
                name="gift_has_its_hour",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("given_at__isnull", False),
                        ("period__isnull", False),
                        ("state", "given"),
                    ),
                    models.Q(
                        models.Q(("state", "given"), _negated=True),
                        ("given_at", None),
                        ("period", None),
                    ),
                    _connector="OR",
                ),
                name="gift_has_a_month_when_it_is_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["void", "lapsed"]),
                        models.Q(("ending", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ["void", "lapsed"]), _negated=True),
                        ("ended_at", None),
                        ("ending", ""),
                    ),
                    _connector="OR",
                ),
                name="gift_says_why_it_ended",
            ),
        ),
        migrations.RunSQL(LOT_OF_A_GIFT),
        Living("payouts/gifts/sql/gifts.sql", 1, "accc83036193"),
    ]

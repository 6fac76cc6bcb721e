"""Mutants of the code that handles money and guards it.

Each is an error that somebody could make, and that a total of zero does not show. When
one does not fit the code any more it is given the place where its rule is kept now.
"""

from __future__ import annotations

from tests.mutants.mutant import Change, Mutant

LEDGER = "payouts/ledger/sql/schema.sql"
SPLIT = "payouts/close/sql/split.sql"
CLOCK = "flattr/database/sql/clock.sql"
HOLDS = "tests/payouts/close/test_holds.py"
CLOSING = "tests/payouts/close/test_close.py"
SENDING = "tests/payouts/earnings/test_transferring.py"
RETURNING = "tests/payouts/returns/test_returning.py"
CRASHED_PAYOUTS = "tests/hostile/test_crashed_payouts.py"

MUTANTS = [
    Mutant(
        "M1",
        "A reference may be posted twice.",
        [
            Change(
                LEDGER,
                "ledger_transaction_reference_is_unique UNIQUE (book, reference)",
                "ledger_transaction_reference_is_unique UNIQUE (book, reference, posted_at)",
            ),
            Change(
                "payouts/ledger/posting.py",
                "ON CONFLICT (book, reference) DO NOTHING",
                "ON CONFLICT DO NOTHING",
            ),
        ],
        [
            "tests/payouts/ledger/test_guards.py::test_the_same_reference_moves_money_once"
        ],
    ),
    Mutant(
        "M2",
        "A payout and the posting that reserves its money are two commits.",
        [
            Change(
                "payouts/earnings/requesting.py",
                """
    post(
        f"payout:{payout.pk}:reserve",
        {chart.revenue(creator): -amount, chart.transit(creator): amount},
        occurred_at=now,
    )
""",
                """
    transaction.on_commit(
        lambda: post(
            f"payout:{payout.pk}:reserve",
            {chart.revenue(creator): -amount, chart.transit(creator): amount},
            occurred_at=now,
        )
    )
""",
            )
        ],
        [f"{CRASHED_PAYOUTS}::test_a_request_crashed_anywhere_is_one_payout"],
    ),
    Mutant(
        "M3",
        "A share is computed with floating point and rounded.",
        [
            Change(
                SPLIT,
                "SELECT pot / n + (",
                "SELECT round(pot::double precision / n)::bigint + (",
            )
        ],
        [f"{CLOSING}::test_sql_and_python_compute_the_same_integers"],
    ),
    Mutant(
        "M4",
        "The first moment of a month belongs to the month before.",
        [
            Change(
                CLOCK,
                """
    SELECT (extract(year FROM moment AT TIME ZONE 'UTC') * 100
          + extract(month FROM moment AT TIME ZONE 'UTC'))::integer
""",
                """
    SELECT (extract(year FROM (moment - interval '1 us') AT TIME ZONE 'UTC') * 100
          + extract(month FROM (moment - interval '1 us') AT TIME ZONE 'UTC'))::integer
""",
            )
        ],
        ["tests/flattr/test_months.py::test_the_database_has_the_same_months"],
    ),
    Mutant(
        "M5",
        "People flattr their own things.",
        [
            Change(
                "buttons/clicks/sql/click.sql",
                "    ELSIF page.owner_id = giver THEN\n"
                "        outcome := 'flattr_owner';\n",
                "",
            ),
            Change(
                "buttons/sql/schema.sql",
                "    CONSTRAINT flattr_is_not_for_oneself CHECK (reader_id <> creator_id),\n",
                "",
            ),
        ],
        ["tests/buttons/clicks/test_flattring.py::test_one_s_own_thing_is_refused"],
    ),
    Mutant(
        "M6",
        "Odd cents go round by name and not by number.",
        [
            Change(
                SPLIT,
                "dense_rank() OVER (PARTITION BY r.reader_id ORDER BY r.creator_id)",
                "dense_rank() OVER (PARTITION BY r.reader_id ORDER BY"
                " (SELECT x.username FROM public.person x WHERE x.id = r.creator_id))",
            )
        ],
        [f"{CLOSING}::test_the_bookkeeper_agrees_on_a_random_month"],
    ),
    Mutant(
        "M7",
        "Only the id of an event says that it was told before, not what is booked.",
        [
            Change(
                "payouts/returns/tracing.py",
                """
    if is_posted(reference):
        return
    balance = """,
                """
    balance = """,
            )
        ],
        [f"{RETURNING}::test_told_again_and_again_it_is_booked_once"],
    ),
    Mutant(
        "M8",
        "A payment that is paid is done, whatever is told of it later.",
        [
            Change(
                "payouts/events/converging.py",
                "    for step in _unbooked([_charge_step(fact), *_in_order(fact)]):",
                """\
    if payment.paid_at is not None:
        return True
    for step in _unbooked([_charge_step(fact), *_in_order(fact)]):""",
            )
        ],
        [
            "tests/payouts/events/test_converging.py::test_whoever_left_can_still_dispute",
        ],
    ),
    Mutant(
        "M9",
        "Who comes back from Stripe's page is credited.",
        [
            Change(
                "payouts/payments/views/paying.py",
                "        found = charging.fetch(found)\n",
                """\
        clearing = {chart.STRIPE_CLEARING: -found.amount}
        found = paying_in.arrived(found.key, clearing)
""",
            )
        ],
        [
            "tests/payouts/payments/test_payment_pages.py::test_the_return_address_credits_nothing",
        ],
    ),
    Mutant(
        "M10",
        "Each try to pay out has an idempotency key of its own.",
        [
            Change(
                "payouts/earnings/transferring.py",
                "            key=payout.key,\n",
                '            key=f"{payout.key}:{timezone.now():%s%f}",\n',
            )
        ],
        [f"{SENDING}::test_what_stripe_did_not_do_is_asked_again"],
    ),
    Mutant(
        "M11",
        "A payout whose answer was lost is asked for again without a look.",
        [
            Change(
                "payouts/earnings/transferring.py",
                "return _find(payout) if ours and",
                "return _transfer(payout) if ours and",
            )
        ],
        [f"{SENDING}::test_what_stripe_did_without_telling_is_found"],
    ),
    Mutant(
        "M12",
        "When Stripe's answer does not come the creator has the money back at once.",
        [
            Change(
                "payouts/earnings/transferring.py",
                """
    except asking.StripeRefused as refusal:
        return _refused(payout, refusal)
    return _settle(payout, fact)
""",
                """
    except asking.StripeRefused as refusal:
        return _refused(payout, refusal)
    except asking.NoAnswer:
        states.void(payout)
        return payout
    return _settle(payout, fact)
""",
            )
        ],
        [f"{SENDING}::test_what_stripe_did_without_telling_is_found"],
    ),
    Mutant(
        "M13",
        "What Stripe takes for a dispute is forgotten.",
        [
            Change(
                "payouts/returns/returning.py",
                """
    return {
        chart.STRIPE_CLEARING: -movement.net,
        chart.STRIPE_COST: -movement.fee,
    }
""",
                """
    return {chart.STRIPE_CLEARING: -movement.amount}
""",
            )
        ],
        [f"{RETURNING}::test_a_dispute_before_the_split_takes_what_was_not_spent"],
    ),
    Mutant(
        "M14",
        "A transfer that came back is booked as often as it is told.",
        [
            Change(
                "payouts/earnings/reversing.py",
                'return f"reversal:{reversal.stripe_id}"',
                'return f"reversal:{reversal.stripe_id}:{clock.now():%s%f}"',
            ),
        ],
        [f"{CRASHED_PAYOUTS}::test_a_reversal_crashed_anywhere_is_booked_once"],
    ),
    Mutant(
        "M15",
        "The days that a share is held are counted from the month, not from its close.",
        [
            Change(
                "payouts/close/maturing.py",
                "matured_at IS NULL AND matures_at <= flattr_clock()",
                "matured_at IS NULL AND flattr_month_start(period)"
                " + (matures_at - counted_from) <= flattr_clock()",
            )
        ],
        [
            "tests/payouts/close/test_maturing.py::test_a_lot_matures_when_its_days_are_over_and_not_before",
        ],
    ),
    Mutant(
        "M16",
        "Months are those of the operator's wall clock.",
        [
            Change(
                CLOCK,
                """
    SELECT (extract(year FROM moment AT TIME ZONE 'UTC') * 100
          + extract(month FROM moment AT TIME ZONE 'UTC'))::integer
""",
                """
    SELECT (extract(year FROM moment AT TIME ZONE 'Europe/Berlin') * 100
          + extract(month FROM moment AT TIME ZONE 'Europe/Berlin'))::integer
""",
            )
        ],
        ["tests/flattr/test_months.py::test_the_database_has_the_same_months"],
    ),
    Mutant(
        "M17",
        "Whoever is not suspended shows what they flattr, also without having wanted it.",
        [
            Change(
                "buttons/models/flattrs.py",
                "if not reader.shows_flattrs or reader.suspended_at is not None:",
                "if reader.suspended_at is not None:",
            )
        ],
        [
            "tests/buttons/things/test_feeds.py::test_what_alice_flattrs_is_shown_only_if_she_wants_it",
        ],
    ),
    Mutant(
        "M18",
        "A callback has to begin like a registered one.",
        [
            Change(
                "accounts/callbacks.py",
                "return asked in known or (",
                "return any(map(asked.startswith, known)) or (",
            )
        ],
        [
            "tests/accounts/oauth/test_oauth_attacks.py::test_another_callback_is_refused_without_a_redirect",
        ],
    ),
    Mutant(
        "M19",
        "When the limit of sign-ins is reached everybody gets in.",
        [
            Change(
                "accounts/signing_in/attempts.py",
                "                raise TooMany(key)\n",
                "                return []\n",
            )
        ],
        [
            "tests/accounts/signing_in/test_limits.py::test_an_account_is_tried_at_most_ten_times_an_hour",
            "tests/accounts/signing_in/test_limits.py::test_the_limits_hold_while_the_cache_is_away",
        ],
    ),
    Mutant(
        "M20",
        "A superuser may delete in the admin.",
        [
            Change(
                "flattr/staff/tables.py",
                """
    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
""",
                """
    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_superuser
""",
            )
        ],
        ["tests/admin/test_admin.py::test_a_superuser_can_look_and_not_touch"],
    ),
    Mutant(
        "M21",
        "Each month turns odd cents by a third of a round: of six creators three get none.",
        [
            Change(
                "flattr/split.py",
                "MULTIPLIER_OF_MONTH = 1640531527",
                "MULTIPLIER_OF_MONTH = 1431655765",
            ),
            Change(SPLIT, "* 1640531527)", "* 1431655765)"),
        ],
        [
            "tests/flattr/test_split.py::test_alice_s_odd_cents_come_to_all_her_creators_alike"
        ],
    ),
    Mutant(
        "M22",
        "An id, too, names first of all whoever has it for a username.",
        [
            Change(
                "buttons/things/submitting.py",
                "people.numbered(name) if by_id else people.named_or_numbered(name)",
                "people.named_or_numbered(name)",
            )
        ],
        [
            "tests/buttons/proofs/test_whose_id.py::test_a_link_that_gives_an_id_is_for_nobody_of_that_name",
        ],
    ),
    Mutant(
        "M23",
        "A month's gifts are taken back before its split.",
        [
            Change(
                "payouts/returns/apportioning.py",
                "return -self.period, -inf, 0",
                "return -self.period, inf, 0",
            )
        ],
        [
            "tests/payouts/gifts/test_gifts_in_the_trace.py::test_a_month_s_split_comes_before_its_gifts_and_these_before_the_month_before",
        ],
    ),
    Mutant(
        "M24",
        "A debit is as good as a card for whoever is trusted.",
        [
            Change(
                "payouts/close/sql/holds.sql",
                "AND d.credited_at > at - interval '56 days')",
                "AND d.credited_at > at - interval '7 days')",
            )
        ],
        [f"{HOLDS}::test_a_debit_credited_within_eight_weeks_is_held_longer"],
    ),
]

"""Who somebody is here, what they paid in and what they flattred."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from payouts.leaving.archive.archive_file import Table

TABLES = [
    Table(
        "you",
        _(
            "who you are here: your profile, your settings, your card or account as we know it"
        ),
        "SELECT p.id AS number, p.username, p.public_id, p.email, p.first_name,"
        " p.last_name, p.about, p.url, p.links, p.city, p.country, p.paper_address, p.vat_id,"
        " p.shows_flattrs, p.terms_version,"
        " p.mail_statement, p.mail_revenue, p.mail_paid_in,"
        " p.mail_renewal, p.mail_first, p.mail_gift, p.mail_gift_given,"
        " p.mail_reader_digest, p.mail_creator_digest,"
        " p.date_joined,"
        " p.last_login, p.suspended_at, p.suspension_reason, p.closing_at,"
        " b.credited_at AS first_paid_at, b.suspended_at AS budget_stopped_at,"
        " y.months AS months_paid_at_once, y.kept_as AS saved_method,"
        " y.last4 AS saved_last4, y.expires AS card_expires,"
        " y.mandate_id AS mandate, y.kept_at AS saved_at,"
        " s.country AS payout_country, s.is_complete AS payout_account_complete,"
        " s.missing AS payout_account_missing,"
        " (SELECT min(created_at) FROM mfa_authenticator m WHERE m.user_id = p.id)"
        " AS second_factor_since"
        " FROM person p LEFT JOIN budget b ON b.reader_id = p.id"
        " LEFT JOIN payer y ON y.reader_id = p.id"
        " LEFT JOIN stripe_account s ON s.creator_id = p.id WHERE p.id = %(person)s",
    ),
    Table(
        "addresses",
        _("your e-mail addresses, and one that you changed lately"),
        'SELECT email, verified, "primary", NULL::timestamptz AS left_at'
        " FROM account_emailaddress WHERE user_id = %(person)s"
        " UNION ALL SELECT email, true, false, left_at FROM former_address"
        " WHERE person_id = %(person)s ORDER BY left_at NULLS FIRST",
    ),
    Table(
        "budgets",
        _("what you decided to give a month, and from when on"),
        "SELECT period, amount FROM budget_amount WHERE reader_id = %(person)s"
        " ORDER BY period",
    ),
    Table(
        "payments",
        _("what you paid in"),
        "SELECT id, started_at, processing_at, paid_at, failed_at, failure, amount,"
        " currency, returned, method, paid_with, months, provider,"
        " 'charge:' || coalesce(stripe_id, key) AS reference"
        " FROM payment WHERE reader_id = %(person)s ORDER BY id",
    ),
    Table(
        "renewals",
        _("the months for which your budget was due for renewal"),
        "SELECT period, made_at, tries, announced_at AS debit_announced_at,"
        " announced_amount AS debit_announced, done_at, outcome FROM renewal"
        " WHERE reader_id = %(person)s ORDER BY period",
    ),
    Table(
        "refunds",
        _("what went back to you"),
        "SELECT id, payment_id, amount, currency, reason, made_at, done_at, failed_at,"
        " failure FROM refund WHERE reader_id = %(person)s ORDER BY id",
    ),
    Table(
        "disputes",
        _("payments that your bank took back"),
        "SELECT payment_id, amount, currency, reason, status, opened_at, closed_at"
        " FROM dispute WHERE reader_id = %(person)s ORDER BY opened_at",
    ),
    Table(
        "gifts",
        _("what you gave once"),
        "SELECT g.id, g.made_at, g.amount, g.fee, g.currency, g.state, g.period,"
        " g.given_at, g.ended_at, g.ending, g.payment_id, g.thing_id, t.url, t.title,"
        " CASE WHEN c.erased_at IS NULL THEN c.username ELSE 'somebody who left' END"
        " AS creator FROM gift g JOIN person c ON c.id = g.creator_id"
        " LEFT JOIN thing t ON t.id = g.thing_id WHERE g.reader_id = %(person)s"
        " ORDER BY g.id",
    ),
    Table(
        "flattrs",
        _("what you flattred"),
        "SELECT f.period, f.received_at, f.thing_id, t.url, t.title,"
        " CASE WHEN c.erased_at IS NULL THEN c.username ELSE 'somebody who left' END"
        " AS creator FROM flattr f"
        " JOIN thing t ON t.id = f.thing_id JOIN person c ON c.id = f.creator_id"
        " WHERE f.reader_id = %(person)s ORDER BY f.period, f.received_at",
    ),
    Table(
        "promises",
        _("flattrs of yours that wait for an author"),
        "SELECT p.period, p.promised_at, p.thing_id, t.url, t.title FROM promise p"
        " JOIN thing t ON t.id = p.thing_id WHERE p.reader_id = %(person)s ORDER BY p.id",
    ),
    Table(
        "subscriptions",
        _("what you flattr every month"),
        "SELECT s.created_at, s.started_at, s.paused_at, s.fired_period AS last_month,"
        " s.thing_id, t.url, t.title FROM subscription s"
        " JOIN thing t ON t.id = s.thing_id WHERE s.reader_id = %(person)s"
        " ORDER BY s.id",
    ),
    Table(
        "pasted_lists",
        _("the addresses that you pasted to see whom it would give to"),
        "SELECT l.id AS list, l.title AS list_title, l.asked_at, l.left_out, a.place,"
        " r.url, a.title, r.read_at FROM pasted l"
        " LEFT JOIN pasted_address a ON a.pasted_id = l.id"
        " LEFT JOIN reading r ON r.id = a.reading_id"
        " WHERE l.person_id = %(person)s ORDER BY l.id, a.place",
    ),
    Table(
        "months",
        _("your months that were closed: what each spent, and over how many creators"),
        "SELECT period, policy, spent, fee, currency, creators, reference FROM split"
        " WHERE reader_id = %(person)s ORDER BY period",
    ),
    Table(
        "statements",
        _("your statements, line by line"),
        "SELECT l.period, l.thing_id, t.url, t.title,"
        " CASE WHEN c.erased_at IS NULL THEN c.username ELSE 'somebody who left' END"
        " AS creator, l.amount FROM revenue_line l"
        " JOIN thing t ON t.id = l.thing_id JOIN person c ON c.id = l.creator_id"
        " WHERE l.reader_id = %(person)s ORDER BY l.period, l.creator_id, l.thing_id",
    ),
]

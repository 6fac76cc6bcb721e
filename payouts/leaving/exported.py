"""What an archive of somebody's data is made of: a query for each table.

Each takes the person's number as `%(person)s`. Nothing tells who gave to them, and no
time of what others did is finer than the month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the archive: its name, what is in it in plain words, its query."""

    name: str
    about: str | StrPromise
    query: str


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
    Table(
        "things",
        _("your things"),
        "SELECT id, old_id, url, title, description, category, language, tags, hidden,"
        " created_at, proved_at, proof, flattrs, flattrs_before, suspended_at,"
        " suspension_reason FROM thing WHERE owner_id = %(person)s ORDER BY id",
    ),
    Table(
        "pictures",
        _(
            "your picture and those of your things, each as a file in the folder pictures"
        ),
        "SELECT p.thing_id, t.url, p.source, p.made_at, p.taken_down_at,"
        " 'pictures/' || p.digest || '.webp' AS file FROM picture p"
        " LEFT JOIN thing t ON t.id = p.thing_id"
        " WHERE p.person_id = %(person)s OR t.owner_id = %(person)s ORDER BY p.id",
    ),
    Table(
        "pictures_sent",
        _("what you last sent or chose for each picture, and why it was refused"),
        "SELECT w.thing_id, t.url, w.url AS source, w.asked_at, w.due_at IS NOT NULL"
        " AS waits, w.refused, w.pattern_at FROM wanted_picture w"
        " LEFT JOIN thing t ON t.id = w.thing_id"
        " WHERE w.person_id = %(person)s OR t.owner_id = %(person)s ORDER BY w.id",
    ),
    Table(
        "proofs",
        _("how we verified that pages and hosts are yours"),
        "SELECT thing_id, host, kind, found_at, seen_at, lost_at, reason FROM proof"
        " WHERE person_id = %(person)s ORDER BY id",
    ),
    Table(
        "page_checks",
        _("pages that you asked us to check for your button, and what we saw"),
        "SELECT url, said, asked_at, answered_at, outcome, facts FROM page_check"
        " WHERE person_id = %(person)s ORDER BY id",
    ),
    Table(
        "revenue",
        _("what each of your things brought in each month"),
        "SELECT l.period, l.thing_id, t.url, t.title, count(*) AS flattrs,"
        " sum(l.amount)::bigint AS amount FROM revenue_line l"
        " JOIN thing t ON t.id = l.thing_id WHERE l.creator_id = %(person)s"
        " GROUP BY l.period, l.thing_id, t.url, t.title ORDER BY l.period, l.thing_id",
    ),
    Table(
        "gifts_to_you",
        _("what you were given once"),
        "SELECT g.period, g.amount - g.fee AS amount, g.currency, g.thing_id, t.url,"
        " t.title FROM gift g LEFT JOIN thing t ON t.id = g.thing_id"
        " WHERE g.creator_id = %(person)s AND g.state = 'given'"
        " ORDER BY g.period, g.thing_id, amount",
    ),
    Table(
        "held",
        _("how long your revenue was held, or is"),
        "SELECT period, CASE WHEN gift_id IS NOT NULL THEN 'a gift'"
        " WHEN hold = 'trusted' THEN 'readers of some time'"
        " WHEN hold = 'debit' THEN 'readers who pay by debit' ELSE 'newer readers' END AS from_whom, amount, taken, currency, matures_at, matured_at FROM lot"
        " WHERE creator_id = %(person)s ORDER BY period, id",
    ),
    Table(
        "invoices",
        _("our invoices to you over our fee, and credit notes"),
        "SELECT i.year || '-' || lpad(i.number::text, 6, '0') AS number, i.period,"
        " i.issued_at, c.year || '-' || lpad(c.number::text, 6, '0') AS corrects,"
        " i.gross - i.vat AS net, i.rate AS vat_in_hundredths_of_a_percent, i.vat, i.gross,"
        " i.currency, i.treatment, i.note, i.seller, i.seller_address, i.seller_vat_id,"
        " i.customer, i.customer_address, i.customer_vat_id,"
        " (SELECT jsonb_agg(jsonb_build_object('kind', l.kind, 'period', l.period,"
        "  'percent', l.percent, 'given', l.given, 'fee', l.fee) ORDER BY l.id)"
        "  FROM invoice_line l WHERE l.invoice_id = i.id) AS lines"
        " FROM invoice i LEFT JOIN invoice c ON c.id = i.corrects_id"
        " WHERE i.creator_id = %(person)s ORDER BY i.id",
    ),
    Table(
        "payouts",
        _("what was paid out to you"),
        "SELECT p.id, p.requested_at, p.run_period, p.amount, p.currency, p.state,"
        " CASE WHEN p.state = ANY(%(undone)s) THEN p.reason ELSE '' END AS reason,"
        " p.sent_at, p.transfer_id, d.country || '…' || d.last4 AS account FROM payout p"
        " JOIN destination d ON d.id = p.destination_id"
        " WHERE p.creator_id = %(person)s ORDER BY p.id",
    ),
    Table(
        "bank_accounts",
        _("the bank accounts you named for payouts, by their last four digits"),
        "SELECT holder, country, last4, made_at, usable_at, cancelled_at FROM destination"
        " WHERE creator_id = %(person)s ORDER BY id",
    ),
    Table(
        "ledger",
        _("the entries of your accounts in our books"),
        "SELECT t.period, CASE WHEN a.kind IN ('pending', 'revenue', 'debt')"
        "  AND t.kind IN ('refund', 'dispute', 'gift') THEN NULL ELSE t.occurred_at END"
        "  AS occurred_at,"
        " CASE WHEN a.kind NOT IN ('pending', 'revenue', 'debt') THEN t.reference"
        "  WHEN t.kind IN ('refund', 'dispute', 'gift') THEN t.kind"
        "  ELSE regexp_replace(t.reference, ':(reader|gift):[0-9]+$', '') END AS reference,"
        " a.kind AS account, e.amount, e.currency"
        " FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id"
        " JOIN ledger_transaction t ON t.book = e.book AND t.id = e.transaction_id"
        " WHERE a.owner_id = %(person)s ORDER BY 1, 3, 4, e.amount",
    ),
    Table(
        "reports",
        _("what you reported, and what was decided about you or your things"),
        "SELECT r.made_at, r.thing_id, r.reporter_id = %(person)s AS by_you, r.reason,"
        " CASE WHEN r.reporter_id = %(person)s THEN r.words ELSE '' END AS words,"
        " CASE WHEN r.reporter_id = %(person)s THEN r.answer ELSE '' END AS answer,"
        " r.decision, r.decided_at, r.explanation, r.appeal, r.appealed_at"
        " FROM report r LEFT JOIN thing t ON t.id = r.thing_id"
        " WHERE r.reporter_id = %(person)s OR (r.decided_at IS NOT NULL"
        "  AND (r.person_id = %(person)s OR t.owner_id = %(person)s)) ORDER BY r.id",
    ),
    Table(
        "sessions",
        _("the browsers you are signed in with"),
        "SELECT client, created_at, expire_date AS ends_at FROM session"
        " WHERE user_id = %(person)s ORDER BY created_at",
    ),
    Table(
        "mails",
        _("the e-mails we sent you"),
        "SELECT due_at, sent_at, template, facts AS subject FROM outbox"
        " WHERE person_id = %(person)s ORDER BY id",
    ),
    Table(
        "notices",
        _("what your pages told you of, and when you put it away"),
        "SELECT happened_at, put_away_at, kind, facts - 'creator' AS facts FROM notice"
        " WHERE person_id = %(person)s ORDER BY id",
    ),
    Table(
        "webhook",
        _("the address that your programs are told at, and of what"),
        "SELECT url, types, made_at, failing_since, off_at, why_off FROM hook"
        " WHERE person_id = %(person)s",
    ),
    Table(
        "events",
        _("what your webhook was told in the last month, and what it answered"),
        "SELECT e.uid AS id, e.type, e.data, e.happened_at, e.tries, e.tried_at,"
        " e.delivered_at, e.due_at AS next_try_at, e.answer FROM hook_event e"
        " JOIN hook h ON h.id = e.hook_id WHERE h.person_id = %(person)s ORDER BY e.id",
    ),
    Table(
        "log",
        _("what happened in your account, and from where you did it"),
        "SELECT at, action, CASE WHEN actor_id = %(person)s THEN 'you'"
        "  WHEN actor_id IS NULL THEN 'the platform' ELSE 'our staff' END AS who,"
        " subject, before, after,"
        " CASE WHEN action = 'person_suspended' OR actor_id = %(person)s THEN reason"
        "  ELSE '' END AS reason,"
        " CASE WHEN actor_id = %(person)s THEN host(ip) END AS address"
        " FROM audit WHERE subject IN (SELECT 'person:' || %(person)s"
        "  UNION ALL SELECT 'payout:' || id FROM payout WHERE creator_id = %(person)s"
        "  UNION ALL SELECT 'payment:' || id FROM payment WHERE reader_id = %(person)s"
        "  UNION ALL SELECT 'thing:' || id FROM thing WHERE owner_id = %(person)s"
        "  UNION ALL SELECT 'report:' || id FROM report"
        "   WHERE person_id = %(person)s OR reporter_id = %(person)s) ORDER BY id",
    ),
    Table(
        "access",
        _("the apps that may act for you, and the tokens that you made for yourself"),
        "SELECT coalesce(a.name, t.name) AS name, t.application_id IS NOT NULL AS app,"
        " t.scope, t.created AS since, t.last_used_at, l.most AS flattrs_a_month,"
        " l.gift_most AS gifts_a_month"
        " FROM access_token t LEFT JOIN application a ON a.id = t.application_id"
        " LEFT JOIN allowance l ON l.reader_id = t.user_id"
        " AND l.application_id = t.application_id"
        " WHERE t.user_id = %(person)s ORDER BY t.id",
    ),
    Table(
        "apps",
        _("the apps that you registered"),
        "SELECT name, website, description, platform, client_id, client_type,"
        " redirect_uris AS callbacks, created, updated"
        " FROM application WHERE user_id = %(person)s ORDER BY id",
    ),
]

# The files beside the tables: their names, as the table of pictures says them, and bodies.
FILES = """
    SELECT 'pictures/' || p.digest || '.webp', p.body FROM picture p
    LEFT JOIN thing t ON t.id = p.thing_id
    WHERE p.person_id = %(person)s OR t.owner_id = %(person)s ORDER BY p.id
"""

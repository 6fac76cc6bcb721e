"""What somebody makes, what it brought in and where that went."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from payouts.leaving.archive.archive_file import Table

TABLES = [
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
        "joint_checks",
        _("pages that may be yours and that you asked us to check together"),
        "SELECT t.id AS thing_id, t.url, c.asked_at, c.told_at FROM joint_check c"
        " JOIN thing t ON t.id = c.thing_id WHERE c.person_id = %(person)s ORDER BY t.id",
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
]

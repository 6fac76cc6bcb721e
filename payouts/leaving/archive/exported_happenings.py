"""What happened in an account: reports, sessions, mails, the webhook and apps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from payouts.leaving.archive.archive_file import Table

TABLES = [
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

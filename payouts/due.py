"""What is due, found in the database once a minute; every step may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog
from django.db import connection

from accounts import attempts, mail, sessions, tokens
from buttons import flattring, promising, reporting
from flattr import months
from payouts import budgeting, close, mailing, maturing, paying

log = structlog.get_logger(__name__)


def open_month() -> str:
    """Make room for the flattrs of this month and the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_open_month(flattr_period(flattr_clock()))")
    return ""


def close_months() -> str:
    """Close every month that is over, in order."""
    told = []
    while (period := close.due()) is not None:
        close.close_month(period)
        told.append(f"closed {months.show(period)}")
    return ", ".join(told)


def tell_of_closes() -> str:
    """After a close: who is covered for the month that runs now, and the mails."""
    told = 0
    for period in mailing.untold():
        budgeting.cover_month()
        told += mailing.write_mails(period)
    return f"wrote {told} mails about closed months" if told else ""


def mature_lots() -> str:
    """What was held long enough becomes the creators' to be paid."""
    lots = maturing.mature()
    return f"matured {lots} lots" if lots else ""


def look_again() -> str:
    """Before payouts are asked for: whether it is still theirs. A payout that waits
    is held when it is not."""
    again, held = paying.look_again(), paying.hold_unproved()
    told = [f"{again} pages to be looked at again"] if again else []
    if held:
        told.append(f"held {held} payouts for a lost proof")
    return ", ".join(told)


def ask_for_payouts() -> str:
    """Once a month, for every creator with ten euros or more."""
    asked = paying.monthly_run()
    return f"asked for {asked} payouts" if asked else ""


def keep_promises() -> str:
    """Flattrs that waited for an author who has come forward, or waited too long."""
    kept, lapsed = promising.keep_promises(), promising.lapse_promises()
    told = [f"kept {kept} promises"] if kept else []
    if lapsed:
        told.append(f"let {lapsed} promises lapse")
    return ", ".join(told)


def send_mails() -> str:
    """Mails that were written down and are due."""
    sent = mail.send_due()
    return f"sent {sent} mails" if sent else ""


def forget_old() -> str:
    """Drop what is kept only for a while: nonces of forms, failed tries, sessions,
    where reports came from."""
    flattring.prune_intents()
    reporting.forget_sources()
    attempts.prune()
    sessions.prune()
    tokens.prune()
    return ""


STEPS: list[Callable[[], str]] = [
    open_month,
    close_months,
    tell_of_closes,
    mature_lots,
    look_again,
    ask_for_payouts,
    keep_promises,
    send_mails,
    forget_old,
]


def take_all() -> Iterator[str]:
    """Take every step in order; what was done, in words, where anything was.

    A step that fails is logged and told, and does not keep the others from theirs;
    the next minute tries it again.
    """
    for step in STEPS:
        try:
            told = step()
        except Exception as failure:
            log.exception("step_failed", step=step.__name__)
            told = f"{step.__name__} failed: {failure}"
        if told:
            yield told

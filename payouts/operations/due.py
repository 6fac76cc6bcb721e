"""What is due, found in the database once a minute; every step may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog
from django.db import connection, transaction
from django.utils import timezone

from accounts.mail import outbox
from accounts.oauth import tokens
from accounts.signing_in import attempts, sessions
from buttons.abuse import reporting
from buttons.clicks import flattring, promising, subscribing
from buttons.rest import once
from flattr import months
from flattr.database import locks
from payouts.close import breaker, closing, inspecting, mailing, maturing, verifying
from payouts.earnings import monthly, transferring
from payouts.events import applying, reconciling
from payouts.leaving import departing
from payouts.models import Tick
from payouts.operations import sealing
from payouts.payments import budgeting, renewing
from payouts.returns import answering, blocking, refunding

log = structlog.get_logger(__name__)


def open_month() -> str:
    """Make room for the flattrs of this month and the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_open_month(flattr_period(flattr_clock()))")
    return ""


def check_ledger() -> str:
    """Every ten minutes: whether the ledger adds up."""
    inspecting.inspect_if_due()
    if why := breaker.tripped():
        return f"payouts and closes are stopped: {why}"
    return ""


def close_months(call_others: Callable[[int], None] = lambda _batches: None) -> str:
    """Close every month that is over, in order. Whoever begins one calls others, who
    share its batches; whoever fills the last one goes on."""
    told = []
    while (period := closing.due()) is not None:
        step = None
        for step in inspecting.close_steps(period, waits=False):
            if step.name == "begun":
                call_others(step.of)
        if step is None or step.name != "sealed":
            break  # Others are at it still.
        told.append(f"closed {months.show(period)}")
    return ", ".join(told)


def notify_of_closes() -> str:
    """After a close: who is covered for the month that runs now, and the mails."""
    told = 0
    for period in mailing.untold():
        budgeting.cover_month()
        with transaction.atomic():
            if locks.lock("mails about closes"):
                told += mailing.write_mails(period)
    return f"wrote {told} mails about closed months" if told else ""


def renew_budgets() -> str:
    """Charge those whose account does not cover the running month, once the month
    before is closed."""
    looked = renewing.renew()
    return f"looked at {looked} renewals" if looked else ""


def close_waiting() -> str:
    """Months of readers who waited for the decision on a dispute."""
    closed = blocking.close_waiting()
    return f"closed {closed} months that a dispute had kept open" if closed else ""


def remind_of_answers() -> str:
    """Staff, of banks that wait for an answer."""
    told = answering.remind()
    return f"reminded staff of {told} answers to banks" if told else ""


def send_refunds() -> str:
    """Refunds that wait for Stripe."""
    answered = refunding.send_refunds()
    return f"sent {answered} refunds" if answered else ""


def mature_lots() -> str:
    """What was held long enough becomes the creators' to be paid."""
    lots = maturing.mature()
    return f"matured {lots} lots" if lots else ""


def look_again() -> str:
    """Before payouts are asked for: whether it is still theirs. A payout that waits
    is held when it is not."""
    again, held = monthly.look_again(), monthly.hold_unproved()
    told = [f"{again} pages to be looked at again"] if again else []
    if held:
        told.append(f"held {held} payouts for a lost proof")
    return ", ".join(told)


def ask_for_payouts() -> str:
    """Once a month, for every creator with ten euros or more."""
    asked = monthly.monthly_run()
    return f"asked for {asked} payouts" if asked else ""


def send_payouts() -> str:
    """What Stripe pays: first whatever its answer is missing of, then what was
    approved."""
    known, sent = transferring.look_up_unknown(), transferring.send_approved()
    told = [f"found out about {known} payouts"] if known else []
    if sent:
        told.append(f"sent {sent} payouts")
    return ", ".join(told)


def keep_promises() -> str:
    """Flattrs that waited for an author who has come forward, or waited too long."""
    kept, lapsed = promising.keep_promises(), promising.lapse_promises()
    told = [f"kept {kept} promises"] if kept else []
    if lapsed:
        told.append(f"let {lapsed} promises lapse")
    return ", ".join(told)


def fire_subscriptions() -> str:
    """What readers flattr every month, once their budgets are open."""
    fired = subscribing.fire()
    return f"flattred {fired} things by subscription" if fired else ""


def act_on_events() -> str:
    """What Stripe told us, where the task that does it at once did not come to it."""
    done = applying.act()
    return f"acted on {done} words of Stripe's" if done else ""


def ask_for_events() -> str:
    """Once an hour: what Stripe told us and we did not hear."""
    found = reconciling.poll_hourly()
    return f"found {found} events that had not reached us" if found else ""


def reconcile() -> str:
    """Once a day: explain Stripe's balance from ours, to the cent."""
    report = reconciling.reconcile_nightly()
    if report is None or report.ok:
        return ""
    return f"found {len(report.unexplained)} lines at Stripe that nothing explains"


def let_go() -> str:
    """Accounts that were closed: what is left goes back, and then they are erased."""
    erased = departing.finish()
    return f"erased {erased} people who left" if erased else ""


def seal_days() -> str:
    """The days that are over, sealed for good."""
    made = sealing.seal_days()
    return f"sealed {made} days" if made else ""


def verify_seals() -> str:
    """Once a night: whether seals and digests still fit what they were made of."""
    return "verified seals and digests" if verifying.verify_if_due() else ""


def send_mails() -> str:
    """Mails that were written down and are due."""
    sent = outbox.send_due()
    return f"sent {sent} mails" if sent else ""


def forget_old() -> str:
    """Drop what is kept only for a while: nonces of forms, failed tries, sessions,
    where reports came from."""
    flattring.prune_intents()
    reporting.forget_sources()
    attempts.prune()
    sessions.prune()
    tokens.prune()
    once.prune()
    return ""


def note_tick() -> str:
    """That a tick came to its end: who watches sees when none does."""
    Tick.objects.update_or_create(one=True, defaults={"ended_at": timezone.now()})
    return ""


STEPS: list[Callable[[], str]] = [
    open_month,
    check_ledger,
    close_months,
    act_on_events,
    close_waiting,
    notify_of_closes,
    renew_budgets,
    mature_lots,
    send_refunds,
    look_again,
    ask_for_payouts,
    send_payouts,
    keep_promises,
    fire_subscriptions,
    let_go,
    ask_for_events,
    reconcile,
    remind_of_answers,
    seal_days,
    verify_seals,
    send_mails,
    forget_old,
    note_tick,
]


# What waits for one thing is taken by one worker, in order, and nothing else waits for
# it: for the database, for Stripe as it tells, as it is paid and as it pays. Closes and
# mails have tasks of their own.
LANES: dict[str, list[Callable[[], str]]] = {
    "books": [
        open_month,
        check_ledger,
        notify_of_closes,
        mature_lots,
        forget_old,
        note_tick,
    ],
    "seals": [seal_days, verify_seals],
    "events": [
        act_on_events,
        close_waiting,
        ask_for_events,
        reconcile,
        remind_of_answers,
    ],
    "charges": [renew_budgets],
    "payouts": [send_refunds, look_again, ask_for_payouts, send_payouts],
    "flattrs": [keep_promises, fire_subscriptions, let_go],
}


def run_all() -> Iterator[str]:
    """Run every step in order; what was done, in words, where anything was.

    A step that fails is logged and reported, and the others run all the same;
    the next minute tries it again.
    """
    for step in STEPS:
        if done := run(step):
            yield done


def run(step: Callable[[], str]) -> str:
    """Run one step; what was done, in words, empty where nothing was. One that lost
    its connection leaves a new one behind."""
    try:
        return step()
    except Exception as failure:
        log.exception("step_failed", step=step.__name__)
        connection.close_if_unusable_or_obsolete()
        return f"{step.__name__} failed: {failure}"

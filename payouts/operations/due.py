"""What is due, found in the database once a minute. Running a step again does no
harm."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.mail import notices, outbox
from accounts.oauth import tokens
from accounts.signing_in import attempts, sessions
from buttons.abuse import reporting
from buttons.anywhere import pasting
from buttons.clicks import flattring, promising, subscribing
from buttons.finding import trends
from buttons.hook import delivering
from buttons.pictures import taking_down
from buttons.proofs import joint_checks
from buttons.rest import once
from flattr import months
from flattr.database import locks
from flattr.money import plain
from payouts.close import breaker, closing, inspecting, mailing, maturing, verifying
from payouts.earnings import forecasts, monthly, transferring
from payouts.events import applying, reconciling
from payouts.gifts import handing_over
from payouts.invoices import invoicing
from payouts.leaving import departing
from payouts.models import Tick
from payouts.numbers import counting_months
from payouts.operations import rounds, sealing
from payouts.payments import budgeting, renewing
from payouts.payments.debits import lateness
from payouts.returns import answering, blocking, refunding
from payouts.winding import paying_back


def open_month() -> str:
    """Make room for the flattrs of this month and the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flattr_open_month(flattr_period(flattr_clock()))")
    return ""


def check_ledger() -> str:
    """Every ten minutes, check whether the ledger adds up."""
    inspecting.inspect_if_due()
    if why := breaker.tripped():
        return f"payouts and closes are stopped: {why}"
    return ""


def close_months(call_others: Callable[[int], None] = lambda _batches: None) -> str:
    """Close every month that is over, in order. The worker that begins a close calls
    others to share its batches; the one that fills the last batch finishes the close."""
    told = []
    while (period := closing.due()) is not None:
        step = None
        for step in inspecting.close_steps(period, waits=False):
            if step.name == "begun":
                call_others(step.of)
        if step is None or step.name != "sealed":
            break  # Other workers still hold batches.
        told.append(f"closed {months.show(period)}")
    return ", ".join(told)


def notify_of_closes() -> str:
    """After a close: cover the running month where the money suffices; write the mails."""
    told = 0
    for period in mailing.untold():
        budgeting.cover_month()
        with transaction.atomic():
            if locks.lock("mails about closes"):
                told += mailing.write_mails(period)
    return f"wrote {told} mails about closed months" if told else ""


def make_invoices() -> str:
    """After a close: write the invoices over our fee, before the mail that names them."""
    made = invoicing.make_due()
    return f"wrote {made} invoices and credit notes" if made else ""


def make_figures() -> str:
    """After a close, and once a night: make the figures that everybody may see."""
    made = counting_months.make_due()
    counting_months.count_tonight()
    told = ", ".join(months.show(period) for period in made)
    return f"made the figures of {told}" if told else ""


def make_rounds() -> str:
    """Once a night and once in mid-month: write the mails that nothing in particular
    brings about."""
    made = rounds.make_due()
    return f"wrote the mails of {', '.join(made)}" if made else ""


def renew_budgets() -> str:
    """Charge readers whose money does not cover the running month, once the month
    before is closed."""
    looked = renewing.renew()
    return f"processed {looked} renewals" if looked else ""


def ask_about_late_debits() -> str:
    """Tell staff of debits that banks have worked on for longer than they may."""
    late = lateness.report()
    return f"told staff of {late} debits that are late" if late else ""


def close_waiting() -> str:
    """Close the months of readers whose dispute has been decided."""
    closed = blocking.close_waiting()
    return f"closed {closed} months that a dispute had kept open" if closed else ""


def remind_of_answers() -> str:
    """Remind staff of banks that wait for an answer."""
    told = answering.remind()
    return f"reminded staff of {told} answers due to banks" if told else ""


def send_refunds() -> str:
    """Ask Stripe for the refunds that wait."""
    answered = refunding.send_refunds()
    return f"sent {answered} refunds" if answered else ""


def mature_lots() -> str:
    """Release shares whose hold is over."""
    lots = maturing.mature()
    return f"released {lots} lots" if lots else ""


def hand_over_gifts() -> str:
    """Give the gifts whose hour is over; undo or drop those that come to nothing."""
    gifts = handing_over.hand_over()
    return f"moved {gifts} gifts on" if gifts else ""


def look_again() -> str:
    """Before payouts are requested: check that creators still own their pages. A payout
    of one who does not is held."""
    again, held = monthly.look_again(), monthly.hold_unproved()
    told = [f"{again} pages to be checked again"] if again else []
    if held:
        told.append(f"held {held} payouts for a lost proof")
    return ", ".join(told)


def ask_for_payouts() -> str:
    """Once a month: request a payout for every creator with ten euros or more."""
    asked = monthly.monthly_run()
    return f"requested {asked} payouts" if asked else ""


def send_payouts() -> str:
    """Payouts by Stripe: first look up those whose answer is missing, then send the
    approved ones."""
    known, sent = transferring.look_up_unknown(), transferring.send_approved()
    told = [f"looked up {known} payouts"] if known else []
    if sent:
        told.append(f"sent {sent} payouts")
    return ", ".join(told)


def pay_everybody_back() -> str:
    """While the platform winds down: write to everybody, send back what was not spent,
    and request payouts of what was earned."""
    done = paying_back.go_on()
    told = [f"wrote {done.told} mails about the end"] if done.told else []
    if done.back:
        told.append(f"sent back {plain(done.back)} that was not spent")
    if done.asked:
        told.append(f"requested {done.asked} payouts")
    return ", ".join(told)


def keep_promises() -> str:
    """Keep promises whose author has come forward; let those lapse that waited too long."""
    kept = 0 if budgeting.winds_down() else promising.keep_promises()
    lapsed = promising.lapse_promises()
    told = [f"kept {kept} promises"] if kept else []
    if lapsed:
        told.append(f"let {lapsed} promises lapse")
    return ", ".join(told)


def fire_subscriptions() -> str:
    """Flattr what readers subscribed to, once their budgets are open."""
    fired = 0 if budgeting.winds_down() else subscribing.fire()
    return f"flattred {fired} things by subscription" if fired else ""


def act_on_events() -> str:
    """Apply Stripe events that the task which applies them at once has not applied."""
    done = applying.act()
    return f"applied {done} Stripe events" if done else ""


def ask_for_events() -> str:
    """Once an hour: fetch Stripe events that did not reach us."""
    found = reconciling.poll_hourly()
    return f"found {found} Stripe events that had not reached us" if found else ""


def reconcile() -> str:
    """Once a day: explain Stripe's balance from our ledger, to the cent."""
    report = reconciling.reconcile_nightly()
    if report is None or report.ok:
        return ""
    return f"found {len(report.unexplained)} unexplained lines at Stripe"


def let_go() -> str:
    """Accounts that were closed: send back what is left, then erase them."""
    erased = departing.finish()
    return f"erased {erased} people who left" if erased else ""


def seal_days() -> str:
    """Seal the days that are over."""
    made = sealing.seal_days()
    return f"sealed {made} days" if made else ""


def verify_seals() -> str:
    """Once a night: check that seals and digests still fit what they were made of."""
    return "verified seals and digests" if verifying.verify_if_due() else ""


def make_forecasts() -> str:
    """Once a night from the 25th on: compute what creators would get if the month ended
    now."""
    made = forecasts.make_if_due()
    return f"made forecasts for {made} creators" if made else ""


def make_trends() -> str:
    """Once an hour: count how many people flattr what."""
    made = trends.make_if_due()
    return f"counted the readers of {made} things and creators" if made else ""


def send_mails() -> str:
    """Send the mails that are due."""
    sent = outbox.send_due()
    return f"sent {sent} mails" if sent else ""


def switch_off_hooks() -> str:
    """Switch off the webhooks that accepted nothing for a week."""
    off = delivering.switch_off_silent()
    return f"switched off {off} webhooks" if off else ""


def forget_old() -> str:
    """Delete what is stored only for a while: nonces of forms, failed tries, sessions,
    notices, events, pasted lists, checks of what may be somebody's, former addresses, where
    reports came from, pictures that were taken down."""
    flattring.prune_intents()
    reporting.forget_sources()
    reporting.forget_addresses()
    taking_down.forget_old()
    outbox.forget_addresses()
    attempts.prune()
    audit.forget_former_addresses()
    sessions.prune()
    notices.prune()
    delivering.forget_old()
    tokens.prune()
    once.prune()
    pasting.prune()
    joint_checks.prune()
    return ""


def forget_flattrs() -> str:
    """Delete who flattred what in months that were closed long ago, one at a time."""
    period = closing.forget_month()
    return f"forgot the flattrs of {months.show(period)}" if period else ""


def note_tick() -> str:
    """Record that a tick came to its end, so that monitoring sees when none does."""
    Tick.objects.update_or_create(one=True, defaults={"ended_at": timezone.now()})
    return ""

"""In which order what is due is done, and by which worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog
from django.db import connection

from payouts.operations import due

log = structlog.get_logger(__name__)

STEPS: list[Callable[[], str]] = [
    due.open_month,
    due.check_ledger,
    due.close_months,
    due.act_on_events,
    due.close_waiting,
    due.make_invoices,
    due.notify_of_closes,
    due.make_rounds,
    due.renew_budgets,
    due.ask_about_late_debits,
    due.hand_over_gifts,
    due.mature_lots,
    due.pay_everybody_back,
    due.send_refunds,
    due.look_again,
    due.ask_for_payouts,
    due.send_payouts,
    due.keep_promises,
    due.fire_subscriptions,
    due.let_go,
    due.ask_for_events,
    due.reconcile,
    due.remind_of_answers,
    due.make_figures,
    due.seal_days,
    due.verify_seals,
    due.make_forecasts,
    due.make_trends,
    due.switch_off_hooks,
    due.send_mails,
    due.forget_old,
    due.forget_flattrs,
    due.note_tick,
]


# Each lane has one worker that runs its steps in order, so that a slow database or a slow
# Stripe holds up its own lane only. Closes and mails have tasks of their own.
LANES: dict[str, list[Callable[[], str]]] = {
    "books": [
        due.open_month,
        due.check_ledger,
        due.make_invoices,
        due.notify_of_closes,
        due.make_rounds,
        due.hand_over_gifts,
        due.mature_lots,
        due.switch_off_hooks,
        due.forget_old,
        due.note_tick,
    ],
    "seals": [
        due.make_figures,
        due.seal_days,
        due.verify_seals,
        due.make_forecasts,
        due.make_trends,
        due.forget_flattrs,
    ],
    "events": [
        due.act_on_events,
        due.close_waiting,
        due.ask_for_events,
        due.reconcile,
        due.remind_of_answers,
    ],
    "charges": [due.renew_budgets, due.ask_about_late_debits],
    "payouts": [
        due.pay_everybody_back,
        due.send_refunds,
        due.look_again,
        due.ask_for_payouts,
        due.send_payouts,
    ],
    "flattrs": [due.keep_promises, due.fire_subscriptions, due.let_go],
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

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from flattr.database import clock
from flattr.templatetags.flattr import money, month
from flattr.web.refusals import Refusal
from payouts.models import RunningMonth, WindingDown
from payouts.operations import due, lanes
from payouts.winding import beginning, payback_plan, waiting_for
from payouts.winding.payback_plan import Plan

STEPS = [
    due.check_ledger,
    due.close_months,
    due.mature_lots,
    due.hand_over_gifts,
    due.pay_everybody_back,
    due.send_refunds,
    due.send_payouts,
]


class Command(BaseCommand):
    help = (
        "Wind the platform down: nothing new is flattred or paid in, what is not spent"
        " goes back, and what was earned is paid out. It may be run again at any time,"
        " and the tick goes on in between. Exit 0 when everybody is paid, else 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--dry-run", action="store_true", help="show who gets what; change nothing"
        )
        what.add_argument(
            "--really", action="store_true", help="begin, or go on where it was"
        )
        what.add_argument(
            "--stop", action="store_true", help="go on after all, until money goes back"
        )
        parser.add_argument(
            "--running-month",
            choices=RunningMonth.values,
            help="close: paid for as every month; give_back: it pays nothing",
        )
        parser.add_argument(
            "--as", dest="staff", help="who of staff decides it, by username"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["stop"]:
                self.stop(options)
            elif options["dry_run"]:
                self.show_plan(options["running_month"] or "")
            elif not self.go_on(options):
                sys.exit(1)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def stop(self, options: dict[str, Any]) -> None:
        beginning.stop(self.staff(options["staff"]))
        self.stdout.write("Stopped. Whoever was written to is written to again.")

    def staff(self, name: str | None) -> User:
        found = User.objects.with_login(name) if name else None
        if found is None:
            raise CommandError("Say who of staff decides it: --as USERNAME.")
        return found

    # --- The plan

    def show_plan(self, running_month: str) -> None:
        begun = WindingDown.objects.running()
        if begun is None and not running_month:
            raise CommandError(
                "Choose what becomes of the running month: --running-month close (it is"
                " paid for as every month) or give_back (it pays nothing)."
            )
        plan = payback_plan.plan(running_month)
        write = self.stdout.write
        write(f"{clock.now():%Y-%m-%d %H:%M} UTC. Nothing is changed by --dry-run.")
        self.show_amounts(plan, begun.period if begun else clock.period())
        self.show_stuck(plan)
        owed = waiting_for.owed()
        if plan.everything != owed:
            raise CommandError(
                f"The ledger holds {money(owed)} of other people's money, and"
                f" {money(plan.everything)} of it is explained here."
            )
        write(f"Explained: all of the {money(owed)} that the ledger owes to people.")

    def show_amounts(self, plan: Plan, period: int) -> None:
        self.row(f"Readers, not spent ({len(plan.readers)})", plan.means)
        self.row(f"  paid for {month(period)} when it is closed", plan.spent)
        self.row("  for months that are over and not closed", plan.stays)
        self.row("  goes back to where it came from", plan.back)
        self.row("  cannot go back", sum(one.left for one in plan.readers))
        self.row("Refunds that wait for Stripe", plan.refunds)
        self.row("Gifts that are not given yet, and undone", plan.gifts)
        last = f", until {plan.until:%Y-%m-%d} at the latest" if plan.until else ""
        self.row(f"Creators, held{last}", plan.held)
        self.row("Creators, ready to be paid out", plan.ready)
        self.row("  cannot be paid", sum(one.left for one in plan.creators))
        self.row("Payouts on their way", plan.on_its_way)
        self.row("Owed by creators after disputes", plan.owed)

    def row(self, name: str, amount: int) -> None:
        self.stdout.write(f"{name:<56}{money(amount):>16}")

    def show_stuck(self, plan: Plan) -> None:
        if not plan.cannot:
            return
        self.stdout.write("Cannot be paid as things are:")
        names = dict(
            User.objects.filter(
                pk__in=[line.person for line in plan.cannot]
            ).values_list("pk", "username")
        )
        for line in plan.cannot:
            self.stdout.write(
                f"  {names[line.person]:<30}{money(line.amount):>14}  {line.in_words}"
            )

    # --- Doing it

    def go_on(self, options: dict[str, Any]) -> bool:
        """Whether everybody is paid."""
        begun = WindingDown.objects.running() or self.begin(options)
        chosen = options["running_month"]
        if chosen and chosen != begun.running_month:
            raise CommandError(
                f"It was begun with --running-month {begun.running_month}."
            )
        while sum(map(self.run, STEPS)):
            pass
        begun.refresh_from_db()
        plan = payback_plan.plan()
        waits = waiting_for.sentences(plan, begun)
        if not waits:
            self.stdout.write("Everybody is paid. Nothing of other people's is here.")
            return True
        self.show_stuck(plan)
        self.stdout.write("It waits; the tick goes on, and this may be run again:")
        for sentence in waits:
            self.stdout.write(f"  {sentence}")
        return False

    def run(self, step: Any) -> bool:
        """Run a step and say what it did; whether it did anything."""
        done = lanes.run(step)
        if done:
            self.stdout.write(done)
        return bool(done) and step is not due.check_ledger and "failed:" not in done

    def begin(self, options: dict[str, Any]) -> WindingDown:
        staff = self.staff(options["staff"])
        chosen = options["running_month"]
        if not chosen:
            raise CommandError("Say --running-month close or give_back.")
        self.show_plan(chosen)
        self.stdout.write(
            f"Type {settings.OPERATOR_NAME} to begin. From then on nobody flattrs or pays"
            " in here, and everybody is written to:"
        )
        if sys.stdin.readline().strip() != settings.OPERATOR_NAME:
            raise CommandError("That is not the platform's name. Nothing was changed.")
        return beginning.begin(staff, chosen)

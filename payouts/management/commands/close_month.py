from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from flattr import money, months
from payouts.close import closing, inspecting
from payouts.models import Close, CloseProblem


class Command(BaseCommand):
    help = "Close a month that is over: split each budget and write the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", help="the month, like 2026-10")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = months.parse(options["month"])
            worked = False
            for step in inspecting.close_steps(period):
                worked = True
                self.progress(step)
        except (
            months.NotAMonth,
            closing.MonthRefused,
            closing.LedgerStopped,
        ) as refusal:
            raise CommandError(str(refusal)) from refusal
        done = Close.objects.get(period=period)
        if not worked:
            self.stdout.write(
                f"{options['month']} was closed on {done.closed_at:%Y-%m-%d %H:%M} UTC;"
                " there is nothing to do."
            )
        self.summary(done)

    def progress(self, step: closing.Step) -> None:
        count = f" {step.done} of {step.of} batches" if step.done else ""
        self.stdout.write(f"{step.name}{count}")

    def summary(self, done: Close) -> None:
        aside = CloseProblem.objects.filter(period=done.period, closed_at=None).count()
        write = self.stdout.write
        write(
            f"month    {months.show(done.period)} ({done.policy}, fee {done.fee_percent} %)"
        )
        write(f"readers  {done.readers}, set aside {aside}")
        write(f"creators {done.creators}, flattrs {done.flattrs}, shares {done.shares}")
        write(f"spent    {money.plain(done.spent)} {done.currency}")
        write(f"fee      {money.plain(done.fee)} {done.currency}")
        write(f"digest   {done.digest}")

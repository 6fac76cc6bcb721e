from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from flattr.templatetags.flattr import money
from payouts.events import reconciling
from payouts.events.comparing import Line, Report
from payouts.gateway import asking


class Command(BaseCommand):
    help = (
        "Find what Stripe told us and we did not hear, act on it, and explain Stripe's "
        "balance from the ledger to the cent. Exit 1 when something is unexplained."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = reconciling.reconcile_now()
        except asking.NoAnswer as silence:
            raise CommandError(f"Stripe did not answer: {silence}") from silence
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2))
        else:
            self.show(report)
        if not report.ok:
            sys.exit(1)

    def show(self, report: Report) -> None:
        self.row("Available at Stripe", report.available)
        self.row("Pending at Stripe", report.pending)
        self.row("The ledger's stripe_clearing", report.clearing)
        self.row("Difference", report.difference)
        self.lines("On its way", report.in_flight)
        self.lines("Unexplained", report.unexplained)
        self.stdout.write(f"\nBalance transactions seen: {report.movements}")
        self.stdout.write(f"Events that had not reached us: {report.found_events}")

    def row(self, name: str, amount: int) -> None:
        self.stdout.write(f"{name:<32}{money(amount):>16}")

    def lines(self, title: str, lines: list[Line]) -> None:
        self.stdout.write(f"\n{title}: {len(lines)}")
        for line in lines:
            self.stdout.write(
                f"  {line.reference:<44}{money(line.difference):>14}"
                f"  since {line.since:%Y-%m-%d %H:%M}, {line.why}"
            )

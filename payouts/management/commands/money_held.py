from __future__ import annotations

import csv
from datetime import UTC, date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from flattr.database import clock
from payouts.operations import held_by_day

LATELY = timedelta(days=30)


class Command(BaseCommand):
    help = (
        "Say how much of other people's money was held at the end of each day, UTC,"
        " against the balance at Stripe, with each cent of the difference."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", help="the first day, 2026-11-01")
        parser.add_argument("--to", dest="last", help="the last day; today")
        parser.add_argument("--csv", action="store_true", help="for a spreadsheet")

    def handle(self, *args: Any, **options: Any) -> None:
        last = self.day(options["last"]) or clock.now().astimezone(UTC).date()
        first = self.day(options["first"]) or last - LATELY
        if first > last:
            raise CommandError("The first day is after the last.")
        days = held_by_day.days(first, last)
        rows = [held_by_day.COLUMNS, *map(held_by_day.cells, days)]
        if options["csv"]:
            csv.writer(self.stdout, lineterminator="\n").writerows(rows)
            return
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            told = (text.rjust(width) for text, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(told))

    def day(self, typed: str | None) -> date | None:
        try:
            return date.fromisoformat(typed) if typed else None
        except ValueError as refusal:
            raise CommandError(f"{typed} is not a day like 2026-11-01.") from refusal

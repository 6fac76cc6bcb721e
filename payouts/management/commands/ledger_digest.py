from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from flattr import months
from payouts.ledger import checks


class Command(BaseCommand):
    help = "The digest of the whole ledger, or of one month's close."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", nargs="?", help="the month, like 2026-10")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            period = months.parse(options["month"]) if options["month"] else None
        except months.NotAMonth as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(checks.digest(period))

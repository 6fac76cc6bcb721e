from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from buttons import importing
from buttons.legacy import revenue_reports
from flattr import money, months


class Command(BaseCommand):
    help = "Register the things of a monthly report that the first Flattr wrote."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the report, a CSV file")
        parser.add_argument(
            "--owner", required=True, help="the username of whose things they are"
        )
        parser.add_argument(
            "--sample",
            default="",
            help='marks what is not real here, like "sample data of 2013"',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            owner = User.objects.named(options["owner"])
            lines = revenue_reports.read_report(file.read_bytes())
            done = importing.register_report(lines, owner, options["sample"])
        except User.DoesNotExist:
            raise CommandError(f"There is nobody named {options['owner']}.") from None
        except OSError as failure:
            raise CommandError(f"{file}: {failure.strerror}.") from failure
        except revenue_reports.BadReport as refusal:
            raise CommandError(f"{file}, {refusal}. Nothing was imported.") from refusal
        self.report(lines, owner, done)

    def report(
        self, lines: list[revenue_reports.Line], owner: User, done: importing.Registered
    ) -> None:
        for number in done.replaced:
            self.stdout.write(
                f"Number {number} leads nowhere now: its page has another number here."
            )
        if not done.made and not done.changed:
            self.stdout.write(
                f"All {len(lines)} things are there already; there is nothing to do."
            )
            return
        clicks = sum(line.clicks for line in lines)
        revenue = money.plain(sum(line.revenue for line in lines))
        self.stdout.write(
            f"{months.show(lines[0].period)}: {len(lines)} things of {owner.username},"
            f" {clicks} clicks, {revenue} of revenue back then. Made {done.made},"
            f" brought up to date {done.changed}, known {done.known}."
        )

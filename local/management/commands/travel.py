from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from flattr.database import clock
from local.travelling import TravelRefused, destination, travel


class Command(BaseCommand):
    help = "Move the platform's clock (local mode): +2d, 2026-12-01, now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", help="+2d, -3h, 2026-12-01, 2026-12-01T00:05 or now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            there = travel(destination(options["to"], clock.now()))
        except TravelRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"It is {there:%Y-%m-%d %H:%M} UTC now. A month that is over closes within"
            " a minute."
        )

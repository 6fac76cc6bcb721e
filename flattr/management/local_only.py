"""Commands of local mode: a real platform refuses them in one sentence.

Where `local` is installed its own commands of the same names are found first.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class LocalOnly(BaseCommand):
    """Takes whatever words the real command takes, and refuses with `why`."""

    why: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="*")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(self.why)

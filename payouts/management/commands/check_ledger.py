from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from payouts.close import inspecting


class Command(BaseCommand):
    help = (
        "Check whether the ledger keeps its promises, and say what is wrong, what that"
        " means and where. Exit 0 when all is in order, else 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        found = inspecting.inspect(whole=True)
        broken = {wrong: places for wrong, places in found.items() if places}
        if options["json"]:
            answer = {"ok": not broken, "checks": len(found), "broken": broken}
            self.stdout.write(json.dumps(answer, indent=2))
        else:
            self.stdout.write(inspecting.in_words(found))
        if broken:
            sys.exit(1)

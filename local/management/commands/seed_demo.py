from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from local import demo, sign_ins, waiting


class Command(BaseCommand):
    help = "Make the demo's people, things and closed months (local mode)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            waiting.wait_for_up()
        except waiting.NotMigrated as missing:
            raise CommandError(
                "The database has no tables yet. `run.py up` makes them and the demo, or"
                " make them first by `run.py manage migrate`."
            ) from missing
        if not demo.is_there():
            if User.objects.exists():
                raise CommandError(
                    "There are people here already; start the demo from an empty state"
                    " (--state with a new directory)."
                )
            demo.make()
        told = sign_ins.describe()
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        for role, person in told["users"].items():
            self.stdout.write(f"{role:8} {person['email']}  {person['password']}")

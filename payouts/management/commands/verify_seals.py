from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payouts.ledger import seals
from payouts.ledger.models import Seal


class Command(BaseCommand):
    help = "Compute the ledger's daily seals again: JSON, exit 0 or 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="since", help="the first day, like 2026-10-01"
        )
        parser.add_argument("--seal", help="one from a mail, to be found in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        found = seals.verify(day(options["since"]))
        broken = dict(found.broken)
        told: dict[str, Any] = {"ok": True, "seals": found.seals, "broken": broken}
        if found.last:
            told |= {"last": f"{found.last.day}", "seal": found.last.seal}
        if options["seal"]:
            told["sealed"] = day_of(options["seal"])
            if told["sealed"] is None:
                broken[options["seal"]] = (
                    "no day has this seal: since it was made the seals were written anew,"
                    " or it is of another platform"
                )
        if broken:
            told |= {"ok": False, "first": next(iter(broken))}
        self.stdout.write(json.dumps(told, indent=2))
        if broken:
            sys.exit(1)


def day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise CommandError(f"{text!r} is not a day like 2026-10-01.") from wrong


def day_of(seal: str) -> str | None:
    """The day that has a seal, however it was copied out of a mail."""
    written = "".join(seal.split()).lower()
    found = Seal.objects.filter(seal=written).first()
    return f"{found.day}" if found else None

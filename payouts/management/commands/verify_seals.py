from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payouts.close import verifying
from payouts.ledger import seals
from payouts.ledger.models import Seal
from payouts.models import Close


class Command(BaseCommand):
    help = "Compute the daily seals and the closes' digests again: JSON, exit 0 or 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from",
            dest="since",
            help="seals alone, from a day like 2026-10-01; payouts do not wait for it",
        )
        parser.add_argument("--seal", help="one from a mail, to be found in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        told: dict[str, Any] = {"ok": True}
        if since := day(options["since"]):
            found = seals.verify(since)
            told["seals"], broken = found.seals, dict(found.broken)
        else:
            broken = dict(verifying.verify_all().broken)
            told["seals"] = Seal.objects.count()
            told["closes"] = Close.objects.exclude(digest="").count()
        told["broken"] = broken
        if last := Seal.objects.order_by("-day").first():
            told |= {"last": f"{last.day}", "seal": last.seal}
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

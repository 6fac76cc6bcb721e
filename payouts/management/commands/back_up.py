from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import audit
from payouts.operations import backups, drills, pg_programs

HOUR = 3  # UTC, when most readers sleep
AGAIN_SECONDS = 3600


class Command(BaseCommand):
    help = (
        "Dump the whole database into a folder, as the owner, with the ledger's digest "
        "beside it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where dumps are kept")
        parser.add_argument(
            "--keep", type=int, default=14, metavar="N", help="dumps kept (14)"
        )
        parser.add_argument(
            "--nightly", action="store_true", help="make one now and each night"
        )
        parser.add_argument(
            "--drill",
            action="store_true",
            help="load each dump on the server of FLATTR_DRILL_URL and compare",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 1:
            raise CommandError("--keep must be 1 or more.")
        try:
            if options["nightly"]:
                self.stay(options)
            self.make(options)
        except (pg_programs.BackupFailed, ImproperlyConfigured) as failure:
            raise CommandError(str(failure)) from failure

    def stay(self, options: dict[str, Any]) -> None:
        """The first at once, so that there is one before the first night."""
        while True:
            wait = seconds_to_night(timezone.now())
            try:
                self.make(options)
            except pg_programs.BackupFailed as failure:
                self.stderr.write(f"{failure} The next try is in an hour.")
                wait = min(wait, AGAIN_SECONDS)
            time.sleep(wait)

    def make(self, options: dict[str, Any]) -> None:
        began = time.monotonic()
        dump = backups.make(options["folder"])
        size = dump.stat().st_size / 1_000_000
        self.stdout.write(f"{dump}: {size:.1f} MB in {time.monotonic() - began:.1f} s")
        if options["drill"]:
            self.drill(dump)
        facts = {"megabytes": round(size, 1), "tried_out": options["drill"]}
        audit.note(None, "backup_made", "backup", after=facts)
        for old in backups.prune(options["folder"], options["keep"]):
            self.stdout.write(f"{old} removed")

    def drill(self, dump: Path) -> None:
        began = time.monotonic()
        drill = drills.drill(dump)
        if drill.wrong:
            raise pg_programs.BackupFailed(" ".join(drill.wrong))
        self.stdout.write(
            f"{dump}: loaded and compared in {time.monotonic() - began:.1f} s,"
            f" digest {drill.digest}"
        )


def seconds_to_night(now: datetime) -> float:
    night = now.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if night <= now:
        night += timedelta(days=1)
    return (night - now).total_seconds()

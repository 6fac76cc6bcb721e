from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import audit
from payouts.operations import (
    backups,
    drills,
    dump_files,
    pg_programs,
    picture_backups,
)

HOUR = 3  # UTC, when most readers sleep
AGAIN_SECONDS = 3600


class Command(BaseCommand):
    help = (
        "Dump the database into a folder, as the owner, with the ledger's digest beside "
        "it; the pictures of people and things apart."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where dumps are kept")
        parser.add_argument(
            "--keep",
            type=int,
            default=backups.KEPT,
            metavar="N",
            help=f"dumps kept ({backups.KEPT})",
        )
        parser.add_argument(
            "--pictures", action="store_true", help="copy the pictures, too"
        )
        parser.add_argument(
            "--keep-pictures", type=int, default=3, metavar="N", help="copies kept (3)"
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
        for number in ("keep", "keep_pictures"):
            if options[number] < 1:
                name = number.replace("_", "-")
                raise CommandError(f"--{name} must be 1 or more.")
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
        folder: Path = options["folder"]
        dump, size = self.timed(backups.make, folder)
        facts = {"megabytes": size, "tried_out": options["drill"]}
        copy = None
        if options["pictures"]:
            copy, facts["megabytes_of_pictures"] = self.timed(
                picture_backups.make, folder
            )
        if options["drill"]:
            self.drill(dump, copy)
        audit.note(None, "backup_made", "backup", after=facts)
        old = dump_files.prune(folder, backups.PATTERN, options["keep"])
        if copy is not None:
            kept = options["keep_pictures"]
            old += dump_files.prune(folder, picture_backups.PATTERN, kept)
        for path in old:
            self.stdout.write(f"{path} removed")

    def timed(self, make: Callable[[Path], Path], folder: Path) -> tuple[Path, float]:
        """What was made, and its size in megabytes."""
        began = time.monotonic()
        made = make(folder)
        size = round(made.stat().st_size / 1_000_000, 1)
        self.stdout.write(f"{made}: {size} MB in {time.monotonic() - began:.1f} s")
        return made, size

    def drill(self, dump: Path, pictures: Path | None) -> None:
        began = time.monotonic()
        drill = drills.drill(dump, pictures=pictures)
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

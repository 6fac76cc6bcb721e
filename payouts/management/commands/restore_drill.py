from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payouts.operations import (
    backups,
    drills,
    dump_files,
    pg_programs,
    picture_backups,
)

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class Command(BaseCommand):
    help = (
        "Load a dump into a new database on the server of FLATTR_DRILL_URL, compare the "
        "ledger's digest with the one kept beside the dump, and look whether the ledger "
        "and its seals are in order there. JSON, exit 0 or 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "dump", type=Path, help="a dump, or a folder: then its newest"
        )
        parser.add_argument(
            "--keep-as",
            default="",
            metavar="NAME",
            help="keep the database under this name: how a lost one is restored",
        )
        parser.add_argument(
            "--pictures",
            action="store_true",
            help="load the newest copy of the pictures in the same folder, too",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dump, name = options["dump"], options["keep_as"]
        if name and not NAME.fullmatch(name):
            raise CommandError("A database's name has small letters, digits and _ .")
        began = time.monotonic()
        try:
            if dump.is_dir():
                dump = dump_files.newest(dump, backups.PATTERN)
            copy = None
            if options["pictures"]:
                copy = dump_files.newest(dump.parent, picture_backups.PATTERN)
            drill = drills.drill(dump, keep_as=name, pictures=copy)
        except (pg_programs.BackupFailed, ImproperlyConfigured) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(
            json.dumps(
                {
                    "ok": not drill.wrong,
                    "dump": str(drill.dump),
                    "made_at": drill.expected.made_at,
                    "digest": drill.digest,
                    "transactions": drill.expected.transactions,
                    "pictures": drill.pictures,
                    "kept_as": name,
                    "seconds": round(time.monotonic() - began, 1),
                    "wrong": drill.wrong,
                },
                indent=2,
            )
        )
        if drill.wrong:
            sys.exit(1)

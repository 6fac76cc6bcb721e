from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from flattr.database import roles
from payouts.operations import dump_files, pg_programs, picture_backups


class Command(BaseCommand):
    help = (
        "After a dump was restored: bring the pictures back from their own copy, and "
        "show patterns for those that are in no copy. Again is a no-op."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "copy", type=Path, nargs="?", help="a copy, or a folder: then its newest"
        )
        which.add_argument(
            "--none", action="store_true", help="there is no copy: patterns for all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        copy: Path | None = options["copy"]
        try:
            if copy is not None and copy.is_dir():
                copy = dump_files.newest(copy, picture_backups.PATTERN)
            with roles.as_owner():
                restored = picture_backups.restore(copy)
        except (pg_programs.BackupFailed, ImproperlyConfigured) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(
            f"{restored.shown} pictures are back, {restored.cleared} people and things"
            " show their pattern."
        )

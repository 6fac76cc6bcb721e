from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from flattr.database import roles

BEFORE = (
    "This database was made before version 1.1.0, whose migrations begin anew: make a"
    " new one, on a laptop by removing the state directory (.local). Nothing was changed."
)


class Command(migrate.Command):
    help = "Migrate as the owner; make and keep the application's role."

    def handle(self, *args: Any, **options: Any) -> None:
        with roles.as_owner():
            refuse_what_came_before()
            roles.prepare_database()
            super().handle(*args, **options)


def refuse_what_came_before() -> None:
    """Refuse a database whose migrations were folded away, with `CommandError`."""
    if ("accounts", "0001_initial") in MigrationRecorder(
        connection
    ).applied_migrations():
        raise CommandError(BEFORE)

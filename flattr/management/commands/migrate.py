from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from flattr import roles


class Command(migrate.Command):
    help = "Migrate as the owner; make and keep the application's role."

    def handle(self, *args: Any, **options: Any) -> None:
        with roles.as_owner():
            roles.prepare_database()
            super().handle(*args, **options)

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.oauth import old_programs


class Command(BaseCommand):
    help = (
        "Register a program whose key and secret are compiled in, as those of old"
        " clients of the first Flattr are. Its consent page says that it is such a one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what people call the program")
        parser.add_argument("--key", required=True, help="its client id")
        parser.add_argument("--secret", required=True)
        parser.add_argument(
            "--callback",
            required=True,
            action="append",
            help="where people are sent back to, plain http too; may be given again",
        )
        parser.add_argument("--website", default="", help="the program's web page")
        parser.add_argument(
            "--owner",
            default="",
            help="the username whose app it is; else the first administrator",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        owner = _owner(options["owner"])
        try:
            app = old_programs.register(
                owner,
                options["name"],
                key=options["key"],
                secret=options["secret"],
                callbacks=options["callback"],
                website=options["website"],
            )
        except old_programs.CannotBeRegistered as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{app.name} is registered as app {app.pk} of {owner.username}. It may send"
            f" people back to {' and '.join(app.callbacks)}."
        )


def _owner(name: str) -> User:
    if name:
        owner = User.objects.with_login(name)
        if owner is None:
            raise CommandError(f"There is nobody called {name}.")
        return owner
    staff = User.objects.filter(is_superuser=True, is_active=True, closing_at=None)
    owner = staff.order_by("pk").first()
    if owner is None:
        raise CommandError("There is no administrator yet. Say whose it is by --owner.")
    return owner

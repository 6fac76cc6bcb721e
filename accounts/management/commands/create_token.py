from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.oauth import tokens


class Command(BaseCommand):
    help = "Make an API token for a person, and print it: it is shown only here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="a username or e-mail address")
        parser.add_argument(
            "--scopes",
            default="",
            help=f"what it can do, of: {' '.join(settings.SCOPES)}",
        )
        parser.add_argument("--name", default="made by the operator")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.with_login(options["user"])
        if person is None:
            raise CommandError(f"There is nobody called {options['user']}.")
        scopes = options["scopes"].replace(",", " ").split()
        if unknown := sorted(set(scopes) - set(settings.SCOPES)):
            raise CommandError(f"No such scope: {', '.join(unknown)}.")
        self.stdout.write(tokens.make(person, options["name"][:60], scopes))

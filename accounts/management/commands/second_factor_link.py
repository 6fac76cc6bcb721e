from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.signing_in import invitations


class Command(BaseCommand):
    help = (
        "Print a link with which a member of staff sets a second factor. The first"
        " admin gets it from here, all others from an admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="a username or e-mail address")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = User.objects.with_login(options["user"])
        if staff is None:
            raise CommandError(f"There is nobody called {options['user']}.")
        try:
            noted = invitations.invite(staff, None, "by command")
        except invitations.NotInvited as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{invitations.link(noted)}\n"
            f"{staff} signs in and opens this link, within three days."
        )

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import AccountLook, User


class Command(BaseCommand):
    help = "Let a member of staff read who of staff looked at which account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="a username or e-mail address")
        parser.add_argument(
            "--not", action="store_true", dest="take_back", help="take it back"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        staff = User.objects.with_login(options["user"])
        if staff is None or not staff.is_staff:
            raise CommandError(f"{options['user']} is not staff.")
        permission = Permission.objects.get(
            codename=f"view_{AccountLook._meta.model_name}"
        )
        if options["take_back"]:
            staff.user_permissions.remove(permission)
        else:
            staff.user_permissions.add(permission)

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from accounts.signing_in import agreeing


class Command(BaseCommand):
    help = "Write to everybody who has not agreed to the newest version of the terms."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = agreeing.announce()
        except agreeing.NotAnnounced as refusal:
            raise CommandError(str(refusal)) from refusal
        said = ngettext("Wrote to %(n)d person.", "Wrote to %(n)d people.", told)
        self.stdout.write(said % {"n": told})

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from payouts.close import inspecting


class Command(BaseCommand):
    help = "Look whether the ledger keeps its promises: JSON, exit 0 or 1."

    def handle(self, *args: Any, **options: Any) -> None:
        found = inspecting.inspect(whole=True)
        broken = {name: rows for name, rows in found.items() if rows}
        self.stdout.write(
            json.dumps(
                {"ok": not broken, "checks": len(found), "broken": broken}, indent=2
            )
        )
        if broken:
            sys.exit(1)

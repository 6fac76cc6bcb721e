from __future__ import annotations

from flattr.management.local_only import LocalOnly


class Command(LocalOnly):
    help = "Refused here: the clock moves in local mode (`local`)."
    why = "The clock moves in local mode only."

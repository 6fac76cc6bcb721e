from __future__ import annotations

from flattr.management.local_only import LocalOnly


class Command(LocalOnly):
    help = "Refused here: the demo is for local mode (`local`)."
    why = "The demo is for local mode only; this is a real platform."

"""What a migrated database depends on, as one digest."""

from __future__ import annotations

import hashlib

from local.servers.state import ROOT

SOURCES = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/sql/*.sql",
    "*/*/sql/*.sql",
    "*/apps.py",
    "flattr/database/living.py",
    "flattr/management/commands/migrate.py",
    "flattr/database/roles.py",
    "flattr/settings.py",
    "requirements/base.lock",
)


def digest() -> str:
    """Sixteen hex digits that change when a migration, a package or a setting does."""
    content = hashlib.sha256()
    for path in sorted({path for glob in SOURCES for path in ROOT.glob(glob)}):
        inside = path.relative_to(ROOT)
        if not inside.parts[0].startswith("."):
            content.update(f"{inside}\0".encode())
            content.update(path.read_bytes())
    return content.hexdigest()[:16]

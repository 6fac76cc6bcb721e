"""The database's functions, triggers, views and rights: each stands once, in a file of
its subject, as it is now.

A migration applies such a file (`Living`). Whoever changes a file adds a migration that
applies it again under the next number; `tests/house` says which line. In a new database
only the last migration of a file applies it: its text may name tables that earlier
migrations do not have yet.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation

# File: the highest number under which any migration applies it.
newest: dict[str, int] = {}


def text_of(file: str) -> str:
    """The text of a file that is named by its path in the repository."""
    text: str = (settings.BASE_DIR / file).read_text()
    return text


def version_of(file: str) -> str:
    """Twelve hex digits that change with the text of the file."""
    return hashlib.sha256(text_of(file).encode()).hexdigest()[:12]


class Living(Operation):
    """Apply a file of functions, triggers, views and rights, all of which may be applied
    any number of times. `number` counts the migrations of the file from 1, `version` is
    `version_of` the text that this migration was written for."""

    reduces_to_sql = True
    reversible = False

    def __init__(self, file: str, number: int, version: str) -> None:
        self.file = file
        self.number = number
        self.version = version
        newest[file] = max(number, newest.get(file, 0))

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models know nothing of functions and triggers."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if self.number == newest[self.file]:
            schema_editor.execute(text_of(self.file), params=None)

    def describe(self) -> str:
        return f"Apply {self.file}"

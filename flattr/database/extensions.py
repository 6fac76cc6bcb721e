"""What the database must be able to do beyond plain PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.db import DatabaseError
from django.db.migrations.operations.base import Operation

SCHEMA = "public"


class Extension(Operation):
    """Have an extension in the schema `public`, made by the owner unless it is there.

    Refused with `CommandError`, which says what to do, where the server does not have
    it, the owner may not make it, or somebody has made it in another schema.
    """

    reduces_to_sql = True
    # Others may use it.
    reversible = True

    def __init__(self, name: str) -> None:
        self.name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models know nothing of extensions."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if (schema := self._schema(schema_editor)) is None:
            self._make(schema_editor)
        elif schema != SCHEMA:
            raise CommandError(
                f"The extension {self.name} stands in the schema {schema}. Move it, as"
                f" who made it: ALTER EXTENSION {self.name} SET SCHEMA {SCHEMA}"
            )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """It stays."""

    def describe(self) -> str:
        return f"Have the extension {self.name}"

    def _schema(self, schema_editor: Any) -> str | None:
        """Where it stands; None while it does not."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT extnamespace::regnamespace::text FROM pg_extension"
                " WHERE extname = %s",
                [self.name],
            )
            found = cursor.fetchone()
        return str(found[0]) if found else None

    def _make(self, schema_editor: Any) -> None:
        try:
            schema_editor.execute(
                f"CREATE EXTENSION {self.name} WITH SCHEMA {SCHEMA}", params=None
            )
        except DatabaseError as failure:
            raise CommandError(
                f"The search needs the extension {self.name}, and it cannot be made:"
                f" {str(failure).strip()}. It comes with PostgreSQL (postgresql-contrib);"
                f" if the owner may not make it, let an administrator of the server say"
                f" CREATE EXTENSION {self.name} WITH SCHEMA {SCHEMA}"
                " in the database, and migrate again."
            ) from failure

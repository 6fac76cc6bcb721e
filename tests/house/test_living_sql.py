"""The database's functions, triggers, views and rights: written once, and as written."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from flattr.database import living, roles
from flattr.database.living import Living
from local.servers.state import ROOT
from tests.world.people import execute

DEFINED = re.compile(
    r"^CREATE (?:OR REPLACE |CONSTRAINT )*(FUNCTION|AGGREGATE|TRIGGER|VIEW) (\w+)"
    r"(?:[^;]*?\sON (\w+))?",
    re.MULTILINE,
)
SEEN = {
    "functions": "SELECT proname, pg_get_function_identity_arguments(p.oid),"
    " prosrc, coalesce(pg_get_function_sqlbody(p.oid), ''), prosecdef, proconfig::text,"
    " provolatile::text, proacl::text FROM pg_proc p"
    " WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS ("
    "  SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    "triggers": "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid),"
    " tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "rights": "SELECT relname, relacl::text FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')",
    "rights of columns": "SELECT attrelid::regclass::text, attname, attacl::text"
    " FROM pg_attribute WHERE attacl IS NOT NULL",
}


def files() -> list[str]:
    paths = {path for app in apps.get_app_configs() for path in sql_of(app.path)}
    return sorted(path for path in paths if not path.endswith("/schema.sql"))


def sql_of(folder: str) -> set[str]:
    here = ROOT.joinpath(folder)
    if not here.is_relative_to(ROOT) or ".venv" in here.parts:
        return set()
    return {str(path.relative_to(ROOT)) for path in here.rglob("sql/*.sql")}


def migrations() -> list[Living]:
    """What migrations apply, in no particular order."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [
        operation
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, Living)
    ]


def is_last(one: Living) -> bool:
    return one.number == living.newest[one.file]


def everything() -> dict[str, list[tuple[object, ...]]]:
    return {what: sorted(execute(query)) for what, query in SEEN.items()}


def test_each_file_is_applied_as_it_is_now() -> None:
    last = {(one.file, one.version) for one in migrations() if is_last(one)}

    for file in files():
        now = (file, version := living.version_of(file))
        number = living.newest.get(file, 0) + 1
        assert now in last, (
            f"{file} has changed: add a migration with"
            f' Living("{file}", {number}, "{version}").'
        )


def test_each_function_and_trigger_is_written_once() -> None:
    written = Counter(
        match for file in files() for match in DEFINED.findall(living.text_of(file))
    )

    assert {what: times for what, times in written.items() if times > 1} == {}


def test_the_database_is_what_the_files_say(own_database: str) -> None:
    """A file that is applied again changes nothing, and nothing stands in no file."""
    before = everything()

    with roles.as_owner(), connection.cursor() as cursor:
        for file in files():
            cursor.execute(living.text_of(file))

    assert everything() == before
    written = {
        name for file in files() for _, name, _ in DEFINED.findall(living.text_of(file))
    }
    seen = {
        row[0] for what in ("functions", "triggers", "views") for row in before[what]
    }
    assert seen - written == set()


def test_a_database_of_before_is_refused_and_left_alone(own_database: str) -> None:
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_migrations SET name = '0001_initial'"
            " WHERE app = 'accounts' AND name = '0001_schema'"
        )
    before = execute("SELECT count(*) FROM django_migrations")

    with pytest.raises(CommandError, match=r"made before version 1\.1\.0"):
        call_command("migrate")

    assert execute("SELECT count(*) FROM django_migrations") == before

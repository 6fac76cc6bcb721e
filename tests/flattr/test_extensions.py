"""Extensions of PostgreSQL: made by the owner, or refused in a sentence that helps."""

from __future__ import annotations

import pytest
from django.core.management import CommandError
from django.db import connection

from flattr.database import roles
from flattr.database.extensions import Extension
from tests.world.people import execute


def have(name: str) -> None:
    with connection.schema_editor() as editor:
        Extension(name).database_forwards("flattr", editor, None, None)


def test_it_is_made_by_the_owner_and_once_only(own_database: str) -> None:
    with roles.as_owner():
        have("fuzzystrmatch")
        have("fuzzystrmatch")

    assert execute("SELECT 1 FROM pg_extension WHERE extname = 'fuzzystrmatch'")


def test_where_it_is_missing_the_way_out_is_said(own_database: str) -> None:
    with (
        roles.as_owner(),
        pytest.raises(CommandError, match="CREATE EXTENSION nothing_like_it WITH"),
    ):
        have("nothing_like_it")


def test_whoever_may_not_make_it_is_told(own_database: str) -> None:
    with pytest.raises(CommandError, match="administrator"):
        have("fuzzystrmatch")


def test_one_in_another_schema_is_refused(own_database: str) -> None:
    with roles.as_owner():
        execute("CREATE SCHEMA elsewhere")
        execute("CREATE EXTENSION fuzzystrmatch WITH SCHEMA elsewhere")

        with pytest.raises(CommandError, match="SET SCHEMA public"):
            have("fuzzystrmatch")


@pytest.mark.parametrize(
    ("given", "plain", "folded"),
    [
        ("Bergström", "bergstrom", "bergstrom"),
        ("BERGSTRO\u0308M", "bergstrom", "bergstrom"),
        ("Oelmuehle", "oelmuehle", "olmuhle"),
        ("Straße №1", "strasse no1", "strasse no1"),
        ("Ёлка", "елка", "елка"),
        ("日本", "日本", "日本"),
    ],
)
def test_texts_without_accents(db: None, given: str, plain: str, folded: str) -> None:
    found = execute("SELECT flattr_plain(%s), flattr_folded(%s)", given, given)

    assert found == [(plain, folded)]

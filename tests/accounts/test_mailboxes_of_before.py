from __future__ import annotations

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management.base import CommandError

from accounts.models import User
from flattr import roles
from tests.people import execute, person

STORED = "anna@xn--bcher-kva.example"


def spelt_as_before(*emails: str) -> list[User]:
    """People whose addresses were kept as they were typed, before there was a form."""
    with roles.as_owner():
        for table, name in (
            ("person", "person_mailbox_has_one_form"),
            ("account_emailaddress", "address_mailbox_has_one_form"),
        ):
            execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    people = []
    for number, email in enumerate(emails):
        people.append(one := person(f"anna{number}"))
        for table, key in (("person", "id"), ("account_emailaddress", "user_id")):
            execute(f"UPDATE {table} SET email = %s WHERE {key} = %s", email, one.pk)
    return people


def test_addresses_of_before_are_brought_into_the_form(own_database: str) -> None:
    rewrite = import_module("accounts.migrations.0008_mailboxes").rewrite
    [anna] = spelt_as_before("Anna@bücher.example")

    rewrite(apps, None)

    anna.refresh_from_db()
    assert anna.email == STORED
    assert EmailAddress.objects.get().email == STORED


def test_two_accounts_of_one_mailbox_are_left_to_people(own_database: str) -> None:
    rewrite = import_module("accounts.migrations.0008_mailboxes").rewrite
    spelt_as_before("anna@bücher.example", STORED)

    with pytest.raises(CommandError, match=r"User \d+ has the address anna@bücher"):
        rewrite(apps, None)

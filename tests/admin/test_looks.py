"""Erik and Frida look at people's pages; Dora, an auditor, reads that they did."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.admin import page_in_words
from accounts.models import AccountLook, User
from flattr.database import clock
from tests.admin.test_admin import PAYOUTS, asked_for
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.people import person, travel

LOOKS = "/admin/accounts/accountlook/"


def clerk(name: str) -> User:
    """Staff who may look and decide, and not read who looked."""
    return person(name, is_staff=True)


def auditor(name: str) -> Client:
    dora = clerk(name)
    dora.user_permissions.add(Permission.objects.get(codename="view_accountlook"))
    return signed_in(dora)


def rows(client: Client, **asked: Any) -> list[tuple[str, str, str]]:
    """Who looked at whose account, and what they opened."""
    page = client.get(LOOKS, asked)
    assert page.status_code == 200
    found = re.findall(
        r'field-actor[^>]*>(.*?)</td>.*?field-account">(.*?)</td>'
        r'.*?field-opened">(.*?)</td>',
        page.content.decode(),
        re.DOTALL,
    )
    return [(re.sub("<.*?>", "", who), whose, what) for who, whose, what in found]


def test_an_auditor_reads_who_looked_at_which_account(own_database: str) -> None:
    """T42: once an hour, and not that Erik looked at himself."""
    payout = asked_for("bob")
    bob, alice, erik = payout.creator, person("alice"), clerk("erik")
    dora, frida = auditor("dora"), signed_in(clerk("frida"))
    of_erik = signed_in(erik)

    for address in (
        f"/admin/accounts/user/{bob.pk}/change/",
        f"/admin/accounts/user/{bob.pk}/change/",
        f"/admin/accounts/user/{erik.pk}/change/",
        f"{PAYOUTS}{payout.pk}/change/",
    ):
        assert of_erik.get(address).status_code == 200
    frida.get(f"/admin/accounts/user/{alice.pk}/change/")

    every = [
        ("frida", "alice", "the person's page"),
        ("erik", "bob", f"payout {payout.pk}"),
        ("erik", "bob", "the person's page"),
    ]
    assert [(who, whose, what.replace("&#x27;", "'")) for who, whose, what in rows(dora)] == every  # fmt: skip
    assert [whose for _, whose, _ in rows(dora, by=erik.pk)] == ["bob", "bob"]
    assert [who for who, _, _ in rows(dora, q="Alice")] == ["frida"]
    assert len(rows(dora, month=clock.period())) == 3

    travel(clock.now() + timedelta(days=40))
    assert rows(dora, month=clock.period()) == []
    of_erik.get(f"/admin/accounts/user/{bob.pk}/change/")
    assert len(rows(dora, month=clock.period())) == 1


def test_a_name_of_nobody_finds_what_a_name_nobody_looked_at_finds(
    own_database: str,
) -> None:
    person("bob")
    dora = auditor("dora")

    known, unknown = (
        dora.get(LOOKS, {"q": name}).content.decode().replace(name, "NAME")
        for name in ("bob", "nobody-here")
    )
    token = re.compile(r'csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", known) == token.sub("", unknown)
    assert rows(dora, q="bob@people.example") == []


def test_who_is_no_auditor_reads_it_nowhere(own_database: str) -> None:
    """Not its page, not the audit log, not the person's own page."""
    bob = person("bob")
    erik, dora = signed_in(clerk("erik")), auditor("dora")
    dora.get(f"/admin/accounts/user/{bob.pk}/change/")
    look = AccountLook.objects.get()

    assert erik.get(LOOKS).status_code == 403
    assert erik.get(f"{LOOKS}{look.pk}/change/").status_code == 403
    assert erik.get(f"/admin/accounts/audit/{look.pk}/change/").status_code == 302
    for address in ("/admin/accounts/audit/", f"/admin/accounts/user/{bob.pk}/change/"):
        page = erik.get(address).content.decode()
        assert "looked" not in page
    assert LOOKS not in erik.get("/admin/").content.decode()
    assert LOOKS in dora.get("/admin/").content.decode()


def test_the_operator_names_an_auditor_and_takes_it_back(own_database: str) -> None:
    erik = signed_in(clerk("erik"))
    person("bob")

    call_command("auditor", "erik")
    assert erik.get(LOOKS).status_code == 200
    call_command("auditor", "erik", "--not")
    assert erik.get(LOOKS).status_code == 403
    with pytest.raises(CommandError, match="is not staff"):
        call_command("auditor", "bob")


def test_the_list_of_looks_makes_a_fixed_number_of_queries(own_database: str) -> None:
    dora, erik = auditor("dora"), signed_in(clerk("erik"))
    counts = []
    for many in (1, 5):
        for n in range(many):
            someone = person(f"p{many}-{n}")
            erik.get(f"/admin/accounts/user/{someone.pk}/change/")
        with Questions() as questions:
            dora.get(LOOKS)
        counts.append(questions.count)

    assert counts[0] == counts[1] < 16


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("user:7", "the person's page"),
        ("bank:12", "the bank account in full, for payout 12"),
        ("thing:7", "thing:7"),
    ],
)
def test_auditors_read_in_words_what_was_opened(page: str, said: str) -> None:
    assert page_in_words(page) == said

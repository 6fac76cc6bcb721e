"""After a close: a statement in the mail for Alice, good news for Bob."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as django_mail

from accounts.mail import outbox
from accounts.models import Outbox, User
from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts.close import closing, mailing
from payouts.close.closing import close_reader
from payouts.operations import due
from payouts.payments import paying_in
from tests.world.people import click, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


def a_month(readers: int = 2, creators: int = 3, budget: int = 1_000) -> int:
    """Each reader flattrs a thing of each creator; the month is closed."""
    owners = [person(f"creator{n}") for n in range(creators)]
    things = [thing_of(owner, "song") for owner in owners]
    for n in range(readers):
        reader = person(f"reader{n}")
        open_budget(reader, budget)
        for thing in things:
            click(reader, thing)
    return closed()


def closed() -> int:
    over = clock.period()
    travel(months.end(over) + timedelta(hours=3))
    closing.close_month(over)
    return over


def of(template: str, name: str) -> Outbox:
    return Outbox.objects.get(template=template, person__username=name)


def test_everybody_is_told_once() -> None:
    month = a_month()

    assert mailing.write_mails(month) == 5
    assert mailing.write_mails(month) == 0

    keys = set(Outbox.objects.values_list("key", flat=True))
    reader = User.objects.get(username="reader0")
    assert f"statement:{months.show(month)}:{reader.pk}" in keys
    assert len(keys) == 5


def test_a_statement_in_the_mail_says_where_the_money_went() -> None:
    month = a_month()
    mailing.write_mails(month)

    facts = of("statement", "reader0").facts

    assert (facts["period"], facts["spent"], facts["fee"]) == (month, 1_000, 0)
    assert [portion["name"] for portion in facts["portions"]] == [
        "creator0",
        "creator1",
        "creator2",
    ]
    assert sum(portion["amount"] for portion in facts["portions"]) == 1_000
    assert len(facts["slices"]) == facts["creators"] == 3
    assert facts["more"] == 0


def test_a_long_month_is_cut_short_in_the_mail() -> None:
    month = a_month(readers=1, creators=40)
    mailing.write_mails(month)

    facts = of("statement", "reader0").facts

    assert len(facts["portions"]) == mailing.MOST_NAMED
    assert facts["more"] == 40 - mailing.MOST_NAMED
    assert len(facts["slices"]) == mailing.MOST_SLICES


def test_a_creator_is_told_what_arrived_and_when_it_can_be_paid() -> None:
    month = a_month()
    mailing.write_mails(month)

    facts = of("revenue", "creator1").facts

    assert facts["amount"] in range(666, 669)
    assert (facts["readers"], facts["clicks"]) == (2, 2)
    assert sum(lot["amount"] for lot in facts["lots"]) == facts["amount"]
    assert facts["lots"][0]["day"].endswith(str(clock.now().year))


def test_who_wants_no_mail_gets_none() -> None:
    month = a_month()
    User.objects.filter(username="reader0").update(mail_statement=False)
    User.objects.filter(username="creator0").update(mail_revenue=False)
    User.objects.filter(username="reader1").update(is_active=False)

    assert mailing.write_mails(month) == 2


def test_the_mails_go_out_as_text_and_html() -> None:
    paying_in.pay_simulated(person("nina"), 1_000)
    mailing.write_mails(a_month(readers=1, creators=2))
    User.objects.filter(username="creator0").update(first_name="<b>A & B</b>")

    assert outbox.send_due() == 4

    sent = {message.to[0].split("@")[0]: message for message in django_mail.outbox}
    statement = sent["reader0"]
    assert statement.subject.endswith("€10.00 for 2 creators")
    assert "€5.00  creator0" in statement.body
    html = str(statement.alternatives[0][0])  # type: ignore[attr-defined]
    assert html.count('<td class="s') == 2
    assert "/check" in html
    assert "first money" in sent["creator1"].subject
    dressed = str(sent["creator0"].alternatives[0][0])  # type: ignore[attr-defined]
    assert "&lt;b&gt;A &amp; B" in dressed
    assert "<b>A & B</b>" in sent["creator0"].body
    assert "simulated payment" in sent["nina"].body
    assert all(
        "Stop these mails" in str(message.alternatives[0][0])  # type: ignore[attr-defined]
        for message in sent.values()
    )


def test_a_reader_closed_later_is_told_then() -> None:
    """The statement is mailed when the reader's month is closed (S9)."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    User.objects.filter(pk=alice.pk).update(suspended_at=clock.now())
    month = closed()
    assert mailing.write_mails(month) == 0
    User.objects.filter(pk=alice.pk).update(suspended_at=None)

    close_reader(month, alice.pk)

    assert mailing.write_mails(month) == 2


def test_the_tick_tells_of_a_close_and_says_who_is_covered() -> None:
    """Also when it was closed by a worker that did not live to tell."""
    a_month()
    reader = User.objects.get(username="reader0")
    assert not budgets.standing(reader).covered

    told = due.notify_of_closes()

    assert told == "wrote 5 mails about closed months"
    assert due.notify_of_closes() == ""
    assert budgets.standing(reader).covered

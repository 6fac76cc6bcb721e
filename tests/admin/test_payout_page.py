"""All that Dora needs to decide about Bob's payout is on its page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client

from accounts.models import User
from payouts.admin.payout_review import deciding, payout_page
from payouts.earnings import requesting
from payouts.models import Payout, StripeAccount
from tests.admin.test_admin import PAYOUTS, act, asked_for, staff
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.earning import earn
from tests.world.people import person


def page_of(client: Client, payout: Payout) -> str:
    page = client.get(f"{PAYOUTS}{payout.pk}/change/")
    assert page.status_code == 200
    return unescape(page.content.decode())


def buttons(page: str) -> list[str]:
    """The decision's buttons, the loud one first, and its links."""
    form = page.partition('class="panel decision"')[2].partition("</form>")[0]
    found = re.findall(r"<(?:button|a) [^>]*>\s*(.*?)\s*</(?:button|a)>", form)
    return [text for text in found if text]


def test_a_payouts_page_says_who_why_and_from_whom(own_database: str) -> None:
    bob = person("bob", first_name="Bob", last_name="Maker")
    earn(bob, readers=9)
    payout = requesting.request_payout(bob)
    dora = signed_in(staff("dora"))

    page = page_of(dora, payout)

    for said in (
        "€90.00 to Bob Maker",
        "first payout",
        "not the name shown here",
        "Germany",
        "1, proved to be theirs",
        "It is a first payout, so two people have to approve it.",
        "Nothing looked wrong",
        "Income by reader: 9 readers, the largest gives 11 %",
        "1 other",
        "at most €10.00 each",
        "None: this is the first.",
        "Your decision, the first of two",
    ):
        assert said in page, said
    assert page.count('class="bar"') == 9
    assert "bob-reader-" in page


def test_readers_have_no_names_for_who_may_not_see_people(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    payout = asked_for()
    dora = signed_in(staff("dora"))
    people: Any = site.get_model_admin(User)
    monkeypatch.setattr(people, "has_view_permission", lambda *_asked: False)

    page = page_of(dora, payout)

    assert "bob-reader-" not in page
    assert "Reader 1" in page


def test_two_decide_on_the_page_and_the_payee_is_neither(own_database: str) -> None:
    """W4: each sees the buttons that are theirs, and the facts that were decided on."""
    payout = asked_for()
    bob, dora, erik = payout.creator, staff("dora"), staff("erik")
    bob.is_staff = True
    bob.save()
    first, second = signed_in(dora), signed_in(erik)
    act(first, payout, "hold", "asked bob")

    assert buttons(page_of(signed_in(bob), payout)) == []
    assert "It is paid to you: others decide" in page_of(signed_in(bob), payout)
    page = page_of(first, payout)
    assert "It is held: asked bob" in page
    assert buttons(page) == ["Release and approve €90.00", "Only release it", "Reject"]
    act(first, payout, "clear", "bob answered")

    page = page_of(first, payout)
    assert "Somebody else decides" not in page
    assert "You approved it. Another person has to as well." in page
    assert buttons(page) == ["Hold", "Reject"]
    page = page_of(second, payout)
    assert "dora approved it on" in page
    assert "With your approval it is paid." in page
    assert buttons(page) == ["Approve €90.00", "Hold", "Reject"]
    act(second, payout, "approve", "seen")

    page = page_of(second, payout)
    assert buttons(page) == ["Record as sent", "Hold", "Reject"] or buttons(page) == ["Hold", "Reject", "Record as sent"]  # fmt: skip
    assert page.index("Released") < page.index("Requested")


def test_a_payouts_page_asks_the_same_for_many_readers(own_database: str) -> None:
    few, many = person("bob"), person("carol")
    counts = []
    dora = signed_in(staff("dora"))
    for creator, readers in ((few, 2), (many, 12)):
        earn(creator, readers=readers, budget=2_000)
        payout = requesting.request_payout(creator)
        page_of(dora, payout)
        with Questions() as questions:
            page_of(dora, payout)
        counts.append(questions.count)

    assert counts[0] == counts[1] <= 30


@pytest.mark.parametrize(
    ("facts", "says", "mark"),
    [
        (None, "nothing: the account is gone", ""),
        (
            {"transfers_enabled": True, "payouts_enabled": True},
            "has all it needs",
            "can be paid",
        ),
        (
            {
                "transfers_enabled": True,
                "payouts_enabled": True,
                "missing": ["individual.dob.day"],
            },
            "can be paid, and asks for more: your date of birth",
            "asks for more",
        ),
        (
            {"is_complete": True},
            "Stripe is checking what you told it. That can take some days.",
            "cannot be paid",
        ),
    ],
)
def test_staff_read_what_stripe_says_of_a_creator(
    facts: dict[str, Any] | None, says: str, mark: str
) -> None:
    account = None if facts is None else StripeAccount(**facts)
    fact = payout_page._stripe(account)

    assert (fact.says, fact.mark) == (says, mark)


@pytest.mark.parametrize(
    ("state", "approved", "said"),
    [
        ("requested", 0, "Your decision, the first of two"),
        ("requested", 1, "Your decision, the second of two"),
        ("sent", 2, "How it stands"),
    ],
)
def test_staff_read_which_decision_is_theirs(
    state: str, approved: int, said: str
) -> None:
    payout = Payout(state=state, approvals_needed=2)

    assert deciding.heading(payout, approved, can_decide=True) == said

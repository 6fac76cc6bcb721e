"""What a creator's pages say about how they are paid."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from payouts.earnings.ways import Ways
from payouts.models import Destination, Payout, StripeAccount
from payouts.models.payout_states import State

BY_HAND = Destination(holder="Rita <Roe>", country="DE", last4="3000")
BY_STRIPE = Destination(
    holder="Rita Roe", country="NL", last4="4300", stripe_id="acct_1"
)
OTHER = Destination(pk=7, holder="Rita Roe", country="FR", last4="0606")


def account(**facts: Any) -> StripeAccount:
    return StripeAccount(stripe_id="acct_1", **facts)


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        (None, "We do not know your bank account yet."),
        (BY_STRIPE, 'Rita Roe, account <span class="num">NL…4300</span>, through'),
        (
            BY_HAND,
            'Rita &lt;Roe&gt;, account <span class="num">DE…3000</span>, by hand',
        ),
    ],
)
def test_a_page_says_where_payouts_go(
    destination: Destination | None, said: str
) -> None:
    assert said in Ways(destination, None).about_destination


@pytest.mark.parametrize(
    ("destination", "stripe", "label"),
    [
        (BY_HAND, None, "Choose another way"),
        (BY_STRIPE, account(), "Choose another way"),
        (None, account(), "Other ways to be paid"),
        (None, None, "Add a bank account"),
    ],
)
def test_the_way_to_choose_is_named_by_what_there_is(
    destination: Destination | None, stripe: StripeAccount | None, label: str
) -> None:
    assert Ways(destination, stripe).change_label == label


@pytest.mark.parametrize(
    ("stripe", "said", "has_questions"),
    [
        (None, "Stripe pays you for us.", False),
        (account(), "Stripe pays you for us.", True),
        (account(is_complete=True), "Stripe is checking what you told it.", False),
        (
            account(is_complete=True, missing=["external_account"]),
            "Stripe needs to know more: your bank account.",
            True,
        ),
        (
            account(is_complete=True, transfers_enabled=True, payouts_enabled=True),
            "Stripe has all it needs and can pay you.",
            False,
        ),
    ],
)
def test_a_page_says_where_the_account_at_stripe_stands(
    stripe: StripeAccount | None, said: str, has_questions: bool
) -> None:
    ways = Ways(None, stripe)

    assert said in ways.about_stripe
    assert ways.has_questions == has_questions


@pytest.mark.parametrize(
    ("at_stripe", "said"),
    [
        (None, ""),
        (OTHER, "You change the bank account on Stripe's pages."),
        (BY_STRIPE, 'Stripe has the bank account <span class="num">NL…4300</span>.'),
    ],
)
def test_a_page_says_whether_the_bank_account_at_stripe_is_used(
    at_stripe: Destination | None, said: str
) -> None:
    ways = Ways(OTHER, account())
    vars(ways)["bank_at_stripe"] = at_stripe

    assert said in ways.about_bank
    assert ways.is_used == (at_stripe == OTHER)


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        (BY_HAND, "Nothing is paid to account DE…3000. The account before it counts"),
        (BY_STRIPE, "Nothing is paid through Stripe to account NL…4300."),
    ],
)
def test_whoever_undid_a_change_reads_what_holds(
    destination: Destination, said: str
) -> None:
    assert said in destination.after_cancelling


@pytest.mark.parametrize("state", State)
def test_each_state_of_a_payout_is_said_to_its_creator(state: State) -> None:
    said = Payout(state=state, sent_at=timezone.now()).in_words

    assert said
    assert said != str(state) or state == State.SENT

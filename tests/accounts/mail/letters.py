"""Facts for every kind of letter, in each of its cases, as the outbox and allauth hand
them over."""

from __future__ import annotations

from itertools import product
from typing import Any

from django.core.mail import EmailMultiAlternatives

from accounts.mail import composing
from accounts.models import User
from payouts.gifts import letters as gift_letters

ALICE = User(username="alice", email="alice@people.example", first_name="Alice")
LINK = "https://flattr.example/a/link"
CARD = "Visa …4242"
DEBITED = "SEPA debit DE …3000"
DEBIT = {"amount": 1_000, "account": DEBITED, "day": "3 December 2026"}
PAGE = {"thing": 7, "title": "A song"}
OTHER = {"thing": 8, "title": "A poem"}
THIRD = {"thing": 9, "title": "A third"}
LOST = {"reason": "The page names nobody."}
PAID = {
    "amount": 1_000,
    "balance": 1_500,
    "budget": 500,
    "period": 202611,
    "payment": 3,
    "raised": False,
    "renewed": False,
    "card": "",
    "simulated": False,
}
RENEWAL = {
    "period": 202611,
    "amount": 1_000,
    "budget": 1_000,
    "why": "the card has expired",
    "payment": 0,
    "card": CARD,
    "again": "4 November",
}
STATEMENT = {
    "period": 202611,
    "spent": 1_000,
    "fee": 0,
    "creators": 1,
    "without": 0,
    "slices": ["s1"],
    "portions": [{"name": "Bob (bob)", "amount": 1_000}],
    "more": 0,
}
LOT = {"amount": 900, "day": "8 December 2026"}
REVENUE = {
    "period": 202611,
    "amount": 900,
    "readers": 1,
    "clicks": 1,
    "lots": [LOT],
}
PAYOUT = {"payout": 7, "amount": 1_234, "account": "DE…3000", "reason": ""}
DESTINATION = {
    "account": "DE…3000",
    "holder": "Bob Maker",
    "usable_on": "8 December 2026",
    "cancel_url": LINK,
}
TAKEN_OVER = {
    **PAGE,
    "owner": "Bob (bob)",
    "former": "Carol (carol)",
    "proof": "by a tag on the page",
}
DOWN = {"explanation": "Carol wrote it.", "appeal_url": LINK}
SEAL = {"day": "2026-11-30", "entries": 2, "seal": "0123456789abcdef"}
EVENT = {
    "event": "evt_1",
    "kind": "charge.updated",
    "about": "ch_1",
    "why": "No such charge: 'ch_1'",
}
DISPUTED = {"dispute": "dp_1", "amount": 1_000, "due": "8 December 2026"}

# The facts of each case, by the kind of letter.
EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "appeal_decided": [
        {"title": title, "restored": restored, "explanation": "So you did."}
        for title, restored in product(["Song", ""], [True, False])
    ]
    + [
        {"title": "", "restored": restored, "explanation": "Ah.", "picture": True}
        for restored in (True, False)
    ],
    "bank_refused": [{"told": "Stripe is checking."}],
    "bank_waits": [
        {**DISPUTED, "asks": True, "soon": True},
        {**DISPUTED, "asks": False, "soon": False},
        {**DISPUTED, "asks": True, "soon": False, "due": ""},
    ],
    "budget_suspended": [RENEWAL, {**RENEWAL, "payment": 3}],
    "destination": [{**DESTINATION, "by_stripe": told} for told in (True, False)],
    "debit_failed": [
        {
            "amount": 1_000,
            "card": card,
            "why": "the bank does not know the account",
            "state": state,
            "again": again,
        }
        for card, (state, again) in product(
            [CARD, ""],
            [
                ("covered", ""),
                ("again", "4 November"),
                ("again", ""),
                ("under_way", ""),
                ("suspended", ""),
            ],
        )
    ],
    "digest_clicks": [
        {"period": 202612, "clicks": clicks, "things": things}
        for clicks, things in [(1, 1), (214, 12)]
    ],
    "digest_given": [
        {"period": 202612, "budget": 500, "clicks": n, "creators": n, "share": share}
        for n, share in [(0, 0), (1, 500), (2, 250)]
    ],
    "dispute": [
        {"amount": 1_000, "state": state, "card": card, "reopened": reopened}
        for state, card, reopened in product(
            ["asked", "open", "again", "lost", "won"], [CARD, ""], [True, False]
        )
    ],
    "event_given_up": [{**EVENT, "many": many} for many in (1, 2, 3)],
    "first_flattr": [{"period": 202612}],
    "gift_given": [
        {"amount": 500, "gift": 5, "creator_name": name, "title": title}
        for name, title in (("Bob (bob)", ""), ("Bob (bob)", "A song"), ("", ""))
    ],
    "gift_received": [
        {"amount": 500, "period": 202611, "title": title, "reader_name": name}
        for title, name in product(("", "A song"), ("", "Mila (mila)"))
    ],
    "gift_refunded": [
        {"amount": amount, "of": 500, "gift": 5} for amount in (200, 500)
    ],
    "gift_stopped": [
        {
            "amount": 500,
            "ending": ending,
            "gives": gives,
            "reserved": reserved,
            "gift": 3,
        }
        for gives, endings in [
            (True, gift_letters.TO_READERS),
            (False, gift_letters.TO_CREATORS),
        ]
        for ending in endings
        for reserved in (True, False)
    ],
    "leaving": [{"until": "7 December 2026", "keep_url": LINK}],
    "leftover": [{"leaver": 7, "amount": 80}],
    "name_changed": [
        {"is_name": is_name, "before": "abc123", "now": "abc124"}
        for is_name in (True, False)
    ],
    "owed": [{"amount": 2_000}],
    "paid_in": [
        PAID,
        {**PAID, "raised": True, "simulated": True},
        {**PAID, "budget": 0, "payment": 0},
        {**PAID, "renewed": True},
        {**PAID, "gift": 5},
        {**PAID, "renewed": True, "card": CARD},
    ],
    "hook_off": [
        {"host": "bob.example", "is_gone": is_gone} for is_gone in (False, True)
    ],
    "joint_checked": [
        {"proved": proved, "missing": missing}
        for proved, missing in ((1, 0), (5, 0), (0, 1), (0, 3), (2, 1), (3, 4))
    ],
    "list_read": [
        {"pasted": 7, "title": "Podcasts", "number": number} for number in (1, 40)
    ],
    "payout": [
        *(
            {**PAYOUT, "state": state}
            for state in ("requested", "released", "approved", "held", "sent")
        ),
        *(
            {**PAYOUT, "state": state, "reason": "The bank account is closed."}
            for state in ("rejected", "returned", "failed")
        ),
    ],
    "promise_kept": [
        {
            **PAGE,
            "more": more,
            "creator": 4,
            "creator_name": "Bob",
            "period": 202611,
            "old": False,
        }
        for more in ([], [OTHER], [OTHER, THIRD])
    ],
    "promise_lapsed": [
        {**PAGE, "more": more, "period": 202605}
        for more in ([], [OTHER], [OTHER, THIRD])
    ],
    "promise_left": [{"period": 202605}],
    "promise_refused": [{"things": ["A song"]}, {"things": ["A poem", "A song"]}],
    "proof_lost": [
        {**PAGE, **LOST, "more": []},
        {"thing": None, "title": "bob.example", **LOST, "more": []},
        {**PAGE, **LOST, "more": [{**OTHER, **LOST}]},
    ],
    "picture_taken_down": [{"title": title, **DOWN} for title in ("Song", "")],
    "refund": [
        {"amount": 1_000, "card": card, "failed": failed}
        for card, failed in product([CARD, ""], [True, False])
    ],
    "debit_announced": [
        {**DEBIT, "budget": 1_000, "period": 202612, "mandate": mandate}
        for mandate in ("KX1GB7PZ", "")
    ],
    "debit_begun": [
        {"amount": 1_000, "account": DEBITED, "payment": 3, "is_first": first}
        for first in (True, False)
    ],
    "debit_late": [{"payment": 3, "amount": 1_000, "days": 14}],
    "debit_not_paid": [
        {
            "amount": 1_000,
            "account": DEBITED,
            "why": "there was not enough money in it",
            "payment": 3,
        }
    ],
    "mandate_ended": [{"account": DEBITED}],
    "renewal_ahead": [
        {"period": 202701, "amount": 3_000, "budget": 1_000, "months": n, "card": CARD}
        for n in (3, 12)
    ],
    "renewal_confirm": [
        {**RENEWAL, "payment": 3, "card": card, "again": again}
        for card, again in product([CARD, ""], ["4 November", ""])
    ],
    "renewal_failed": [
        {**RENEWAL, "amount": amount, "card": card, "again": again}
        for amount, card, again in product([1_000, 0], [CARD, ""], ["4 November", ""])
    ],
    "report_decided": [
        {"about": "Song", "decision": decision, "answer": answer, "to": to}
        for decision, answer, to in product(
            [
                "taken_down",
                "picture_taken_down",
                "payouts_held",
                "dismissed",
                "restored",
            ],
            ["You were right.", ""],
            [ALICE.email, ""],
        )
    ],
    "restored": [{"title": "Song"}, {"title": ""}],
    "resumed": [{"reason": "means: 100 is missing"}],
    "revenue": [
        REVENUE,
        {**REVENUE, "readers": 3, "clicks": 5, "lots": [LOT, LOT]},
        {**REVENUE, "is_first": True},
    ],
    "seal": [
        {**SEAL, "transactions": 1, "before": []},
        {
            **SEAL,
            "transactions": 2,
            "before": [{"day": "2026-11-29", "seal": "fedcba9876543210"}],
        },
    ],
    "second_factor_link": [{"url": LINK}],
    "statement": [
        STATEMENT,
        {**STATEMENT, "creators": 14, "more": 2, "fee": 100, "without": 3},
        {**STATEMENT, "creators": 13, "more": 1, "without": 1},
        {**STATEMENT, "once": 500},
        {**STATEMENT, "spent": 0, "creators": 0, "once": 500},
    ],
    "stopped": [{"reason": "means: 100 is missing\nand 7 more"}],
    "stripe_asks": [
        {"missing": ["your date of birth", "your phone number"], "told": ""},
        {"missing": [], "told": "Stripe is checking what you told it."},
    ],
    "taken_back": [{"things": ["A song"]}, {"things": ["A song", "A poem"]}],
    "taken_down": [
        {**DOWN, "title": title, "reason": reason}
        for title, reason in product(["Song", ""], ["Spam", ""])
    ],
    "terms_changed": [
        {
            "version": 2,
            "since": "1 March 2027",
            "changed": "What changed: the least budget.",
        }
    ],
    "thing_taken_over": [
        {**TAKEN_OVER, "more": more, "mine": mine, "was_proved": was_proved}
        for more, mine, was_proved in product(
            ([], [OTHER], [OTHER, THIRD]), [True, False], [True, False]
        )
    ],
    "top_up": [{"oldest": 500, "all": 1_234, "payouts": payouts} for payouts in (1, 3)],
    "winding_down": [
        {
            "means": means,
            "held": held,
            "ready": 50,
            "has_bank": bank,
            "closes": closes,
            "period": 202612,
        }
        for means, held, bank, closes in product(
            (0, 1_234), (0, 900), (True, False), (True, False)
        )
    ],
    "winding_stopped": [{"means": means} for means in (0, 1_234)],
    # --- allauth's, which greet nobody ---
    "account/email/account_already_exists": [{}],
    "account/email/email_changed": [
        {"from_email": "alice@old.example", "to_email": "alice@new.example"}
    ],
    "account/email/email_confirm": [{}],
    "account/email/email_confirmation": [{"user": ALICE, "activate_url": LINK}],
    "account/email/email_confirmation_signup": [{"user": ALICE, "activate_url": LINK}],
    "account/email/email_deleted": [{"deleted_email": "alice@old.example"}],
    "account/email/login_code": [{"code": "ABCD-EFGH-JKLM"}],
    "account/email/password_changed": [{}],
    "account/email/password_reset": [{}],
    "account/email/password_reset_key": [{"user": ALICE, "password_reset_url": LINK}],
    "account/email/password_set": [{}],
    "account/email/unknown_account": [{}],
    "mfa/email/recovery_codes_generated": [{}],
    "mfa/email/totp_activated": [{}],
    "mfa/email/totp_deactivated": [{}],
    "mfa/email/webauthn_added": [{}],
    "mfa/email/webauthn_removed": [{}],
}
CASES = [(kind, facts) for kind, cases in EXAMPLES.items() for facts in cases]


def composed(kind: str, facts: dict[str, Any]) -> EmailMultiAlternatives:
    """The mail as it is sent; what the outbox sends greets Alice."""
    greeted = {} if "/" in kind else {"person": ALICE}
    off = LINK if kind in composing.SWITCHES else ""
    return composing.compose(kind, [ALICE.email], {**facts, **greeted}, off)

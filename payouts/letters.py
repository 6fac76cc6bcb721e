"""Every kind of letter about money, the notices beside them, and the events for
creators' programs."""

from __future__ import annotations

from payouts.close import letters as close
from payouts.earnings import letters as earnings
from payouts.events import letters as events
from payouts.gifts import letters as gifts
from payouts.leaving import letters as leaving
from payouts.moderation import letters as moderation
from payouts.moderation import picture_letters
from payouts.my_month import letters as my_month
from payouts.operations import letters as operations
from payouts.payments import letters as payments
from payouts.payments import mandate_letters
from payouts.returns import debit_letters
from payouts.returns import letters as returns
from payouts.winding import letters as winding

KINDS = {
    "appeal_decided": moderation.appeal_decided,
    "bank_refused": earnings.bank_refused,
    "bank_waits": returns.bank_waits,
    "budget_suspended": payments.budget_suspended,
    "debit_announced": mandate_letters.debit_announced,
    "debit_begun": mandate_letters.debit_begun,
    "debit_failed": debit_letters.debit_failed,
    "debit_late": events.debit_late,
    "debit_not_paid": mandate_letters.debit_not_paid,
    "destination": earnings.destination,
    "digest_clicks": earnings.digest_clicks,
    "digest_given": my_month.digest_given,
    "dispute": returns.dispute,
    "first_flattr": earnings.first_flattr,
    "event_given_up": events.event_given_up,
    "gift_given": gifts.gift_given,
    "gift_received": gifts.gift_received,
    "gift_refunded": gifts.gift_refunded,
    "gift_stopped": gifts.gift_stopped,
    "leaving": leaving.leaving,
    "leftover": leaving.leftover,
    "mandate_ended": mandate_letters.mandate_ended,
    "owed": returns.owed,
    "paid_in": payments.paid_in,
    "payout": earnings.payout,
    "picture_taken_down": picture_letters.picture_taken_down,
    "refund": returns.refund,
    "renewal_ahead": payments.renewal_ahead,
    "renewal_confirm": payments.renewal_confirm,
    "renewal_failed": payments.renewal_failed,
    "report_decided": moderation.report_decided,
    "restored": moderation.restored,
    "resumed": close.resumed,
    "revenue": close.revenue,
    "seal": operations.seal,
    "statement": close.statement,
    "stopped": close.stopped,
    "stripe_asks": earnings.stripe_asks,
    "taken_back": moderation.taken_back,
    "taken_down": moderation.taken_down,
    "top_up": earnings.top_up,
    "winding_down": winding.winding_down,
    "winding_stopped": winding.winding_stopped,
}

NOTICES = {
    "appeal_decided": moderation.appeal_decided_notice,
    "bank_refused": earnings.bank_refused_notice,
    "dispute": returns.dispute_notice,
    "first_flattr": earnings.first_flattr_notice,
    "gift_received": gifts.gift_received_notice,
    "gift_stopped": gifts.gift_stopped_notice,
    "owed": returns.owed_notice,
    "payout": earnings.payout_notice,
    "picture_taken_down": picture_letters.picture_taken_down_notice,
    "refund": returns.refund_notice,
    "report_decided": moderation.report_decided_notice,
    "restored": moderation.restored_notice,
    "revenue": close.revenue_notice,
    "stripe_asks": earnings.stripe_asks_notice,
    "taken_back": moderation.taken_back_notice,
    "taken_down": moderation.taken_down_notice,
}

EVENTS = {
    "payout": earnings.payout_event,
    "revenue": close.revenue_event,
}

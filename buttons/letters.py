"""Every kind of letter about things and flattrs, the notices beside them, and the events
for creators' programs."""

from __future__ import annotations

from buttons.anywhere import letters as anywhere
from buttons.clicks import letters as clicks
from buttons.hook import letters as hook
from buttons.proofs import letters as proofs

KINDS = {
    "hook_off": hook.hook_off,
    "joint_checked": proofs.joint_checked,
    "list_read": anywhere.list_read,
    "name_changed": proofs.name_changed,
    "promise_kept": clicks.promise_kept,
    "promise_lapsed": clicks.promise_lapsed,
    "promise_left": clicks.promise_left,
    "promise_refused": proofs.promise_refused,
    "proof_lost": proofs.proof_lost,
    "thing_taken_over": proofs.thing_taken_over,
}

NOTICES = {
    "joint_checked": proofs.joint_checked_notice,
    "list_read": anywhere.list_read_notice,
    "name_changed": proofs.name_changed_notice,
    "promise_kept": clicks.promise_kept_notice,
    "promise_lapsed": clicks.promise_lapsed_notice,
    "promise_left": clicks.promise_left_notice,
    "promise_refused": proofs.promise_refused_notice,
    "proof_lost": proofs.proof_lost_notice,
    "thing_taken_over": proofs.thing_taken_over_notice,
}

EVENTS = {
    "promise_waiting": clicks.promise_waiting_event,
    "proof_lost": proofs.proof_lost_event,
}

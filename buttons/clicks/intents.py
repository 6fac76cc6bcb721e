"""Intents: what a confirm page was about, signed into its form.

The form carries one signed text and nothing else that counts. It works once, for
ten minutes, for the reader and the month it was made for, and not in the first
instant, when the click may have been meant for another window (promise T23).
"""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing
from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.things.submitting import Submission
from flattr.web.refusals import Refusal

LASTS_SECONDS = 600
NOT_BEFORE_SECONDS = 0.4

USED = _("This form was sent before; it works only once.")

INTENT_SALT = "buttons.intent"
LINK_SALT = "buttons.link"
LIST_SALT = "buttons.link.list"


class IntentRefused(Refusal):
    says = _("Please confirm once more.")

    code = "intent_refused"
    status = 409


class NotOurs(Refusal):
    says = _("This form is not one of ours. Please open the button's link again.")

    code = "forged"
    status = 400


@dataclass(frozen=True, slots=True)
class Intent:
    """Who would flattr what for whom in which month; `issued_at` in seconds of real
    time. `creator_id` is None for a page that nobody is named for."""

    reader_id: int
    creator_id: int | None
    period: int
    submission: Submission
    issued_at: float
    nonce: str


def issue(reader: User, creator: User | None, period: int, about: Submission) -> str:
    """A signed text for the form that asks `reader` now."""
    intent = Intent(
        reader_id=reader.pk,
        creator_id=creator.pk if creator else None,
        period=period,
        submission=about,
        issued_at=time.time(),
        nonce=secrets.token_urlsafe(16),
    )
    return signing.dumps(asdict(intent), salt=INTENT_SALT, compress=True)


def parse(signed: str) -> Intent:
    """The intent that we signed, however old; anything else is `NotOurs`."""
    facts = load(signed, INTENT_SALT)
    return Intent(**{**facts, "submission": Submission(**facts["submission"])})


def check(intent: Intent, reader: User) -> None:
    """Refuse, with one sentence, what was not asked of `reader` just now."""
    check_asked(intent.reader_id, intent.issued_at, reader)


def check_asked(
    reader_id: int, issued_at: float, reader: User, lasts_seconds: int = LASTS_SECONDS
) -> None:
    """As `check`, of any form that says whom it asked, and when in real time."""
    age_seconds = time.time() - issued_at
    if reader_id != reader.pk:
        raise IntentRefused(
            gettext("You are signed in as %(name)s now. Please confirm once more.")
            % {"name": reader.username}
        )
    if age_seconds < NOT_BEFORE_SECONDS:
        raise IntentRefused(
            _("That was quicker than anybody reads. Please confirm once more.")
        )
    if age_seconds > lasts_seconds:
        raise IntentRefused(
            _("This page had been open for a while. Please confirm once more.")
        )


def spend(nonce: str) -> None:
    """Use a form up, in the caller's transaction; a second time is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO used_intent (nonce, used_at) VALUES (%s, statement_timestamp())"
            " ON CONFLICT DO NOTHING",
            [nonce],
        )
        if not cursor.rowcount:
            raise IntentRefused(USED)


def sign_submission(submission: Submission) -> str:
    """A signed text that brings a reader back to the confirm page after signing in."""
    return signing.dumps(asdict(submission), salt=LINK_SALT, compress=True)


def parse_submission(signed: str) -> Submission:
    return Submission(**load(signed, LINK_SALT))


def sign_list(number: int, title: str) -> str:
    """The same for a list of the reader's own."""
    return signing.dumps([number, title], salt=LIST_SALT)


def parse_list(signed: str) -> tuple[int, str]:
    """The number and the title of the list."""
    number, title = load(signed, LIST_SALT)
    return number, title


def load(signed: str, salt: str) -> Any:
    """What we signed with that salt, however old; anything else is `NotOurs`."""
    try:
        return signing.loads(signed, salt=salt)
    except signing.BadSignature:
        raise NotOurs from None

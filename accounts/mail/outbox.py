"""Mails: written as rows in the transaction of what they are about, sent later (T4).

What a mail tells is also a notice on the person's pages, and an event for their
programs, if its kind has one (`notices`, `happenings`), whether they have switched the
mail off or not. Calling `write` again with the same key
does nothing. A mail that the mail server does
not accept is tried again, after a longer wait each time.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.mail import happenings, letter, notices
from accounts.mail.composing import SWITCHES, message_of
from accounts.models import Outbox, User

log = logging.getLogger(__name__)

# What a mail says of others: forgotten once it is sent, so that nobody who
# leaves stays in other people's mails (T47).
OF_OTHERS = {
    "gift_given": ["creator_name", "title"],
    "gift_received": ["reader_name", "title"],
    "statement": ["portions"],
    "promise_kept": ["title", "more", "creator_name"],
    "promise_lapsed": ["title", "more"],
    "promise_refused": ["things"],
    "report_decided": ["about", "answer"],
    "taken_back": ["things"],
    "thing_taken_over": ["title", "more", "owner", "former"],
}
MOST_TRIES = 12
# A task of the queue `mail` is ended after a minute, and one mail may take a while.
STEP_SECONDS = 30.0
# One more worker is called for each so many mails.
ENOUGH_FOR_ONE = 200
MOST_SENDERS = 8


def write(key: str, template: str, person: User, **facts: Any) -> None:
    """Store a letter to a person, once for each key; `template` is its kind.

    Call it in the transaction of what the mail is about. `facts` are JSON: minor units
    and periods as whole numbers. No mail is written that the person has switched off,
    and nothing to somebody who has left.
    """
    assert template in letter.kinds(), template
    if person.erased_at is not None:
        return
    if "to" not in facts:
        notices.store(template, [(key, person, facts)])
        happenings.store(template, [(key, person, facts)])
    switch = SWITCHES.get(template)
    if switch is not None and not getattr(person, switch):
        return
    Outbox.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "person": person,
            "facts": facts,
            "due_at": timezone.now(),
        },
    )


def write_to_address(key: str, template: str, address: str, **facts: Any) -> None:
    """As `write`, to somebody without an account. The address is forgotten once the mail
    is sent, or given up."""
    assert template in letter.kinds(), template
    Outbox.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "facts": {**facts, "to": address},
            "due_at": timezone.now(),
        },
    )


def add(
    key: str, template: str, person: User, item: dict[str, Any], **facts: Any
) -> None:
    """As `write`, of `item` and `facts`; but if a mail with the same facts waits to be
    sent, the item is added to its `more`, so that what happens to many things at once is
    one mail."""
    waiting = Outbox.objects.filter(
        template=template, person=person, sent_at=None, tries=0
    ).filter(facts__contains=facts, facts__has_key="more")
    found = waiting.select_for_update().order_by("pk").first()
    if found is None:
        write(key, template, person, **item, more=[], **facts)
        return
    found.facts["more"].append(item)
    found.save(update_fields=["facts"])
    notices.count_one_more(found.key)
    happenings.store(template, [(key, person, {**item, **facts})])


def write_all(template: str, mails: Iterable[tuple[str, User, dict[str, Any]]]) -> None:
    """Store a mail to many people at once, as `write` does: key, person and facts of
    each."""
    assert template in letter.kinds(), template
    now, switch = timezone.now(), SWITCHES.get(template)
    here = [mail for mail in mails if mail[1].erased_at is None]
    Outbox.objects.bulk_create(
        (
            Outbox(key=key, template=template, person=person, facts=facts, due_at=now)
            for key, person, facts in here
            if switch is None or getattr(person, switch)
        ),
        batch_size=1_000,
        ignore_conflicts=True,
    )
    notices.store(template, here)
    happenings.store(template, here)


def send_due(seconds: float = STEP_SECONDS) -> int:
    """Send what is due, for about so long; returns how many were sent."""
    began, sent = time.monotonic(), 0
    connection = get_connection()
    while time.monotonic() - began < seconds and (due := claim()) is not None:
        try:
            message = message_of(due)
            message.connection = connection
            # Kept open from one mail to the next.
            connection.open()
            message.send()
        except (SMTPException, OSError) as failure:
            log.warning("Mail %s was not taken: %s", due.key, failure)
            _hang_up(connection)
            Outbox.objects.filter(pk=due.pk).update(failure=str(failure)[:1000])
        else:
            Outbox.objects.filter(pk=due.pk).update(
                sent_at=timezone.now(), failure="", facts=kept_of(due)
            )
            sent += 1
    _hang_up(connection)
    return sent


def _hang_up(connection: BaseEmailBackend) -> None:
    with contextlib.suppress(SMTPException, OSError):
        connection.close()


def senders() -> int:
    """How many workers help with what is due, eight at most."""
    due = _due(timezone.now()).order_by()[: MOST_SENDERS * ENOUGH_FOR_ONE].count()
    return -(-due // ENOUGH_FOR_ONE)


def _due(now: datetime) -> QuerySet[Outbox]:
    return Outbox.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES)


@transaction.atomic
def claim() -> Outbox | None:
    """The mail that has waited longest, put off for others while it is sent.

    The delay that keeps it from being sent twice is also the one before the next
    try: 2, 4, 8 … minutes, six hours at most.
    """
    now = timezone.now()
    due = (
        _due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .order_by("due_at", "id")
        .first()
    )
    if due is not None:
        due.tries += 1
        due.due_at = now + timedelta(minutes=min(2**due.tries, 360))
        due.save(update_fields=["tries", "due_at"])
    return due


def kept_of(written: Outbox) -> dict[str, Any]:
    """What is kept of a mail's facts when it is sent, or given up."""
    dropped = OF_OTHERS.get(written.template, [])
    if written.person_id is None:
        dropped = [*dropped, "to"]
    return {key: fact for key, fact in written.facts.items() if key not in dropped}


def forget_unsent() -> int:
    """Forget the same of mails that are given up; returns how many they were."""
    given_up = Outbox.objects.filter(
        sent_at=None, tries__gte=MOST_TRIES, template__in=OF_OTHERS
    )
    for mail in given_up:
        Outbox.objects.filter(pk=mail.pk).update(facts=kept_of(mail))
    return len(given_up)


def forget_addresses() -> None:
    """Forget where a mail to somebody without an account should have gone, once it is
    given up."""
    given_up = Outbox.objects.filter(sent_at=None, tries__gte=MOST_TRIES, person=None)
    for mail in given_up.filter(facts__has_key="to"):
        Outbox.objects.filter(pk=mail.pk).update(facts=kept_of(mail))

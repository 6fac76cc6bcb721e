"""The mails about a gift that is given: each once, in the transaction that gives it."""

from __future__ import annotations

from accounts.mail import outbox
from payouts.models import Gift


def notify_given(gift: Gift) -> None:
    """Write to both sides. The creator learns a name only of a reader who shows what they
    flattr."""
    reader, creator = gift.reader, gift.creator
    title = gift.thing.title if gift.thing else ""
    outbox.write(
        f"gift_received:{gift.pk}",
        "gift_received",
        creator,
        amount=gift.for_creator,
        period=gift.period,
        title=title,
        # Of many in a month the pages show the latest.
        gifts_of=gift.period,
        reader_name=reader.name_and_username if reader.shows_flattrs else "",
    )
    outbox.write(
        f"gift_given:{gift.pk}",
        "gift_given",
        reader,
        amount=gift.amount,
        gift=gift.pk,
        creator_name=creator.name_and_username,
        title=title,
    )

"""The things of somebody who left: rows that others' statements point at, without
anything that says whose they were (T47)."""

from __future__ import annotations

import re

from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.mail import notices, outbox
from accounts.models import User
from buttons.anywhere import pasting, reading_queue
from buttons.hook import hook_settings
from buttons.models import (
    JointCheck,
    Look,
    PageCheck,
    Pasted,
    Promise,
    Proof,
    Reading,
    Report,
    Thing,
)
from buttons.models.programs import Subscription

TITLE = "A page of somebody who left"


def forget(person: User) -> None:
    """Blank the things of somebody, drop their proofs and their webhook, and let promises
    to them lapse, which notifies the readers. Call it in the transaction that erases the person.

    The address of a page is free again: whoever has it now may make a thing of it.
    """
    things = Thing.objects.filter(owner=person)
    _let_lapse(things)
    notices.forget_about(person, things.values_list("pk", flat=True))
    hook_settings.forget(person)
    Look.objects.filter(Q(thing__in=things) | Q(person=person)).delete()
    Proof.objects.filter(person=person).delete()
    Subscription.objects.filter(Q(reader=person) | Q(thing__in=things)).delete()
    # What was seen of other people's pages may name them too.
    named = rf"\m{re.escape(person.username)}\M"
    Proof.objects.filter(Q(thing__in=things) | Q(reason__regex=named)).update(reason="")
    Look.objects.filter(reason__regex=named).update(reason="")
    PageCheck.objects.filter(person=person).delete()
    JointCheck.objects.filter(Q(thing__in=things) | Q(person=person)).delete()
    seen = PageCheck.objects.alias(seen=Cast("facts", TextField()))
    seen.filter(seen__regex=named).delete()
    pasting.forget(Pasted.objects.filter(person=person))
    reading_queue.read_again(
        Reading.objects.alias(seen=Cast("found", TextField())).filter(
            Q(person=person) | Q(reason__regex=named) | Q(seen__regex=named)
        )
    )
    Report.objects.filter(Q(person=person) | Q(thing__in=things)).update(
        words="",
        explanation="",
        answer="",
        appeal="",
        ip_hash="",
        email="",
        picture="",
    )
    Report.objects.filter(reporter=person).update(
        words="", answer="", ip_hash="", reporter=None
    )
    things.update(
        url=Concat(Value("left:"), Cast(F("pk"), CharField())),
        host="",
        title=TITLE,
        description="",
        tags=[],
        proof="",
        sample="",
        suspension_reason="",
        hidden=True,
    )


def _let_lapse(things: QuerySet[Thing]) -> None:
    promises = Promise.objects.filter(thing__in=things).select_related("reader")
    outbox.write_all(
        "promise_left",
        [
            (f"promise_left:{one.pk}", one.reader, {"period": one.period})
            for one in promises.order_by("pk")
        ],
    )
    promises.delete()

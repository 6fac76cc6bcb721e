"""Fetch the pages that people asked us to check, and store what was seen for them.

What is found is proved as after a first click: the thing is made, or becomes its
owner's. Where nothing is found nothing is made.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from buttons.checks import page_checks
from buttons.models import Look, Outcome, PageCheck, Thing
from buttons.proofs import looking, settling
from buttons.proofs.settling import Finding
from buttons.things import submitting
from buttons.things.addresses import host_of
from flattr.database import clock

BATCH_SECONDS = 20.0
HOST_KINDS = {"dns", "file"}


def answer_due(seconds: float = BATCH_SECONDS) -> int:
    """Check the pages that people wait for, for about that long; how many were."""
    until, answered = time.monotonic() + seconds, 0
    while time.monotonic() < until and (check := page_checks.claim()) is not None:
        answer(check)
        answered += 1
    return answered


def answer(check: PageCheck) -> None:
    """Fetch the page, outside of any transaction, and store what was seen."""
    thing = Thing.objects.with_owner().filter(url=check.url).first()
    if thing is not None and _is_anothers(thing, check.person):
        page_checks.store(check, Outcome.PROVED_OTHERS, _proved_to(thing))
        return
    began = time.monotonic()
    page = thing or Thing(url=check.url, host=host_of(check.url))
    finding = looking.check_page(page)
    took = {"milliseconds": round((time.monotonic() - began) * 1000)}
    with transaction.atomic():
        if thing is None and finding.person == check.person:
            about = finding.about or page_checks.as_typed(check)
            thing = submitting.register(about)
        if thing is not None and not _is_anothers(thing, check.person):
            _settle(thing, finding)
        page_checks.store(check, *_seen(check.person, thing, finding, took))


def _settle(thing: Thing, finding: Finding) -> None:
    Look.objects.soon(thing, clock.now())
    settling.settle(Look.objects.get(thing=thing), finding)
    thing.refresh_from_db()


def _seen(
    person: User, thing: Thing | None, finding: Finding, took: Mapping[str, object]
) -> tuple[Outcome, dict[str, object]]:
    """The outcome for whoever asked, and its facts."""
    facts = {**finding.facts, **took, "reason": finding.reason}
    if thing is not None and _is_anothers(thing, person):
        return Outcome.PROVED_OTHERS, _proved_to(thing)
    if finding.person == person:
        assert thing is not None, person
        # Whoever sees their button there need not hear of the link in the head.
        kind = "button" if finding.about else finding.kind
        return Outcome.YOURS, {**facts, "kind": kind, "thing": thing.pk}
    if thing is not None:
        # What was proved before is not lost with one bad answer.
        facts["stays"] = thing.proved
    if finding.person is None:
        return finding.outcome, facts
    facts["names"] = looking.public_names([finding.person])
    if finding.kind in HOST_KINDS:
        return Outcome.HOST_OF_OTHERS, facts
    return Outcome.OTHERS, facts


def _is_anothers(thing: Thing, person: User) -> bool:
    """It is proved to be somebody else's, and stays so until its page, looked at in
    its time, says otherwise."""
    return thing.proved and thing.owner_id != person.pk


def _proved_to(thing: Thing) -> dict[str, object]:
    assert thing.owner is not None, thing
    return {"names": looking.public_names([thing.owner]), "thing": thing.pk}

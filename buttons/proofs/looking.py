"""Whose a page is, found out by looking at it: proofs, how they come and go.

A page names its owner itself (`buttons.proofs.evidence`), or its host names people for all
its pages (`buttons.proofs.hosts`). What a host says beats what a page says, and both beat
whoever was named first. Hosts that many people share cannot be proved as a whole.
What the operator proved stays so.

What is due stands in rows of `Look`. A row is claimed in one short transaction, its
page is read in none, and what was seen is kept in another.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts import audit
from accounts.mail import outbox
from accounts.models import User
from accounts.signing_in.attempts import Limit
from buttons.legacy.revenue_reports import PROOF as BY_OPERATOR
from buttons.models import Look, LookQuerySet, Proof, Thing
from buttons.proofs import evidence, hosts, refusing
from buttons.proofs.evidence import Evidence
from buttons.proofs.fetching import Gone, NotFetched, Page, fetch
from buttons.things.addresses import shown_host
from buttons.things.submitting import owner_named
from flattr.database import clock
from flattr.web.refusals import Refusal

# When to look again after looks that found nothing: then once a week.
PATIENCE = [timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]
WEEK = timedelta(days=7)
PROVED_LASTS = timedelta(days=30)
# A host that cannot be reached is asked this often before its proofs are lost.
UNREACHED = 4
# A row that is claimed is left alone for so long, whatever becomes of its worker.
CLAIM_LASTS = timedelta(minutes=5)
BATCH_SECONDS = 30.0
CHECK_NOW = Limit(burst=5, every=600)
MOST_HOSTS = 20

WORDS = dict(Proof.KINDS)
OF_A_HOST = ("dns", "file")


class SharedHost(Refusal):
    """Many people have pages on this host, so it cannot be proved as a whole."""

    code = "shared_host"


class NotDecided(Refusal):
    """Please write the username of whose it is, a space, and the reason."""

    code = "not_decided"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look found: the person and the kind of proof, or nobody and why.

    `sure` says that the page was read, or is not there; otherwise nothing is known.
    `refused` that its author wants no flattrs.
    """

    person: User | None
    kind: str
    reason: str
    sure: bool = True
    refused: bool = False


# --- Looking ----------------------------------------------------------------------


def look_at_due(seconds: float = BATCH_SECONDS) -> int:
    """Look at what is due, for about so long; how many were looked at."""
    began = time.monotonic()
    looked = 0
    while time.monotonic() - began < seconds and (look := claim()) is not None:
        take(look)
        looked += 1
    return looked


def any_due() -> bool:
    return _due(clock.now()).exists()


@transaction.atomic
def claim() -> Look | None:
    """The look that has waited longest, put off for others while it is taken."""
    now = clock.now()
    due = (
        _due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("thing", "person")
        .order_by("due_at", "id")
        .first()
    )
    if due is not None:
        due.due_at = now + CLAIM_LASTS
        due.save(update_fields=["due_at"])
    return due


def take(look: Look) -> None:
    """Look, outside of any transaction, and keep what was seen."""
    if look.thing is not None:
        settle(look, look_at_page(look.thing))
        return
    if look.person is None:
        settle_refusal(look, *hosts.says(look.host, evidence.NOBODY))
        return
    kind, seen = hosts.says(look.host, look.person.public_id)
    if kind and owner_named(look.person.public_id, by_id=True) != look.person:
        kind, seen = "", f"{look.person.public_id} is also somebody’s username here."
    seen = f"{seen} {hosts.which_of_both(look.host)}".strip()
    settle_host(look, Finding(look.person if kind else None, kind, seen))


def look_at_page(thing: Thing) -> Finding:
    """Whose a thing is now, as its host and its page say."""
    people = people_of_host(thing.host)
    if len(people) == 1:
        [(person, kind)] = people.items()
        return Finding(person, kind, f"Its host names {person.username}.")
    try:
        found = who_owns(read_page(thing.url))
        if found.person is None and (account := hosts.account_page(thing.url)):
            found = _by_account(account) or found
    except Gone as failure:
        return Finding(None, "", str(failure))
    except NotFetched as failure:
        return Finding(None, "", str(failure), sure=False)
    if people and found.person not in people:
        return Finding(None, "", "Its host names several people, and the page no one.")
    if found.person is None and people_of_host(other := hosts.twin(thing.host)):
        here, there = shown_host(thing.host), shown_host(other)
        told = f"{there} is proved, and {here} is another host to us: use {there} in"
        return replace(found, reason=f"{found.reason} {told} your buttons and links.")
    return found


def people_of_host(host: str) -> dict[User, str]:
    """Who has proved a whole host, and by what."""
    standing = Proof.objects.standing().filter(host=host).select_related("person")
    return {proof.person: proof.kind for proof in standing}


def read_page(url: str) -> tuple[Page, list[Evidence]]:
    page = fetch(url)
    if urlsplit(page.url).netloc != urlsplit(url).netloc:
        raise NotFetched(hosts.led_on(urlsplit(url).netloc, page))
    addresses = {url, page.url} if page.url != url.partition("#")[0] else {url}
    return page, evidence.seen(page, addresses)


def who_owns(read: tuple[Page, list[Evidence]]) -> Finding:
    """Whom a page names, by the strongest kind that it has; else what was seen."""
    page, seen = read
    found = [one for one in seen if not one.but]
    if Evidence("meta", evidence.NOBODY, by_id=True) in found:
        return Finding(
            None, "", "The page says that it wants no flattrs.", refused=True
        )
    for kind in evidence.KINDS:
        named = {
            owner_named(one.name, by_id=one.by_id) for one in found if one.kind == kind
        }
        people = {owner for owner in named if owner is not None}
        if len(people) > 1:
            told = ", ".join(sorted(person.username for person in people))
            return Finding(None, "", f"The page names several people: {told}.")
        if people:
            [person] = people
            return Finding(person, kind, f"The page names {person.username}.")
    start = " in its first megabyte" if page.cut else ""
    told = f"The page was read, and names nobody{start}."
    if found:
        told = f"The page names somebody who is not here.{evidence.unknown(found)}"
    return Finding(None, "", told + evidence.told(seen))


def _by_account(account: str) -> Finding | None:
    """Whom the account's page names, by its tag or its link to a profile: buttons
    there may be about anything."""
    page, found = read_page(account)
    named = [one for one in found if one.kind in {"meta", "me"} and not one.but]
    finding = who_owns((page, named))
    if finding.person is None:
        return None
    told = f"The page of the account names {finding.person.username}."
    return Finding(finding.person, "account", told)


def _due(now: datetime) -> LookQuerySet:
    return Look.objects.filter(due_at__lte=now).exclude(thing__proof=BY_OPERATOR)


# --- Keeping what was seen ----------------------------------------------------------


@transaction.atomic
def settle(look: Look, found: Finding) -> None:
    """Keep what a look at a thing found: a proof that is new, goes on, or is lost."""
    assert look.thing_id is not None, look
    thing = Thing.objects.select_for_update(no_key=True).get(pk=look.thing_id)
    if thing.proof == BY_OPERATOR:
        return
    now = clock.now()
    standing = Proof.objects.standing().filter(thing=thing).select_related("person")
    before = standing.first()
    _note_look(look, found, now)
    if found.person is None:
        if before and _is_lost(look, found):
            _lose(before, found.reason, now)
            _tell_of_loss(before)
            Thing.objects.filter(pk=thing.pk).update(proved_at=None, proof="")
        if found.refused:
            refusing.refuse(thing.url, "by a tag on the page")
        return
    if before and before.person_id == found.person.pk:
        before.kind, before.seen_at = found.kind, now
        before.save(update_fields=["kind", "seen_at"])
        Thing.objects.filter(pk=thing.pk).update(proof=WORDS[found.kind])
        return
    if before:
        _lose(before, f"{found.person.username} has proved that it is theirs", now)
    Proof.objects.create(
        thing=thing, person=found.person, kind=found.kind, found_at=now, seen_at=now
    )
    _hand_over(thing, found, WORDS[found.kind], now)


@transaction.atomic
def settle_host(look: Look, found: Finding) -> None:
    """Keep what a host says of one person, and have its pages looked at anew."""
    now = clock.now()
    look = Look.objects.select_for_update(of=("self",)).get(pk=look.pk)
    standing = Proof.objects.standing().filter(host=look.host, person=look.person)
    before = standing.first()
    _note_look(look, found, now)
    if found.person is None:
        if before is None or not _is_lost(look, found):
            return
        _lose(before, found.reason, now)
        _tell_of_loss(before)
    elif before is not None:
        before.kind, before.seen_at = found.kind, now
        before.save(update_fields=["kind", "seen_at"])
        return
    else:
        Proof.objects.create(
            host=look.host,
            person=found.person,
            kind=found.kind,
            found_at=now,
            seen_at=now,
        )
        audit.note(
            None,
            "host_proved",
            f"person:{found.person.pk}",
            after={"host": look.host, "proved": WORDS[found.kind]},
        )
    Look.objects.filter(thing__host=look.host).update(due_at=now)


@transaction.atomic
def settle_refusal(look: Look, kind: str, seen: str) -> None:
    """Keep that a host's author wants no flattrs on all of it. Where the host does not
    say so it is looked at a few times more; then the author may ask again."""
    _note_look(look, Finding(None, "", seen), clock.now())
    if kind:
        refusing.refuse(look.host, WORDS[kind])
    if kind or look.failures > len(PATIENCE):
        look.delete()


def _note_look(look: Look, found: Finding, now: datetime) -> None:
    look.looked_at, look.reason = now, found.reason[:500]
    look.failures = 0 if found.person else min(look.failures + 1, 1_000)
    tried = look.failures - 1
    look.due_at = now + (
        PROVED_LASTS
        if found.person
        else PATIENCE[tried]
        if tried < len(PATIENCE)
        else WEEK
    )
    look.save(update_fields=["looked_at", "reason", "failures", "due_at"])


def _is_lost(look: Look, found: Finding) -> bool:
    """A page that was read and names nobody is enough; a host in trouble is not."""
    return found.sure or look.failures >= UNREACHED


@transaction.atomic
def decide(thing: Thing, by: audit.By, words: str) -> None:
    """Let staff say whose a thing is, for good: a username, then the reason.

    Refused with `NotDecided` without either, and for a thing of one's own.
    """
    name, _, reason = words.strip().partition(" ")
    person, staff = owner_named(name), audit.actor(by)
    if staff is None or not staff.is_staff or not staff.is_active:
        raise NotDecided("Only staff decide whose a thing is.")
    if person is None or not reason.strip():
        raise NotDecided
    if person == staff:
        raise NotDecided("Somebody else has to decide that it is yours.")
    now = clock.now()
    thing = Thing.objects.select_for_update(no_key=True).get(pk=thing.pk)
    for before in Proof.objects.standing().filter(thing=thing).exclude(person=person):
        _lose(before, f"Decided by the operator: {reason.strip()}", now)
    found = Finding(person, "", reason.strip())
    _hand_over(thing, found, BY_OPERATOR, now, by)


def _hand_over(
    thing: Thing, found: Finding, words: str, now: datetime, by: audit.By = None
) -> None:
    """Let a thing be its proved owner's, from the next flattr on."""
    person, former = found.person, thing.owner
    assert person is not None
    Thing.objects.filter(pk=thing.pk).update(owner=person, proved_at=now, proof=words)
    row = audit.note(
        by,
        "thing_proved",
        f"thing:{thing.pk}",
        before={"owner": former.username if former else "", "proved": thing.proof},
        after={"owner": person.username, "proved": words},
        reason=found.reason,
    )
    if former is None or former == person:
        return
    for somebody in (person, former):
        outbox.add(
            f"thing_taken_over:{row.pk}:{somebody.pk}",
            "thing_taken_over",
            somebody,
            {"thing": thing.pk, "title": thing.title},
            mine=somebody == person,
            owner=person.name_and_username,
            former=former.name_and_username,
            was_proved=thing.proved,
            proof=words,
        )


def _lose(proof: Proof, reason: str, now: datetime) -> None:
    proof.lost_at, proof.reason = now, reason[:500]
    proof.save(update_fields=["lost_at", "reason"])
    audit.note(
        None,
        "proof_lost",
        f"thing:{proof.thing_id}" if proof.thing_id else f"person:{proof.person_id}",
        before={
            "owner": proof.person.username,
            "proved": WORDS[proof.kind],
            "host": proof.host,
        },
        reason=reason,
    )


def _tell_of_loss(proof: Proof) -> None:
    title = proof.thing.title if proof.thing else proof.host
    outbox.add(
        f"proof_lost:{proof.pk}",
        "proof_lost",
        proof.person,
        {"thing": proof.thing_id, "title": title, "reason": proof.reason},
    )


# --- What others ask ----------------------------------------------------------------


def lost_of(creator: User, since: datetime | None = None) -> list[Proof]:
    """Proofs that a creator has lost, after `since`, and has not found again."""
    again = Proof.objects.standing().filter(
        Q(thing=OuterRef("thing")) | Q(thing=None, host=OuterRef("host")),
        person=OuterRef("person"),
    )
    lost = Proof.objects.filter(~Exists(again), person=creator, lost_at__isnull=False)
    if since is not None:
        lost = lost.filter(lost_at__gt=since)
    return list(lost.select_related("thing").order_by("-lost_at"))


def look_before_payouts(creators: Iterable[int], since: datetime) -> int:
    """Look again at what these people have proved, unless that was done after
    `since`; how many are due now by it."""
    now = clock.now()
    proved = Q(thing__owner__in=creators, thing__proved_at__isnull=False)
    return (
        Look.objects.filter(proved | Q(person__in=creators))
        .filter(
            Q(looked_at=None) | Q(looked_at__lt=since), due_at__gt=now + CLAIM_LASTS
        )
        .update(due_at=now)
    )


def ask_again(thing: Thing) -> None:
    """Let a thing's page be looked at now; it may have been before."""
    now = clock.now()
    Look.objects.soon(thing, now)
    Look.objects.filter(thing=thing).update(due_at=now)


def ask_refusal(host: str) -> None:
    """Let it be looked at now whether a host's author wants no flattrs; refused with
    `SharedHost`."""
    if hosts.is_shared(host):
        raise SharedHost
    now = clock.now()
    look, made = Look.objects.get_or_create(
        host=host, thing=None, person=None, defaults={"due_at": now}
    )
    if not made:
        Look.objects.filter(pk=look.pk).update(due_at=now)


def ask_host(person: User, host: str) -> Look:
    """Let a host be looked at now for a person; refused with `SharedHost`."""
    if hosts.is_shared(host):
        raise SharedHost
    now = clock.now()
    look, made = Look.objects.get_or_create(
        host=host, person=person, defaults={"due_at": now}
    )
    if not made:
        Look.objects.filter(pk=look.pk).update(due_at=now)
    return look

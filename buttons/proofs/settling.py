"""What a check changes: a proof is new, continues or is lost, and so a thing's owner.

What a host says beats what a page says, and both beat whoever was named first. What
the operator proved stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.mail import outbox
from accounts.models import User
from buttons.legacy.revenue_reports import PROOF as BY_OPERATOR
from buttons.models import Look, Outcome, Proof, Thing
from buttons.pictures import from_pages
from buttons.proofs import hosts, refusing
from buttons.reading.page_pictures import Shown
from buttons.things.submitting import Submission, owner_named
from flattr.database import clock
from flattr.web.refusals import Refusal

# When to look again after looks that found nothing: then once a week.
PATIENCE = [timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]
WEEK = timedelta(days=7)
PROVED_LASTS = timedelta(days=30)
# A host that cannot be reached is asked this often before its proofs are lost.
UNREACHED = 4

WORDS = dict(Proof.KINDS)


class NotDecided(Refusal):
    says = _("Please write the owner’s username, a space, and the reason.")

    code = "not_decided"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look found: the person and the kind of proof, or nobody and why.

    `sure` says that the page was read, or is not there; otherwise nothing is known.
    `refused` that its author wants no flattrs. `outcome` and `facts` say to whoever
    asked why there is nobody; `about` is what the person's button says of the page.
    `shown` is which pictures the page names, None where it was not read. `unread` are
    the kinds of proof of which nothing is known, since their files could not be read.
    `names` are the addresses that the page says are its owner's too.
    """

    person: User | None
    kind: str
    reason: str
    sure: bool = True
    refused: bool = False
    outcome: Outcome = Outcome.NOBODY
    facts: Mapping[str, object] = field(default_factory=dict)
    about: Submission | None = None
    shown: Shown | None = None
    unread: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


@transaction.atomic
def settle(look: Look, finding: Finding) -> None:
    """Store what a look at a thing found: a proof that is new, goes on, or is lost."""
    assert look.thing_id is not None, look
    thing = Thing.objects.select_for_update(no_key=True).get(pk=look.thing_id)
    if thing.proof == BY_OPERATOR:
        return
    now = clock.now()
    standing = Proof.objects.standing().filter(thing=thing).select_related("person")
    before = standing.first()
    if before and finding.person not in {None, before.person}:
        finding = _unless_unread(before, look, finding)
    _note_look(look, finding, now)
    if finding.person is None:
        if before and _is_lost(before, look, finding):
            _lose(before, finding.reason, now)
            _notify_of_loss(before)
            Thing.objects.filter(pk=thing.pk).update(proved_at=None, proof="")
        if finding.refused:
            refusing.refuse(thing.url, "by a tag on the page")
        return
    if before and before.person_id == finding.person.pk:
        before.kind, before.seen_at = finding.kind, now
        before.save(update_fields=["kind", "seen_at"])
        Thing.objects.filter(pk=thing.pk).update(proof=WORDS[finding.kind])
        from_pages.show(thing, finding.shown)
        return
    if before:
        name = {"name": finding.person.username}
        _lose(before, gettext("%(name)s has proved that it is theirs.") % name, now)
    Proof.objects.create(
        thing=thing, person=finding.person, kind=finding.kind, found_at=now, seen_at=now
    )
    _hand_over(thing, finding, WORDS[finding.kind], now)
    from_pages.show(thing, finding.shown)
    # The icon of a host where many people have pages is that of the host.
    if not hosts.by_path(thing.host):
        from_pages.lend_face(finding.person, thing, finding.shown)


@transaction.atomic
def settle_host(look: Look, finding: Finding) -> None:
    """Store what a host says of one person, and have its pages checked again."""
    now = clock.now()
    look = Look.objects.select_for_update(of=("self",)).get(pk=look.pk)
    standing = Proof.objects.standing().filter(host=look.host, person=look.person)
    before = standing.first()
    _note_look(look, finding, now)
    if finding.person is None:
        if before is None or not _is_lost(before, look, finding):
            return
        _lose(before, finding.reason, now)
        _notify_of_loss(before)
    elif before is not None:
        before.kind, before.seen_at = finding.kind, now
        before.save(update_fields=["kind", "seen_at"])
        return
    else:
        Proof.objects.create(
            host=look.host,
            person=finding.person,
            kind=finding.kind,
            found_at=now,
            seen_at=now,
        )
        audit.note(
            None,
            "host_proved",
            f"person:{finding.person.pk}",
            after={"host": look.host, "proved": WORDS[finding.kind]},
        )
    Look.objects.filter(thing__host=look.host).update(due_at=now)


@transaction.atomic
def settle_refusal(look: Look, kind: str, seen: str) -> None:
    """Store that a host's author wants no flattrs on any page of it. Where the host
    does not say so we check a few times more; then the author may ask again."""
    _note_look(look, Finding(None, "", seen), clock.now())
    if kind:
        refusing.refuse(look.host, WORDS[kind])
    if kind or look.failures > len(PATIENCE):
        look.delete()


def _note_look(look: Look, finding: Finding, now: datetime) -> None:
    look.looked_at, look.reason = now, finding.reason[:500]
    look.failures = 0 if finding.person else min(look.failures + 1, 1_000)
    tried = look.failures - 1
    look.due_at = now + (
        PROVED_LASTS
        if finding.person
        else PATIENCE[tried]
        if tried < len(PATIENCE)
        else WEEK
    )
    look.names = list(finding.names) if finding.person else []
    look.save(update_fields=["looked_at", "reason", "failures", "due_at", "names"])


def _unless_unread(before: Proof, look: Look, finding: Finding) -> Finding:
    """What is weaker names somebody else, and what proved it could not be read: nobody
    is named, until that has lasted."""
    if before.kind not in finding.unread or look.failures + 1 >= UNREACHED:
        return finding
    return replace(finding, person=None, kind="", about=None)


def _is_lost(before: Proof, look: Look, finding: Finding) -> bool:
    """A page that was read and names nobody is enough; a host in trouble is not."""
    sure = finding.sure and before.kind not in finding.unread
    return sure or look.failures >= UNREACHED


@transaction.atomic
def decide(thing: Thing, by: audit.By, words: str) -> None:
    """Let staff decide for good who owns a thing: a username, then the reason.

    Refused with `NotDecided` without either, and for a thing of one's own.
    """
    name, _space, reason = words.strip().partition(" ")
    person, staff = owner_named(name), audit.actor(by)
    if staff is None or not staff.acts_as_staff:
        raise NotDecided(_("Only staff decide who owns a thing."))
    if person is None or not reason.strip():
        raise NotDecided
    if person == staff:
        raise NotDecided(_("Somebody else has to decide that it is yours."))
    now = clock.now()
    thing = Thing.objects.select_for_update(no_key=True).get(pk=thing.pk)
    for before in Proof.objects.standing().filter(thing=thing).exclude(person=person):
        why = gettext("The operator decided: %(reason)s") % {"reason": reason.strip()}
        _lose(before, why, now)
    finding = Finding(person, "", reason.strip())
    _hand_over(thing, finding, BY_OPERATOR, now, by)


def _hand_over(
    thing: Thing, finding: Finding, words: str, now: datetime, by: audit.By = None
) -> None:
    """Make a thing its proved owner's, from the next flattr on."""
    person, former = finding.person, thing.owner
    assert person is not None
    Thing.objects.filter(pk=thing.pk).update(owner=person, proved_at=now, proof=words)
    row = audit.note(
        by,
        "thing_proved",
        f"thing:{thing.pk}",
        before={"owner": former.username if former else "", "proved": thing.proof},
        after={"owner": person.username, "proved": words},
        reason=finding.reason,
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


def _notify_of_loss(proof: Proof) -> None:
    title = proof.thing.title if proof.thing else proof.host
    outbox.add(
        f"proof_lost:{proof.pk}",
        "proof_lost",
        proof.person,
        {
            "thing": proof.thing_id,
            "title": title,
            "url": proof.thing.url if proof.thing else "",
            "reason": proof.reason,
        },
    )


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

"""Find out who owns a page by looking at it.

A page names its owner itself (`buttons.proofs.evidence`), or its host names people for
all its pages (`buttons.proofs.hosts`). Hosts that many people share cannot be proved as
a whole. What is due is in `buttons.proofs.queueing`, what a look changes in
`buttons.proofs.settling`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from buttons.models import Look, Outcome, Proof, Thing
from buttons.proofs import beside_page, evidence, hosts, queueing, settling
from buttons.proofs.beside_page import Fetch
from buttons.proofs.evidence import Evidence
from buttons.proofs.settling import Finding
from buttons.reading.fetching import HTML, Page, fetch
from buttons.reading.not_fetched import Gone, LedElsewhere, NotFetched, is_login
from buttons.reading.page_pictures import shown_by
from buttons.signals.vouching import NOBODY
from buttons.things.addresses import shown_host
from buttons.things.submitting import Submission, owner_named

# A task has a minute, and a look at a host that is slow in everything takes 38 seconds.
BATCH_SECONDS = 20.0
# After these nothing weaker can name anybody.
FINAL = {Outcome.REFUSED, Outcome.SEVERAL}

# What is said of whoever is named by each kind of evidence, and of several.
NAMES = {
    **dict.fromkeys(evidence.ON_PAGE, gettext_lazy("The page names %(name)s.")),
    "account": gettext_lazy("The page of the account names %(name)s."),
    "funding": gettext_lazy("Its FUNDING.yml names %(name)s."),
    "manifest": gettext_lazy("Its funding.json names %(name)s."),
    "podcast": gettext_lazy("Its feed names %(name)s, by podcast:funding."),
}
NAMES_SEVERAL = {
    **dict.fromkeys(
        evidence.ON_PAGE, gettext_lazy("The page names several people: %(names)s.")
    ),
    "account": gettext_lazy("The page of the account names several people: %(names)s."),
    "funding": gettext_lazy("Its FUNDING.yml names several people: %(names)s."),
    "manifest": gettext_lazy("Its funding.json names several people: %(names)s."),
    "podcast": gettext_lazy("Its feed names several people: %(names)s."),
}


def check_due(
    seconds: float = BATCH_SECONDS, first: Callable[[], int] = lambda: 0
) -> int:
    """Check what is due, for about that long; returns how many were checked. `first`
    checks what somebody waits for, before each of the others."""
    until = time.monotonic() + seconds
    looked = first()
    while time.monotonic() < until and (look := queueing.claim()) is not None:
        check(look)
        looked += 1
        if time.monotonic() < until:
            looked += first()
    return looked


def check(look: Look) -> None:
    """Look, outside of any transaction, and store what was seen."""
    if look.thing is not None:
        settling.settle(look, check_page(look.thing))
        return
    if look.person is None:
        settling.settle_refusal(look, *hosts.says(look.host, NOBODY))
        return
    kind, seen = hosts.says(look.host, look.person.public_id)
    if kind and owner_named(look.person.public_id, by_id=True) != look.person:
        kind, seen = (
            "",
            _("%(id)s is also somebody’s username here.")
            % {"id": look.person.public_id},
        )
    seen = f"{seen} {hosts.which_of_both(look.host)}".strip()
    found = Finding(look.person if kind else None, kind, seen)
    if kind:
        found = replace(found, names=beside_page.others_of_host(look.host, fetch))
    settling.settle_host(look, found)


def check_page(thing: Thing) -> Finding:
    """Who owns a thing now, as its host and its page say."""
    if (found := _by_host(thing)) is not None:
        return found
    try:
        page = fetch(thing.url)
    except NotFetched as failure:
        return not_read(failure)
    return check_read(thing, page)


def check_read(thing: Thing, page: Page, fetch: Fetch = fetch) -> Finding:
    """The same by a page that was fetched at the thing's address already. What vouches
    for it is read by `fetch`: at most five requests."""
    if (found := _by_host(thing)) is not None:
        return found
    try:
        found = _by_page(thing, page, fetch)
    except NotFetched as failure:
        return not_read(failure)
    if found.person is not None:
        names = beside_page.others(thing.url, page, found.names)
        found = replace(found, shown=shown_by(page), names=names)
    people = people_of_host(thing.host)
    if people and found.person not in people:
        return Finding(
            None,
            "",
            _("Its host names several people, and the page none of them."),
            outcome=Outcome.HOST_OF_OTHERS,
            facts={"names": public_names(people)},
            unread=found.unread,
        )
    if found.person is None and people_of_host(other := hosts.twin(thing.host)):
        advice = _(
            "%(there)s is proved, and %(here)s is another host to us: use %(there)s in"
            " your buttons and links."
        ) % {"here": shown_host(thing.host), "there": shown_host(other)}
        return replace(found, reason=f"{found.reason} {advice}")
    return found


def not_read(failure: NotFetched) -> Finding:
    """What a page says that could not be read: nothing, and why."""
    return Finding(
        None,
        "",
        str(failure),
        sure=isinstance(failure, Gone),
        outcome=failure.outcome,
        facts=failure.values,
    )


def _by_host(thing: Thing) -> Finding | None:
    """Who owns all of a thing's host, if that is one person."""
    people = people_of_host(thing.host)
    if len(people) != 1:
        return None
    [(person, kind)] = people.items()
    named = _("Its host names %(name)s.") % {"name": person.username}
    return Finding(person, kind, named)


def _by_page(thing: Thing, page: Page, fetch: Fetch) -> Finding:
    """Whom a page names, else the page of the account that it belongs to, else what
    stands beside it."""
    seen = _seen(thing.url, page)
    found = _led_to_login(thing.url, page, who_owns((page, seen)))
    if _is_decided(found):
        return found
    unread, notes = set(), []
    account = hosts.account_page(thing.url)
    if account and (why := hosts.led_to_another_account(thing.url, page)):
        notes.append(why)
        unread |= {"account"} if is_login(page.url) else set()
    elif account:
        try:
            by_account = _by_account(account, fetch)
        except NotFetched as failure:
            why = _("We looked at the page of the account as well. %(why)s")
            notes.append(why % {"why": failure})
            unread |= set() if isinstance(failure, Gone) else {"account"}
        else:
            # Who wants no flattrs for the account's page may want them for this one.
            if _is_decided(by_account) and not by_account.refused:
                return by_account
    beside = beside_page.seen(thing.url, page, fetch)
    by_both = who_owns((page, [*seen, *beside.found]))
    unread |= beside.unread
    names = tuple(beside.named)
    by_both = replace(by_both, unread=frozenset(unread), names=names)
    if _is_decided(by_both):
        return by_both
    if found.outcome != Outcome.LOGIN:
        found = by_both
    reason = " ".join([found.reason, *notes, *beside.notes])
    return replace(found, reason=reason, unread=by_both.unread)


def _is_decided(found: Finding) -> bool:
    """Nothing weaker counts beside it."""
    return found.person is not None or found.outcome in FINAL


def people_of_host(host: str) -> dict[User, str]:
    """Who has proved a whole host, and by what."""
    standing = Proof.objects.standing().filter(host=host).select_related("person")
    return {proof.person: proof.kind for proof in standing}


def _seen(url: str, page: Page) -> list[Evidence]:
    """What a page says that was fetched at an address; refused with `LedElsewhere`
    where that led to another host."""
    if urlsplit(page.url).netloc != urlsplit(url).netloc:
        raise LedElsewhere(hosts.led_on(urlsplit(url).netloc, page), page.url)
    return evidence.seen(page, evidence.addresses_of(url, page))


def who_owns(read: tuple[Page, list[Evidence]], proof: str = "") -> Finding:
    """Whom a page names, by the strongest kind that it has; else what was seen. The
    kind of `proof` is that of the evidence, or the one that is given."""
    page, seen = read
    found = [one for one in seen if not one.but]
    if Evidence("meta", NOBODY, by_id=True) in found:
        said = _("The page says that it wants no flattrs.")
        return Finding(None, "", said, refused=True, outcome=Outcome.REFUSED)
    for kind in [*evidence.ON_PAGE, *evidence.BESIDE]:
        named = {
            owner_named(one.name, by_id=one.by_id) for one in found if one.kind == kind
        }
        people = {owner for owner in named if owner is not None}
        if len(people) > 1:
            return _names_several(people, proof or kind)
        if people:
            [person] = people
            proof = proof or kind
            said = NAMES[proof] % {"name": person.username}
            about = _said_by(person, found) if proof in evidence.ON_PAGE else None
            return Finding(person, proof, said, about=about)
    if found:
        sentence, outcome = (
            _("The page names somebody who has no account here."),
            Outcome.UNKNOWN,
        )
    elif page.cut:
        sentence, outcome = (
            _("We read the first megabyte of the page, and it names nobody."),
            Outcome.NOBODY,
        )
    else:
        sentence, outcome = _("We read the page, and it names nobody."), Outcome.NOBODY
    why = evidence.explain(seen)
    if why and outcome == Outcome.NOBODY:
        outcome = Outcome.DISCOUNTED
    facts = {
        "names": [*dict.fromkeys(one.name for one in found)][: evidence.MOST_TOLD],
        "why": why,
        "bytes": page.size,
        "cut": page.cut,
    }
    sentences = [sentence, evidence.unknown(found), why]
    told = " ".join(filter(None, sentences))
    return Finding(None, "", told, outcome=outcome, facts=facts)


def _said_by(person: User, found: list[Evidence]) -> Submission | None:
    """What the button of somebody says of the page that it stands on, or their payment
    link."""
    names = {person.username.lower(), person.public_id}
    said = [one for one in found if one.about and one.name in names]
    said.sort(key=lambda one: one.kind != "button")
    return said[0].about if said else None


def _names_several(people: set[User], proof: str) -> Finding:
    names = ", ".join(sorted(person.username for person in people))
    said = NAMES_SEVERAL[proof] % {"names": names}
    facts = {"names": public_names(people)}
    return Finding(None, "", said, outcome=Outcome.SEVERAL, facts=facts)


def public_names(people: Iterable[User]) -> list[str]:
    """The names of those whose profiles anybody can see."""
    return sorted(person.username for person in people if person.is_here)


def _led_to_login(url: str, page: Page, found: Finding) -> Finding:
    """Say that an address led on to where people sign in, if nobody was named there."""
    if found.person or page.url == url or not is_login(page.url):
        return found
    return replace(found, outcome=Outcome.LOGIN, facts={"there": page.url})


def _by_account(account: str, fetch: Fetch) -> Finding:
    """Whom the account's page names, by its tag or its link to a profile: buttons
    there may be about anything."""
    page = fetch(account, HTML)
    named = [
        one
        for one in _seen(account, page)
        if one.kind in {"meta", "me"} and not one.but
    ]
    return who_owns((page, named), "account")

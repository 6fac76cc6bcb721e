"""What else may be somebody's: things that nobody has proved, on hosts and below accounts
that they have proved, named by pages that they have proved, or registered in their name.

It says only where it is worth looking: each page decides for itself. What its readers
hid from the catalogue is not shown to whoever only named it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.models import Look, Proof, Reading, Refused, Thing
from buttons.proofs import hosts
from buttons.signals.kinds import Kind
from buttons.things.addresses import shown, shown_host
from flattr.database import clock

# Of one person, at once.
MOST = 100
# The latest of their proved pages that are looked through for what they name.
MOST_PAGES = 500
MOST_NAMED = 1_000
READ_LATELY = timedelta(days=1)
NAMING = {Kind.ME, Kind.FUNDING_YML, Kind.FUNDING_JSON}
BY_ACCOUNT = dict(Proof.KINDS)["account"]


@dataclass(frozen=True, slots=True)
class Belonging:
    """A thing that may be somebody's, and why, in a sentence."""

    thing: Thing
    why: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What somebody has proved: hosts, the pages of accounts, and which page of theirs
    names an address."""

    person: User
    hosts: set[str]
    accounts: set[str]
    named: dict[str, str]

    def why(self, thing: Thing) -> str:
        if thing.host in self.hosts:
            host = {"host": shown_host(thing.host)}
            return _("It is on %(host)s, which you have proved.") % host
        if (account := hosts.account_page(thing.url)) in self.accounts:
            return _("It belongs to the account %(account)s, which is yours.") % {
                "account": shown(account)
            }
        if page := self.named.get(thing.url):
            return _("Your page %(page)s names it.") % {"page": shown(page)}
        return _("It was registered in your name.")


def of(person: User) -> list[Belonging]:
    """At most `MOST` things, the oldest first, and last what was only registered in their
    name, as anybody can: five queries."""
    known = _known(person)
    named = [*known.named][:MOST_NAMED]
    seen = Q(host__in=known.hosts) | Q(url__in=named)
    for account in known.accounts:
        seen |= Q(url__startswith=f"{account}/")
    refused = Refused.objects.filter(
        Q(address=OuterRef("url")) | Q(address=OuterRef("host"))
    )
    known_first = Case(When(seen, then=0), default=1)
    things = (
        Thing.objects.filter(Q(owner=person) | (seen & Q(hidden=False)))
        .filter(~Exists(refused), proved_at=None, suspended_at=None)
        .select_related("look")
        .order_by(known_first, "pk")
    )
    return [Belonging(thing, known.why(thing)) for thing in things[:MOST]]


def _known(person: User) -> _Known:
    whole = Proof.objects.standing().filter(person=person, thing=None)
    on_hosts = Look.objects.filter(person=person).values_list("host", "names")
    proved = Thing.objects.filter(owner=person, proved_at__isnull=False)
    rows = proved.order_by("-proved_at", "pk").values_list(
        "url", "proof", "look__names"
    )
    accounts: set[str] = set()
    named: dict[str, str] = {}
    pages = list(rows[:MOST_PAGES])
    for url, proof, names in pages:
        account = hosts.account_page(url)
        if account and proof == BY_ACCOUNT:
            accounts.add(account)
        elif hosts.is_account(url):
            accounts.add(url)
        named |= _forms(names or [], url)
    for host, names in on_hosts:
        named |= _forms(names, f"https://{host}/")
    lately = Reading.objects.filter(
        url__in=[url for url, _proof, _names in pages],
        read_at__gt=clock.now() - READ_LATELY,
    )
    for url, found in lately.values_list("url", "found"):
        signals = found.get("signals", [])
        named |= _forms((s["address"] for s in signals if s["kind"] in NAMING), url)
    return _Known(person, set(whole.values_list("host", flat=True)), accounts, named)


def _forms(addresses: Iterable[str], page: str) -> dict[str, str]:
    """Each address in the forms in which it may be known here, and who names it."""
    plain = (address.partition("://")[2].removesuffix("/") for address in addresses)
    return {
        f"{scheme}://{one}{slash}": page
        for one in plain
        for scheme in ("https", "http")
        for slash in ("", "/")
        if one
    }

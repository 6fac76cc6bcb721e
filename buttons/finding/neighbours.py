"""What the creators whom a reader flattrs flattr themselves, if they show it."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import User
from buttons.finding.asked import Asked
from buttons.finding.searching import creators, listed_things
from buttons.models import Flattr, Thing
from flattr import months
from flattr.database import clock

MONTHS = 3


def showing(reader: User, since: int) -> QuerySet[User]:
    """Creators whom `reader` flattred since then and who show what they flattr."""
    flattred = Flattr.objects.filter(reader=reader, period__gte=since)
    return User.objects.filter(
        pk__in=flattred.values("creator"),
        shows_flattrs=True,
        is_active=True,
        suspended_at=None,
        closing_at=None,
    )


def things_of_neighbours(asked: Asked, reader: User) -> QuerySet[Thing]:
    """Proved things of others that such creators flattred in the last three months and
    the reader never did, with how many of them did as `by`."""
    since = months.shifted(clock.period(), 1 - MONTHS)
    own = Flattr.objects.filter(reader=reader, thing=OuterRef("pk"))
    return (
        listed_things(asked)
        .filter(
            proved_at__isnull=False,
            received__reader__in=showing(reader, since),
            received__period__gte=since,
        )
        .exclude(owner=reader)
        .exclude(Exists(own))
        .annotate(by=Count("received__reader", distinct=True))
    )


def neighbours(asked: Asked, reader: User) -> QuerySet[User]:
    """Creators whom such creators flattred in the last three months and the reader never
    did, with how many of them did as `by`."""
    since = months.shifted(clock.period(), 1 - MONTHS)
    own = Flattr.objects.filter(reader=reader, creator=OuterRef("pk"))
    return (
        creators(asked)
        .filter(
            flattrs_received__reader__in=showing(reader, since),
            flattrs_received__period__gte=since,
        )
        .exclude(pk=reader.pk)
        .exclude(Exists(own))
        .annotate(by=Count("flattrs_received__reader", distinct=True))
    )

"""Authors who do not want flattrs, for a page or for all of a host, for good.

They need no account, only to show that it is theirs to refuse. We give up what waited
for them and notify the readers; no money had moved.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.mail import outbox
from accounts.models import User
from buttons.models import Promise, Refused, Thing
from flattr.web.refusals import Refusal

BY_STAFF = "by the operator"


class NotRefused(Refusal):
    says = _("This cannot be refused.")

    code = "not_refused"
    status = 403


@transaction.atomic
def refuse(address: str, proof: str, by: audit.By = None, reason: str = "") -> int:
    """Let nothing be flattred at a thing's `url`, or on all of a `host`, that nobody
    has proved; how many promises were given up. Again is a no-op.

    `proof` says how the author showed that it is theirs to refuse.
    """
    row, made = Refused.objects.get_or_create(
        address=address, defaults={"proof": proof}
    )
    if not made:
        return 0
    audit.note(
        by,
        "author_refused",
        f"refused:{row.pk}",
        after={"address": address, "proof": proof},
        reason=reason,
    )
    things = Thing.objects.filter(Q(url=address) | Q(host=address), proved_at=None)
    things.update(hidden=True)
    promises = Promise.objects.filter(thing__in=things).select_related(
        "thing", "reader"
    )
    titles: dict[User, dict[str, int]] = {}
    for promise in promises:
        titles.setdefault(promise.reader, {})[promise.thing.title] = promise.thing_id
    for reader, told in titles.items():
        key, (first, *_others) = f"promise_refused:{row.pk}:{reader.pk}", sorted(told)
        outbox.write(
            key, "promise_refused", reader, things=sorted(told), thing=told[first]
        )
    return promises.delete()[0]


def refuse_page(thing: Thing, by: audit.By, reason: str) -> str:
    """An author wrote that nobody should flattr a page; staff record it."""
    return _record(thing, thing.url, by, reason)


def refuse_host(thing: Thing, by: audit.By, reason: str) -> str:
    """The same for all of the page's host."""
    return _record(thing, thing.host, by, reason)


@transaction.atomic
def lift(refused: Refused, by: audit.By, reason: str) -> None:
    """The author has changed their mind. What was given up does not come back, nor
    into the catalogue before somebody proves it."""
    _sayable(by, reason)
    audit.note(
        by,
        "refusal_lifted",
        f"refused:{refused.pk}",
        before={"address": refused.address},
        reason=reason,
    )
    Refused.objects.filter(pk=refused.pk).delete()


def _record(thing: Thing, address: str, by: audit.By, reason: str) -> str:
    _sayable(by, reason)
    if thing.proved:
        raise NotRefused(_("It has a proved owner, who can hide it."))
    given_up = refuse(address, BY_STAFF, by, reason)
    return ngettext(
        "%(number)s promise given up", "%(number)s promises given up", given_up
    ) % {"number": given_up}


def _sayable(by: audit.By, reason: str) -> None:
    staff = audit.actor(by)
    if staff is None or not staff.acts_as_staff:
        raise NotRefused(_("Only staff record what authors write."))
    if not reason.strip():
        raise NotRefused(
            _("Please say how the author showed that it is theirs; we keep it.")
        )

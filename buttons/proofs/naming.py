"""Staff resolve a string that is one person's username and another's public id: the
later of the two gets a new one, and what was proved by the string is checked again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.mail import outbox
from accounts.models import SharedName, User, new_public_id, username_validators
from accounts.people import names
from buttons.models import Look
from flattr.database import clock
from flattr.web.refusals import Refusal


class NotRenamed(Refusal):
    says = _("Please write the new username, a space, and the reason.")

    code = "not_renamed"


@transaction.atomic
def rename(shared: SharedName, by: audit.By, words: str) -> None:
    """Give the person with that username another: `words` are the name, then the reason.

    Refused with `NotRenamed` without either, for a name that is none, and for one that
    is or was somebody's.
    """
    name, _space, reason = words.strip().partition(" ")
    if not reason.strip():
        raise NotRenamed
    try:
        for validator in username_validators:
            validator(name)
    except ValidationError as wrong:
        raise NotRenamed(" ".join(wrong.messages)) from None
    if names.is_taken(name):
        raise NotRenamed(_("Somebody has or had this name."))
    _change(shared, shared.named, by, reason, username=name)


@transaction.atomic
def draw_again(shared: SharedName, by: audit.By, reason: str) -> None:
    """Give the person with that public id another; refused without a reason."""
    if not reason.strip():
        raise NotRenamed(_("Please write the reason."))
    while names.is_taken(drawn := new_public_id()):
        pass
    _change(shared, shared.numbered, by, reason, public_id=drawn)


def _change(
    shared: SharedName, person: User, by: audit.By, reason: str, **change: str
) -> None:
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(**change)
    except IntegrityError:
        raise NotRenamed(_("Somebody took this name a moment ago.")) from None
    [(field, now)] = change.items()
    row = audit.note(
        by,
        "name_changed",
        f"person:{person.pk}",
        before={field: shared.name},
        after=change,
        reason=reason.strip(),
    )
    outbox.write(
        f"name_changed:{row.pk}",
        "name_changed",
        person,
        is_name=field == "username",
        before=shared.name,
        now=now,
    )
    look_anew(shared)


def look_anew(shared: SharedName) -> None:
    """Let all that is one of the two's, or named for them, be looked at now."""
    both = [shared.named_id, shared.numbered_id]
    theirs = (
        Q(thing__owner__in=both)
        | Q(person__in=both)
        | Q(thing__proofs__person__in=both)
    )
    due = Look.objects.filter(theirs).values("pk")
    Look.objects.filter(pk__in=due).update(due_at=clock.now())

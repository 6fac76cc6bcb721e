"""Checks of a page that somebody asked for, before any stranger has clicked.

The web server writes down what is asked and wakes a worker; it never waits for a
stranger's page. Without a broker the next tick has it checked.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signing_in import attempts
from accounts.signing_in.attempts import Limit
from buttons.models import Outcome, PageCheck
from buttons.proofs import queueing
from buttons.things.addresses import host_of
from buttons.things.submitting import Submission
from flattr.database import clock
from flattr.web.refusals import Refusal

# A row that is claimed is left alone for so long, whatever becomes of its worker.
CLAIM_LASTS = timedelta(minutes=1)
OF_PERSON = Limit(burst=10, every=300)
# All people together: nobody makes us a burden for somebody else's host.
OF_HOST = Limit(burst=30, every=30)
# Of one person; older ones are forgotten.
MOST_KEPT = 20


class AskedTooOften(Refusal):
    says = _("You have checked many times just now. Please try again in five minutes.")

    code = "asked_too_often"
    status = 429


def ask(person: User, about: Submission) -> PageCheck:
    """Have a page checked for the button of a person; refused with `AskedTooOften`.
    `about` is what the button says of it. One that waits already is not asked again."""
    waiting = PageCheck.objects.filter(
        person=person, url=about.url, due_at__isnull=False
    )
    if (check := waiting.first()) is None:
        check = _ask_anew(person, about)
    transaction.on_commit(queueing.wake)
    return check


def _ask_anew(person: User, about: Submission) -> PageCheck:
    host = attempts.key_of("look:host", host_of(about.url))
    try:
        attempts.count({f"look:{person.pk}": OF_PERSON, host: OF_HOST})
    except attempts.TooMany as many:
        raise AskedTooOften from many
    now = clock.now()
    anew = {
        "said": _said(about),
        "asked_at": now,
        "due_at": now,
        "answered_at": None,
        "outcome": "",
        "facts": {},
    }
    check, _made = PageCheck.objects.update_or_create(
        person=person, url=about.url, defaults=anew
    )
    kept = PageCheck.objects.filter(person=person).order_by("-asked_at", "-id")
    old = kept.values_list("pk", flat=True)[MOST_KEPT:]
    PageCheck.objects.filter(pk__in=list(old)).delete()
    return check


def _said(about: Submission) -> dict[str, object]:
    return {
        "title": about.title,
        "description": about.description,
        "language": about.language,
        "category": about.category,
        "tags": about.tags,
        "hidden": about.hidden,
    }


def as_typed(check: PageCheck) -> Submission:
    """What the button says of the page, as it was typed."""
    return Submission(check.url, check.person.username, **check.said)


def any_due() -> bool:
    return PageCheck.objects.filter(due_at__lte=clock.now()).exists()


@transaction.atomic
def claim() -> PageCheck | None:
    """The check that has waited longest, put off for others while it is claimed."""
    now = clock.now()
    due = (
        PageCheck.objects.filter(due_at__lte=now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .order_by("due_at", "id")
        .first()
    )
    if due is not None:
        due.due_at = now + CLAIM_LASTS
        due.save(update_fields=["due_at"])
    return due


def store(check: PageCheck, outcome: Outcome, facts: dict[str, object]) -> None:
    """Store what was seen, unless it was asked anew or answered meanwhile."""
    PageCheck.objects.filter(
        pk=check.pk, asked_at=check.asked_at, answered_at=None
    ).update(outcome=outcome, facts=facts, answered_at=clock.now(), due_at=None)

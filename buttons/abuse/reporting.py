"""Reports: somebody says that a thing or a person should not be here, and the owner may
appeal when it was taken down. `payouts.moderation.moderating` decides.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.mail import composing
from accounts.models import User
from accounts.signing_in import attempts
from accounts.signing_in.attempts import Limit
from buttons.models import Report, Thing
from flattr.web.clients import client_ip, neighbourhood
from flattr.web.refusals import Refusal

SALT = "buttons.reporting.appeal"
APPEAL = "buttons:appeal"
# Nine an hour from one address and from one account.
OFTEN = Limit(burst=5, every=900)
APPEALED_WITHIN = timedelta(days=183)
APPEALABLE = [Report.Decision.TAKEN_DOWN, Report.Decision.PICTURE_TAKEN_DOWN]
SOURCE_KEPT = timedelta(days=30)
# An address to be answered at: so long after the answer, and so long in any case.
ADDRESS_KEPT = timedelta(days=30)
ADDRESS_KEPT_AT_MOST = timedelta(days=183)


class TooOften(Refusal):
    says = _(
        "You have sent many reports in the last hour. Please wait a quarter of an hour."
    )

    code = "too_often"
    status = 429


class NotAppealed(Refusal):
    says = _("You can no longer appeal this decision.")

    code = "not_appealed"
    status = 403


def report(
    request: HttpRequest, about: Thing | User, reason: str, words: str, email: str = ""
) -> Report:
    """Store what somebody says is wrong; the same said twice is one report. `email` is
    where whoever is not signed in wants to be answered.

    Refused with `TooOften`, counted in the database.
    """
    reporter = audit.actor(request)
    source = _hashed(neighbourhood(client_ip(request)))
    limits = {f"report:ip:{source}": OFTEN}
    if reporter is not None:
        limits[f"report:account:{reporter.pk}"] = OFTEN
    try:
        attempts.count(limits)
    except attempts.TooMany as refused:
        raise TooOften from refused
    found, _made = Report.objects.open().get_or_create(
        thing=about if isinstance(about, Thing) else None,
        person=about if isinstance(about, User) else None,
        reason=reason,
        words=words,
        reporter=reporter,
        email="" if reporter else email,
        ip_hash=source,
        appealed_at=None,
        decided_at=None,
    )
    return found


def forget_sources() -> int:
    """Forget where reports older than thirty days came from; returns how many."""
    old = timezone.now() - SOURCE_KEPT
    return Report.objects.filter(made_at__lt=old).exclude(ip_hash="").update(ip_hash="")


def forget_addresses() -> int:
    """Forget where reports are to be answered: a month after they were, and after half a
    year in any case; returns how many."""
    now = timezone.now()
    old = Q(answered_at__lt=now - ADDRESS_KEPT)
    old |= Q(made_at__lt=now - ADDRESS_KEPT_AT_MOST)
    return Report.objects.filter(old).exclude(email="").update(email="")


# --- Appeals


def appeal_url(decided: Report) -> str:
    """Where the owner of what was taken down can appeal, signed in or not."""
    return composing.signed(APPEAL, decided.pk, SALT)


def appeal_link(decided: Report) -> list[object]:
    """The same, for a mail."""
    return composing.link(APPEAL, decided.pk, SALT)


def by_token(token: str) -> Report:
    """The report that an appeal link is about; else `NotAppealed`."""
    reports = Report.objects.select_related("thing__owner", "person")
    try:
        return reports.get(pk=signing.loads(token, salt=SALT))
    except (signing.BadSignature, Report.DoesNotExist) as refusal:
        raise NotAppealed(
            _("This link is not complete. Please copy the whole of it.")
        ) from refusal


def taken_down(about: Thing | User) -> Report | None:
    """The latest decision by which it was taken down, while it can be appealed."""
    return (
        Report.objects.filter(
            thing=about if isinstance(about, Thing) else None,
            person=about if isinstance(about, User) else None,
            decision=Report.Decision.TAKEN_DOWN,
            appealed_at=None,
            decided_at__gt=timezone.now() - APPEALED_WITHIN,
        )
        .order_by("-decided_at")
        .first()
    )


def picture_taken_down(about: Thing | User) -> Report | None:
    """The latest decision by which its picture was taken down, if that stands."""
    return (
        Report.objects.filter(
            thing=about if isinstance(about, Thing) else None,
            person=about if isinstance(about, User) else None,
        )
        .exclude(picture="")
        .exclude(decision=Report.Decision.RESTORED)
        .order_by("-id")
        .first()
    )


def can_be_appealed(decided: Report) -> bool:
    return (
        decided.decision in APPEALABLE
        and not decided.appealed
        and (decided.picture != "" or decided.about.suspended_at is not None)
        and decided.decided_at is not None
        and decided.decided_at > timezone.now() - APPEALED_WITHIN
    )


@transaction.atomic
def appeal(decided: Report, by: audit.By, words: str) -> None:
    """Open the report again for another member of staff; once, within six months.

    Until they decide it stays taken down. Refused with `NotAppealed`.
    """
    if not can_be_appealed(decided):
        raise NotAppealed
    reopened = Report.objects.filter(
        pk=decided.pk,
        decision__in=APPEALABLE,
        appealed_at=None,
        decided_at__gt=timezone.now() - APPEALED_WITHIN,
    ).update(
        appealed_at=timezone.now(),
        appeal=words,
        judged_by=F("decided_by"),
        decided_by=None,
        decided_at=None,
    )
    if not reopened:
        raise NotAppealed
    audit.note(by, "report_appealed", f"report:{decided.pk}", reason=words)


def _hashed(source: str) -> str:
    return salted_hmac("buttons.reporting", source, algorithm="sha256").hexdigest()[:40]

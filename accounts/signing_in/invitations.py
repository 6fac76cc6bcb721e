"""Staff may set their first second factor only with a link that another admin sent. So
whoever stole the password of a member of staff without a second factor cannot set one
and open the admin (A3).

The first admin's link is printed by `manage.py second_factor_link`.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.mail import composing, outbox
from accounts.models import Audit, User
from flattr.database import clock
from flattr.web.refusals import Refusal

SENT = "second_factor_link"
LASTS = timedelta(days=3)
SALT = "accounts.signing_in.invitations"
INVITED = "invited"  # in the session: the number of the link that was opened


class NotInvited(Refusal):
    says = _("We send this person no link for a second factor.")

    code = "not_invited"
    status = 403


@transaction.atomic
def send(staff: User, by: audit.By, reason: str) -> str:
    """Mail the link to a member of staff, or refuse with `NotInvited`. It replaces the
    link before."""
    if audit.actor(by) == staff:
        raise NotInvited(_("Another admin has to send it."))
    if staff.erased_at is not None or not staff.is_active:
        raise NotInvited(_("This account is closed."))
    noted = invite(staff, by, reason)
    links = {"url": composing.link(SENT, noted.pk, SALT)}
    outbox.write(f"{SENT}:{noted.pk}", SENT, staff, links=links)
    return gettext("sent to %(email)s") % {"email": staff.email}


def invite(staff: User, by: audit.By, reason: str) -> Audit:
    """Record that a link is made for them, or refuse with `NotInvited`."""
    if not staff.is_staff:
        raise NotInvited(
            _("Only staff need a link; others set a second factor themselves.")
        )
    if is_mfa_enabled(staff):
        raise NotInvited(_("There is a second factor already."))
    return audit.note(by, SENT, f"person:{staff.pk}", reason=reason)


def link(noted: Audit) -> str:
    return composing.signed(SENT, noted.pk, SALT)


def why_not(person: User, *, is_opened: bool) -> str:
    """Why a member of staff sets no second factor: the link that they opened does not
    count, or they have none."""
    if is_opened:
        return gettext(
            "This link does not work any more. It was used before, a newer one was"
            " sent, it is older than three days, or it is for somebody else than"
            " %(username)s."
        ) % {"username": person.username}
    return gettext(
        "Ask another admin for a link: they send it from your page in the admin. As you"
        " work here, you need it to set up your first second factor, so that somebody"
        " who only has your password cannot do it."
    )


def open_link(request: HttpRequest, token: str) -> bool:
    """Whether the link is valid for whoever is signed in; the session remembers it."""
    try:
        number = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return False
    if request.user.pk is None or not _counts(number, request.user.pk):
        return False
    request.session[INVITED] = number
    return True


def may_set(request: HttpRequest, person: User) -> bool:
    """Whether the person may set a second factor here. Somebody who has one, or signed
    in with it, sets no first one."""
    return (
        settings.LOCAL
        or not person.is_staff
        or is_mfa_enabled(person)
        or any(
            r["method"] == "mfa" for r in get_authentication_records(request, person)
        )
        or _counts(request.session.get(INVITED, 0), person.pk)
    )


def _counts(number: int, person_id: int) -> bool:
    """Whether the link is recent, the person's latest, and not used yet."""
    of_person = Audit.objects.filter(subject=f"person:{person_id}")
    sent = of_person.filter(pk=number, action=SENT, at__gt=clock.now() - LASTS).exists()
    later = of_person.filter(pk__gt=number, action__in=[SENT, *audit.SECOND_FACTOR])
    return sent and not later.exists()

"""What we need of allauth's inside, and nothing else of ours imports.

allauth does not write down that the link of a first mail signed somebody in, nor does a
new password that was chosen by a mailed link confirm the address. Ours do both: whoever
opened the link has shown that they read that mail, and is not asked for it a second
time. The two functions that do this have no public name.
"""

from __future__ import annotations

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

from accounts.models import User


def note_sign_in_by_mail(request: HttpRequest, person: User) -> None:
    """Write down that a mail of ours signed the person in."""
    record_authentication(request, person, method="mail")


def count_as_confirmed(request: HttpRequest) -> None:
    """Let what signed the person in count as a password typed again just now."""
    for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
        record["reauthenticated"] = True


def confirm_address(request: HttpRequest, person: User) -> None:
    """The person's address is theirs: they came by a link that was mailed there."""
    verify_email_indirectly(request, person, person.email)

"""Words that no new username may be, because the API, proofs or the site give them a meaning,
or because people would believe a stranger with that name.

Whoever has one already keeps it.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What programs, embeds and the tag `flattr:id` write where they mean no person.
NOBODYS = """
me you none nobody anonymous unknown null nil undefined true false all everybody everyone
username user-name user_name your-name your_name yourname email partner
"""
# Parts of our addresses and of the API.
PLACES = """
api rest oauth v2 users things flattrs lookup search activities subscriptions categories
languages rate_limit submit button buttons thing profile report claim donation settings
month pay revenue budget statement payout payouts webhooks healthz metrics static js login
logout signin sign-in signup sign-up register account accounts password
"""
# Who speaks for the site, and its mailboxes (RFC 2142).
SPEAKERS = """
flattr admin administrator root staff support help helpdesk team official operator
moderator moderation system security abuse billing payments legal privacy terms imprint
about contact press info news blog docs status mail noreply no-reply postmaster hostmaster
webmaster mailer-daemon www ftp smtp
"""
WORDS = frozenset((NOBODYS + PLACES + SPEAKERS).split())


def is_reserved(name: str) -> bool:
    return name.lower() in WORDS


def refuse_reserved(name: str) -> None:
    """`ValidationError` for a reserved word, in any case."""
    if is_reserved(name):
        raise ValidationError(
            _("This word has a meaning of its own here. Please choose another name."),
            code="reserved",
        )

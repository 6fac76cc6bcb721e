"""What the outbox sends of a stored mail: its links, its text and HTML, and the way to
switch such mails off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.mail import letter
from accounts.models import Outbox, User

# Mails that a person can switch off, and the field of theirs that does it.
SWITCHES = {
    "statement": "mail_statement",
    "revenue": "mail_revenue",
    "paid_in": "mail_paid_in",
    "renewal_ahead": "mail_renewal",
    "first_flattr": "mail_first",
    "gift_received": "mail_gift",
    "gift_given": "mail_gift_given",
    "digest_given": "mail_reader_digest",
    "digest_clicks": "mail_creator_digest",
}
OFF_SALT = "accounts.mail.outbox.off"


def link(view: str, about: Any, salt: str) -> list[Any]:
    """For `links` among a mail's facts: the address of `view` with a token that says
    `about`, JSON, signed with `salt`. It is signed when the mail is sent, so that the
    outbox holds no token, which whoever reads a dump would find."""
    return [view, about, salt]


def signed(view: str, about: Any, salt: str) -> str:
    token = signing.dumps(about, salt=salt)
    return settings.SITE_URL + reverse(view, args=[token])


def links_of(written: Outbox) -> dict[str, str]:
    """The signed links of a mail, by the names that its letter has for them."""
    return {
        name: signed(*parts) for name, parts in written.facts.get("links", {}).items()
    }


def message_of(due: Outbox) -> EmailMultiAlternatives:
    facts = {**due.facts, **links_of(due)}
    person = due.person
    if person is None:
        return compose(due.template, [due.facts["to"]], facts)
    switch = SWITCHES.get(due.template)
    return compose(
        due.template,
        [due.facts.get("to", person.email)],
        {**facts, "person": person},
        off_url(person, switch) if switch is not None else "",
    )


def compose(
    kind: str, to: list[str], facts: dict[str, Any], off: str = ""
) -> EmailMultiAlternatives:
    """A letter as text and as HTML, in the language of mails. It greets the `person`
    among the facts; `off` is the address by which they stop such mails."""
    greeted = facts["person"].name if "person" in facts else ""
    with translation.override(settings.LANGUAGE_CODE):
        written = letter.of(kind, facts)
        shown = {
            "letter": written,
            "greeting": written.greeting(greeted),
            "off_url": off,
            "SITE_NAME": settings.OPERATOR_NAME,
            "SITE_URL": settings.SITE_URL,
        }
        text = render_to_string("emails/letter.txt", shown).strip() + "\n"
        dressed = render_to_string("emails/letter.html", shown)
    message = EmailMultiAlternatives(
        written.subject, text, settings.DEFAULT_FROM_EMAIL, to
    )
    if off:
        message.extra_headers = {
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message.attach_alternative(dressed, "text/html")
    return message


def subject_of(kind: str, facts: dict[str, Any]) -> str:
    """The subject of a mail, by the facts that are kept of it."""
    unsigned = dict.fromkeys(facts.get("links", {}), "")
    with translation.override(settings.LANGUAGE_CODE):
        return letter.of(kind, {**facts, **unsigned}).subject


def off_url(person: User, switch: str) -> str:
    token = signing.dumps([person.pk, switch], salt=OFF_SALT)
    return settings.SITE_URL + reverse("mail_off", args=[token])


def read_off(token: str) -> tuple[int, str]:
    """Whose mail and which switch; `signing.BadSignature` when we did not write it."""
    person_id, switch = signing.loads(token, salt=OFF_SALT)
    return int(person_id), str(switch)

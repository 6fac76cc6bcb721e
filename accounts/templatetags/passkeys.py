"""What the pages about passkeys need: options for the browser, and who has which."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django import template
from django.utils.translation import gettext

from accounts.models import User
from accounts.signing_in import passkeys
from accounts.signing_in.second_factor import Ways
from flattr.templatetags.flattr import day

register = template.Library()


@register.filter
def as_json(options: Any) -> str:
    """For an attribute that the page's script reads."""
    return json.dumps(options)


@register.simple_tag
def passkeys_are_possible() -> bool:
    return passkeys.are_possible()


@register.filter
def used_on(passkey: Authenticator) -> str:
    """When a passkey was made, and when it was last used."""
    made = {"made": day(passkey.created_at)}
    if passkey.last_used_at is None:
        return gettext("made on %(made)s, not used yet") % made
    used = made | {"used": day(passkey.last_used_at)}
    return gettext("made on %(made)s, last used on %(used)s") % used


@register.simple_tag
def ways_of(person: User) -> Ways:
    """By what somebody shows that they are themselves, besides a password: one query."""
    kept = Authenticator.objects.filter(user=person)
    return Ways(frozenset(kept.values_list("type", flat=True)))

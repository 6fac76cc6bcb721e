"""What a person does at the door: sign up, sign in, open a link in a mail."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

PASSWORD = "a quiet harbour at noon"


def sign_up(client: Client, name: str, **facts: Any) -> Any:
    form = {"email": f"{name}@people.example", "username": name, "password1": PASSWORD}
    return client.post("/account/signup/", {**form, **facts})


def sign_in(client: Client, login: str, password: str, **extra: Any) -> Any:
    form = {"login": login, "password": password}
    return client.post("/account/login/", form, **extra)


def link_in(mail: EmailMessage, word: str) -> str:
    """The path of the link in a mail that holds `word`; it must be one of ours."""
    [link] = [
        found
        for found in re.findall(r"https?://\S+", str(mail.body))
        if word in urlsplit(found).path
    ]
    assert link.startswith(settings.SITE_URL + "/"), link
    path: str = link.removeprefix(settings.SITE_URL)
    return path


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/settings").status_code == 200)


def code_for(secret: str) -> str:
    """What the app on the phone shows now; a code that is about to change is waited
    out, as people do."""
    left = 30 - time.time() % 30
    if left < 2:
        time.sleep(left)
    counter = next(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counter)))


def switch_on(client: Client) -> str:
    page = client.get("/account/2fa/totp/activate/")
    secret: str = page.context["form"].secret
    answer = client.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.status_code == 302, answer.content
    cache.clear()
    return secret

"""People who click: readers with sessions, tokens and intents, and the requests that
their browsers and programs would send next.

Rows are made in bulk, by the application's own models; what a click looks at is there
as it would be after signing in, paying and opening the confirm page.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from oauth2_provider.models import set_token_value

from accounts.models import Budget, BudgetAmount, User
from accounts.models.oauth import AccessToken
from accounts.oauth.secrets_at_rest import NEVER
from accounts.signing_in import sessions
from buttons.clicks import intents
from buttons.models import Thing
from buttons.things.submitting import Submission
from flattr.database import clock

CREATORS = 50
READERS, THINGS = 600, 400
HOST = "creators.example"
# What a browser sends with every form, as far as the platform looks at it.
BROWSER = (
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: de-DE,de;q=0.8,en;q=0.5\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody signed in, with the two cookies and a token of their own."""

    user: User
    cookies: str
    form_token: str
    token: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """Readers with open budgets, and proved things of creators, numbered without gaps:
    thing `n` belongs to creator `n % CREATORS`."""

    readers: list[Reader]
    creators: list[User]
    things: list[Thing]
    period: int

    def pairs(self) -> Iterator[tuple[Reader, Thing]]:
        """Every reader with every thing once, so that neighbours meet neither the same
        reader nor the same thing."""
        for round_, place in itertools.product(
            range(len(self.things)), range(len(self.readers))
        ):
            yield self.readers[place], self.things[(place + round_) % len(self.things)]


def people(name: str, many: int) -> list[User]:
    """Accounts and nothing else, called by `name` and a number; ids without gaps."""
    return User.objects.bulk_create(
        User(
            username=f"{name}{number}",
            email=f"{name}{number}@people.example",
            public_id=f"{name[:1]}{number:05x}",
            password="!",
        )
        for number in range(many)
    )


def gather() -> Crowd:
    """A crowd of signed-in readers, and things of creators: once in a database."""
    now, period = clock.now(), clock.period()
    givers, creators = people("giver", READERS), people("maker", CREATORS)
    Budget.objects.bulk_create(
        Budget(reader=giver, created_at=now, credited_at=now, covered_period=period)
        for giver in givers
    )
    BudgetAmount.objects.bulk_create(
        BudgetAmount(reader=giver, period=period, amount=1_000) for giver in givers
    )
    made = Thing.objects.bulk_create(
        Thing(
            url=f"https://{HOST}/{number}",
            host=HOST,
            title=f"Thing {number}",
            owner=creators[number % CREATORS],
            proved_at=now,
            proof="by the operator",
            created_at=now,
        )
        for number in range(THINGS)
    )
    return Crowd([sign_in(giver) for giver in givers], creators, made, period)


def sign_in(user: User) -> Reader:
    """A session as signing in leaves it, and a token for programs."""
    session = sessions.SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            sessions.CLIENT: "Firefox on Linux",
            sessions.SEEN_ON: timezone.now().date().isoformat(),
        }
    )
    session.create()
    request = HttpRequest()
    form_token = get_token(request)
    token = f"bench-{user.username}"
    made = AccessToken(user=user, name="bench", scope="flattr thing", expires=NEVER)
    made.last_used_at = timezone.now()
    set_token_value(made, token)
    made.save()
    cookies = (
        f"{settings.SESSION_COOKIE_NAME}={session.session_key};"
        f" {settings.CSRF_COOKIE_NAME}={request.META['CSRF_COOKIE']}"
    )
    return Reader(user, cookies, form_token, token)


def confirming(reader: Reader, thing: Thing, period: int, site: str) -> bytes:
    """The form of a confirm page of the platform at `site`, as a browser sends it."""
    return post(
        f"{site}/flattr/confirm",
        f"{BROWSER}Origin: {site}\r\nCookie: {reader.cookies}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n",
        urlencode(form(reader, thing, period)),
    )


def form(reader: Reader, thing: Thing, period: int) -> dict[str, str]:
    """The fields of the form that a confirm page would carry now."""
    about = Submission(url=thing.url, title=thing.title)
    return {
        "csrfmiddlewaretoken": reader.form_token,
        "intent": intents.issue(reader.user, thing.owner, period, about),
    }


def calling(reader: Reader, thing: Thing, site: str) -> bytes:
    """The same flattr by a program with the reader's token."""
    return post(
        f"{site}/rest/v2/flattr",
        f"Accept: application/json\r\nAuthorization: Bearer {reader.token}\r\n"
        "Content-Type: application/json\r\n",
        json.dumps({"url": thing.url}),
    )


def post(address: str, headers: str, body: str) -> bytes:
    parts = urlsplit(address)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

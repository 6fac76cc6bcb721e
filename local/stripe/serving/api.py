"""One request of the API, from its headers to its answer."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from local.stripe.objects import accounts
from local.stripe.serving import routes
from local.stripe.wire import expanding, form, idempotency, parameters
from local.stripe.wire.chaos import Chaos, Mishap
from local.stripe.wire.errors import Refused, Resource, invalid
from local.stripe.wire.idempotency import Keys
from local.stripe.wire.world import API_VERSION, World, new_id

KEPT_REQUESTS = 20_000
BROKEN = "An unknown error occurred while the simulator was asked to break."


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    form: str  # the query of a GET, the body of a POST
    headers: Mapping[str, str]  # by their names in lower case


@dataclass(frozen=True, slots=True)
class Answer:
    """`lost` closes the connection in place of an answer."""

    status: int
    body: str
    replayed: bool = False
    lost: bool = False
    retry: str = ""  # what `Stripe-Should-Retry` says
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done for a request, and what is to go wrong with it."""

    part: routes.Part
    ids: list[str]
    given: Resource
    mishap: Mishap | None


class Api:
    """Answers requests on a world, with the mishaps that were asked for."""

    def __init__(self, world: World, api_key: str) -> None:
        self.world = world
        self.api_key = api_key
        self.requests: deque[Request] = deque(maxlen=KEPT_REQUESTS)
        self.chaos: list[Chaos] = []
        self._keys = Keys()
        self._choosing = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """Never raises: what is refused or breaks is an answer too."""
        request_id = new_id("req_", 14)
        self.requests.append(request)
        world = replace(self.world, request_id=request_id)
        try:
            made = self._answer(request, world)
        except Refused as refusal:
            made = Answer(refusal.status, error_body(refusal, request_id))
            if refusal.status in {409, 429}:
                made = replace(made, retry="true")
        return replace(made, request_id=request_id)

    def _answer(self, request: Request, world: World) -> Answer:
        world = self._whose(request, world)
        name, part, ids = routes.find(request.method, request.path)
        given = parameters.parse(name, form.decode(request.form))
        job = Job(part, ids, given, self._mishap(request))
        key = request.headers.get("idempotency-key", "")
        if not key or request.method != "POST":
            return self._once(request, world, job)
        if len(key) > 255:
            raise invalid("Idempotency keys are at most 255 characters long.")
        world = replace(world, idempotency_key=key)
        if job.mishap == "prune":
            spared = min(rule.spared_seconds for rule in self.chaos)
            idempotency.prune(world, spared_seconds=spared)
        self._keys.begin(world.account, key)
        try:
            return self._once(request, world, job)
        finally:
            self._keys.end(world.account, key)

    def _once(self, request: Request, world: World, job: Job) -> Answer:
        """Do it, or answer as before, all in one transaction of the store."""
        before(job.mishap)
        if job.mishap == "lost_before":
            return Answer(0, "", lost=True)
        key = world.idempotency_key
        asked = idempotency.fingerprint(request.method, request.path, request.form)
        with world.store.transaction():
            known = idempotency.earlier(world, key, asked) if key else None
            if known:
                # What was kept is answered again; a lost answer may be lost again.
                return Answer(*known, replayed=True, lost=job.mishap == "lost")
            made, began = self._do(world, job)
            if key and began:
                idempotency.store(world, key, asked, made.status, made.body)
        if job.mishap == "hang":
            time.sleep(self._hang_seconds(request))
        return replace(made, lost=job.mishap == "lost")

    def _do(self, world: World, job: Job) -> tuple[Answer, bool]:
        """The answer, and whether it may be kept."""
        broken = Answer(500, error_body(broke(), world.request_id or ""), retry="false")
        if job.mishap == "error_kept":
            return broken, True
        try:
            done = job.part(world, job.given, *job.ids)
            done = expanding.expand(world, done, job.given.get("expand") or [])
        except Refused as refusal:
            if job.mishap == "error_after" and refusal.began:
                return broken, True
            text = error_body(refusal, world.request_id or "")
            return Answer(refusal.status, text), refusal.began
        if job.mishap == "error_after":
            return broken, True
        return Answer(200, json.dumps(done, indent=2)), True

    def _whose(self, request: Request, world: World) -> World:
        """The world of the account that asks, with the right key and version."""
        given = key_of(request.headers.get("authorization", ""))
        if given != self.api_key:
            shown = f"{given[:8]}…" if given else ""
            words = f"Invalid API Key provided: {shown}"
            if not given:
                words = "You did not provide an API key."
            raise Refused(words, status=401, began=False)
        version = request.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise invalid(
                f"Invalid Stripe API version: {version}. The simulator speaks "
                f"{API_VERSION}."
            )
        account = request.headers.get("stripe-account", "")
        if account:
            accounts.find_account(world, account)
        return world.on(account)

    def _mishap(self, request: Request) -> Mishap | None:
        with self._choosing:
            for rule in self.chaos:
                mishap = rule.strikes(request.method, request.path)
                if mishap:
                    return mishap
        return None

    def _hang_seconds(self, request: Request) -> float:
        return max(
            (rule.seconds for rule in self.chaos if request.path.startswith(rule.path)),
            default=0,
        )


def before(mishap: Mishap | None) -> None:
    """The mishaps that come before anything is done or kept."""
    if mishap == "error_before":
        raise broke()
    if mishap == "rate_limit":
        raise Refused(
            "Request rate limit exceeded.",
            status=429,
            code="rate_limit",
            began=False,
        )
    if mishap == "in_use":
        raise Refused(
            "There is currently another in-progress request using this Idempotent Key.",
            status=409,
            kind="idempotency_error",
            code="idempotency_key_in_use",
            began=False,
        )


def broke() -> Refused:
    return Refused(BROKEN, status=500, kind="api_error", began=False)


def key_of(authorization: str) -> str:
    """The API key, from `Bearer` or from `Basic` with the key as the user."""
    how, _, value = authorization.partition(" ")
    if how.lower() == "basic":
        return base64.b64decode(value).decode(errors="replace").partition(":")[0]
    return value.strip()


def error_body(refusal: Refused, request_id: str) -> str:
    log = {"request_log_url": f"https://dashboard.stripe.com/test/logs/{request_id}"}
    return json.dumps({"error": refusal.error | log}, indent=2)

"""Calls that are made once, however often they are sent: `Idempotency-Key`.

The first call with a key claims it and is done in the transaction that keeps its
answer, a refusal too. The same call again, for a day, is answered the same. One that
comes meanwhile waits for the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.oauth import callers
from buttons.models.programs import KeptAnswer
from flattr.api import responses
from flattr.database import faults
from flattr.web.refusals import Refusal

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255


class KeyTaken(Refusal):
    says = _("This Idempotency-Key was used for another call.")

    code = "invalid_request"


def once(request: Request, act: Callable[[], Response]) -> Response:
    """The answer of `act`, or what it was when the call came first. Without a key
    there is nothing to remember. `KeyTaken` for another call with the same key."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return faults.twice(act)
    if len(key) > LONGEST_KEY:
        raise KeyTaken(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    caller, asked = callers.require(request).bucket, digest(request)
    kept = faults.twice(partial(_find_or_store, caller, key, asked, act))
    return Response(kept.body, status=kept.status)


def digest(request: Request) -> str:
    """What is asked: the method, the address, the body as it was understood."""
    data = request.data
    body = dict(data.lists()) if isinstance(data, QueryDict) else data
    asked = [request.method, request.get_full_path(), body]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def prune() -> int:
    """Forget answers that are too old to be given again; how many."""
    old = KeptAnswer.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR)
    return int(old.delete()[0])


@transaction.atomic
def _find_or_store(
    caller: str, key: str, asked: str, act: Callable[[], Response]
) -> KeptAnswer:
    """The answer that was kept for the key, or is from now on."""
    now = timezone.now()
    old = KeptAnswer.objects.filter(caller=caller, key=key)
    old.filter(kept_at__lt=now - KEPT_FOR).delete()
    kept, new = KeptAnswer.objects.get_or_create(
        caller=caller, key=key, defaults={"asked": asked, "kept_at": now}
    )
    if kept.asked != asked:
        raise KeyTaken
    if new:
        answer = _act(act)
        kept.status, kept.body = answer.status_code, answer.data
        kept.save(update_fields=["status", "body"])
    return kept


def _act(act: Callable[[], Response]) -> Response:
    """Its answer, or that it was refused; then nothing else of it is kept."""
    try:
        with transaction.atomic():
            return act()
    except Exception as refused:
        answer = responses.answer_exception(refused, {})
        if answer.status_code >= 500:
            raise
        return answer

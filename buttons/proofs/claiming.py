"""Claiming a page: what waits for its author, and how to show that one is the author.

Nobody is given a page for asking. The page itself, or its host, says whose it is.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people.asker import signed_in
from accounts.signing_in import attempts
from buttons.clicks import confirming
from buttons.models import Promise, Thing
from buttons.proofs import hosts, joint_checks, queueing
from buttons.proofs.claim_page import FEWEST_TOLD, ClaimPage
from buttons.proofs.queueing import CHECK_NOW
from buttons.proofs.together import together
from buttons.things import submitting
from buttons.things.addresses import BadAddress, host_of, shown
from buttons.things.check_now import CheckNow, check_now
from buttons.things.submitting import Submission
from buttons.things.typed_addresses import address_in
from flattr.web.clients import client_ip, neighbourhood
from flattr.web.refusals import Refusal
from flattr.web.way_back import with_next

SOON = _("We check it within a minute. Load this page again then.")


class TooOften(Refusal):
    says = _("We have just checked several times. Please try again in ten minutes.")

    code = "too_often"
    status = 429


@require_safe
def claim(request: HttpRequest) -> HttpResponse:
    """What waits for the author of `?url=`, and what to put where. Stores nothing."""
    typed = request.GET.get("url", "")
    facts: dict[str, object] = {
        "typed": typed,
        "check_now": None,
        "together": None,
    }
    if not typed:
        if isinstance(request.user, User):
            facts["together"] = together(request.user)
        return render(request, "buttons/proofs/claim.html", facts)
    try:
        address = address_in(typed, "")
    except BadAddress as refusal:
        facts["refusal"] = refusal
        return render(request, "buttons/proofs/claim.html", facts, status=400)
    proposal = submitting.propose(Submission(url=address))
    thing = proposal.thing
    facts |= {
        "page": ClaimPage(
            thing,
            request.user if isinstance(request.user, User) else None,
            confirming.is_closed(proposal),
            confirming.is_refused(thing),
            readers_waiting(thing) if proposal.is_known else 0,
        ),
        "thing": thing,
        "check_now": _check_of(request, address),
        "address": shown(address),
        "file": hosts.FILE,
        "sign_up": with_next(reverse("account_signup"), request.get_full_path()),
        "sign_in": with_next(reverse("account_login"), request.get_full_path()),
    }
    return render(request, "buttons/proofs/claim.html", facts)


def _check_of(request: HttpRequest, address: str) -> CheckNow | None:
    """The form by which somebody signed in has the page checked."""
    if not isinstance(request.user, User):
        return None
    here = request.get_full_path()
    return check_now(request.user, Submission(url=address), here, loud=True)


@require_POST
@login_required
def check_together(request: HttpRequest) -> HttpResponse:
    """Have all looked at that may be theirs."""
    try:
        joint_checks.ask(signed_in(request))
    except (joint_checks.NothingWaits, joint_checks.CheckedTooOften) as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('buttons:claim')}#together")


@require_POST
def refuse(request: HttpRequest) -> HttpResponse:
    """Have a page, or all of its host, checked for its author's refusal. Needs no
    account: what stands there decides, not who asks. Limited in the database."""
    try:
        address = address_in(request.POST.get("url", ""), "")
        if request.POST.get("scope") == "host":
            _may_ask(request)
            queueing.ask_refusal(host_of(address))
        elif thing := Thing.objects.filter(url=address).first():
            _may_ask(request)
            queueing.ask_again(thing)
    except BadAddress as refusal:
        facts = {
            "typed": request.POST.get("url", ""),
            "check_now": None,
            "together": None,
            "refusal": refusal,
        }
        return render(request, "buttons/proofs/claim.html", facts, status=400)
    except (TooOften, queueing.SharedHost) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, SOON)
    return redirect(f"{reverse('buttons:claim')}?{urlencode({'url': address})}")


def _may_ask(request: HttpRequest) -> None:
    """Count one check that somebody asks for; refused with `TooOften`."""
    try:
        attempts.count({f"refuse:ip:{neighbourhood(client_ip(request))}": CHECK_NOW})
    except attempts.TooMany as refused:
        raise TooOften from refused


def readers_waiting(thing: Thing) -> int:
    """How many readers promised it a flattr; 0 when fewer than five did."""
    promised = Promise.objects.filter(thing=thing, reader__is_active=True)
    readers = promised.values("reader").distinct().count()
    return readers if readers >= FEWEST_TOLD else 0

"""For creators: have us check whether a whole host is theirs, and see the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.people.asker import signed_in
from accounts.signing_in import attempts
from accounts.signing_in.attempts import TooMany
from buttons.models import Look, Proof
from buttons.proofs import hosts, queueing
from buttons.proofs.together import together
from buttons.things.forms import HostForm

SOON = _("We check it within a minute. Load this page again then.")
ENOUGH = _("We have just checked. Please try again in ten minutes.")
SHARED = _(
    "Many people have pages on this host, so it cannot be proved as a whole. Prove a"
    " page of yours instead."
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def whole_hosts(request: HttpRequest) -> HttpResponse:
    """Whole hosts: how to prove one, and what we saw at those that were checked."""
    person = signed_in(request)
    form = HostForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _ask(request, person, form):
            return redirect("buttons:hosts")
        status = 400
    facts = {
        "form": form,
        "looks": looks_of(person),
        "file": hosts.FILE,
        "together": together(person),
    }
    return render(request, "buttons/proofs/hosts.html", facts, status=status)


@dataclass(frozen=True, slots=True)
class HostSeen:
    """What was seen at a host, and the proof that stands, if any."""

    host: str
    looked_at: datetime | None
    reason: str
    proof: Proof | None

    @property
    def state(self) -> str:
        if self.proof is not None:
            return self.proof.sentence
        if self.looked_at is None:
            return gettext("We check it within a minute")
        return gettext("Not proved")


def looks_of(person: User) -> list[HostSeen]:
    """The hosts that a person had us look at, by name: two queries."""
    standing = Proof.objects.standing().filter(person=person, thing=None)
    proofs = {proof.host: proof for proof in standing}
    return [
        HostSeen(look.host, look.looked_at, look.reason, proofs.get(look.host))
        for look in Look.objects.filter(person=person).order_by("host")
    ]


def may_look(person: User) -> bool:
    """Count one check that a person asks for; False when there were too many."""
    try:
        attempts.count({f"look:{person.pk}": queueing.CHECK_NOW})
    except TooMany:
        return False
    return True


def _ask(request: HttpRequest, person: User, form: HostForm) -> bool:
    """Have the host checked; False with the reason on the form."""
    host = urlsplit(form.cleaned_data["host"]).netloc
    asked = Look.objects.filter(person=person)
    if hosts.is_shared(host):
        form.add_error("host", str(SHARED))
    elif asked.count() >= queueing.MOST_HOSTS and not asked.filter(host=host).exists():
        most = {"number": queueing.MOST_HOSTS}
        form.add_error("host", gettext("We check at most %(number)s hosts.") % most)
    elif not may_look(person):
        form.add_error("host", str(ENOUGH))
    else:
        queueing.ask_host(person, host)
        messages.success(request, SOON)
        return True
    return False

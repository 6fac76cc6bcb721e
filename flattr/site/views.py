"""Pages that belong to no app: the site's own texts, its errors and its health."""

from __future__ import annotations

import sys

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from buttons.catalogue.showcase import showcase
from flattr.database import faults
from flattr.site import accessibility, kept_data, processing, sentences
from flattr.site import imprint as who
from flattr.site.front import Front
from flattr.site.help.help_figures import figures
from flattr.web import editions
from flattr.web.policy import leads_to_stripe
from payouts.leaving import departing
from payouts.numbers.totals import totals

# Fields that a refused form must not show again.
SECRET_FIELDS = ("password", "token", "code", "secret", "iban", "intent")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    facts = {
        "front": Front(showcase(), totals()),
        "where_it_goes": sentences.where_it_goes(settings.FEE_PERCENT),
    }
    return render(request, "home.html", facts)


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "site/how_it_works.html", {"figures": figures()})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    newest, *older = editions.TERMS
    facts = {
        "edition": newest,
        "older": older,
        "figures": figures(),
        "told_before": processing.span(editions.TOLD_BEFORE),
    }
    return render(request, "site/terms.html", facts)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    newest, *older = editions.PRIVACY
    facts = {
        "edition": newest,
        "older": older,
        "record": kept_data.RECORD,
        "wait": processing.span(departing.WAIT),
    }
    return render(request, "site/privacy.html", facts)


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The record of processing that the GDPR asks for (article 30), for everybody."""
    facts = {
        "record": kept_data.RECORD,
        "receivers": processing.receivers(),
        "run_by": settings.OPERATOR_LEGAL_NAME,
    }
    return render(request, "site/record.html", facts)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "site/contact.html")


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    return render(request, "site/imprint.html", {"facts": who.facts()})


@require_safe
def accessible(request: HttpRequest) -> HttpResponse:
    looks = accessibility.looks()
    facts = {
        "looks": looks,
        "tested": accessibility.tested(looks),
        "complaint": accessibility.complaint(),
    }
    return render(request, "site/accessibility.html", facts)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that request it without reading the page."""
    return HttpResponsePermanentRedirect(static("img/icon.svg"))


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, else 503.

    `ledger` is `stopped` while closes and payouts wait for staff because a check of the
    ledger failed; reading and clicking still work, so there is no reason to restart.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM breaker WHERE tripped_at IS NOT NULL")
            stopped = cursor.fetchone() is not None
    except (DatabaseError, InterfaceError):
        return JsonResponse({"database": "away", "ledger": "unknown"}, status=503)
    return JsonResponse({"database": "ok", "ledger": "stopped" if stopped else "ok"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from one of our pages, or is older than the session.

    The page shows what was typed, so that it can be copied, but not as a form: one that
    another site filled in must not be a click away from being sent. For the same reason
    it shows nothing that another site sent.
    """
    typed = []
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        typed = [
            (name, value)
            for name, value in request.POST.items()
            if name != "csrfmiddlewaretoken"
            and not any(word in name.lower() for word in SECRET_FIELDS)
            and isinstance(value, str)
            and value.strip()
        ]
    return render(request, "403_form.html", {"typed": typed}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return bare("400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    user = getattr(request, "user", None)
    facts = {"why": sentences.why_no_access(user.get_username() if user else "")}
    return render(request, "403.html", facts, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault, unless the database was only unavailable for a moment."""
    if faults.is_passing(sys.exc_info()[1]):
        # A form that is sent again may lead on to Stripe's pages.
        return leads_to_stripe(faults.busy)(request)
    return bare("500.html", 500)


def bare(template: str, status: int) -> HttpResponse:
    """A page that needs neither the database nor the person who asks."""
    facts = {
        "SITE_NAME": settings.OPERATOR_NAME,
        "OPERATOR_EMAIL": settings.OPERATOR_EMAIL,
    }
    return HttpResponse(get_template(template).render(facts), status=status)

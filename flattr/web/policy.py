"""What single pages may do beyond the site's own content policy."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def leads_to_stripe(view: View) -> View:
    """A form on this page may lead to Stripe's pages: browsers apply the policy of the
    page with the form to the redirect after its POST."""

    @wraps(view)
    def with_policy(request: HttpRequest, *values: Any, **named: Any) -> HttpResponse:
        allowed = csp_update({"form-action": settings.STRIPE_PAGES})
        shown: Any = allowed(view)
        answer: HttpResponse = shown(request, *values, **named)
        return answer

    return with_policy

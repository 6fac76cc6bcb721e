"""The frame that old embeds of the first Flattr's put on a page.

It does not know who looks: a frame in a stranger's page that knew its reader could be
clicked by that page (T22). It shows the public count and is a link to the confirm page.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from buttons.legacy import old_links
from buttons.things import submitting
from buttons.things.addresses import BadAddress, shown
from buttons.things.counting import counts
from buttons.things.snippets import auto_submit
from flattr.database import replica
from flattr.web import everybody

LASTS_SECONDS = 60
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"


@require_safe
@replica.public
def frame(request: HttpRequest) -> HttpResponse:
    """The button for `url`, 55 by 62 pixels or, with `button=compact`, 110 by 20. One
    that cannot be read leads to our front page."""
    response = everybody.cached(request, lambda: _frame(request))
    return everybody.answer(request, response, LASTS_SECONDS, POLICY)


def _frame(request: HttpRequest) -> HttpResponse:
    given = old_links.parameters(old_links.query_of(request))
    compact = given.get("button", "").strip().lower() == "compact"
    facts: dict[str, object] = {"shape": "compact" if compact else "tall"}
    try:
        about = submitting.parse(given)
    except BadAddress:
        facts["href"] = settings.SITE_URL
    else:
        facts |= {
            "href": auto_submit(about),
            "count": counts([about.url])[about.url],
            "title": about.title or shown(about.url),
            "popout": given.get("popout", "").strip() != "0",
            "description": about.description,
        }
    status = 200 if "count" in facts else 400
    page = render_to_string("buttons/legacy/frame.html", facts)
    return HttpResponse(page, status=status)

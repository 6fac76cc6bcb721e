"""Whether an address is a thing, however clients write the question.

The address may be encoded or not, and may be an auto-submit link, encoded or not
again. What follows an address that is not encoded belongs to it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from buttons.legacy import old_links
from buttons.models import Thing
from buttons.proofs import looking
from buttons.rest import shapes
from buttons.things import submitting
from buttons.things.addresses import BadAddress, host_of, normalise, unescaped
from buttons.things.submitting import Submission
from flattr.api import framework_inside, responses
from flattr.api.routes import READ
from flattr.web.refusals import Refusal

ASKED = {"url", "q"}
# Parameters of the lookup itself; `jsonp` is known and not obeyed.
OWN = {"full", "jsonp"}


class OwnerMismatch(Refusal):
    says = _("The link names somebody else than whose page it is.")

    code = "validation"


@api_view(READ)
def lookup(request: Request, asked: str = "", suffix: str = "") -> Response:
    """302 to the thing, which is in the body too; else 404."""
    query = old_links.query_of(framework_inside.as_sent(request))
    text = f"{asked}?{query}" if asked and query else asked or address_in(query)
    if not text:
        raise ValidationError({"url": "Say which address to look for."})
    try:
        submission = parse(text)
    except BadAddress as refusal:
        return miss(str(refusal))
    thing = shapes.visible(request).filter(url=submission.url).first()
    if thing is not None:
        check_owner(submission, thing)
        return redirect_to(request, thing)
    plain = old_links.read_auto_submit(text) is None
    if plain and len(looking.people_of_host(host_of(submission.url))) == 1:
        return Response({"message": "flattrable"})
    return miss("Nobody has flattred this address yet, and nobody registered it.")


def redirect_to(request: Request, thing: Thing) -> Response:
    """The way to the thing, on the same host and scheme; `full` goes along."""
    location = shapes.resource(request, thing)
    if "full" in request.query_params:
        location += f"?full={1 if request.query_params['full'] != 'False' else 'False'}"
    body = {"message": "found", "location": location}
    return Response(body, status=302, headers={"Location": location})


def miss(text: str) -> Response:
    """Say that nothing was found, in the words of all generations of clients."""
    return responses.problem(
        "not_found", text, 404, message="not_found", description=text
    )


def parse(text: str) -> Submission:
    """A plain address or an auto-submit link; refused with `BadAddress`."""
    linked = old_links.read_auto_submit(text)
    return linked or Submission(url=old_links.page_meant(normalise(text)))


def check_owner(submission: Submission, thing: Thing) -> None:
    """Refuse with `OwnerMismatch` a link that names somebody other than the thing's
    proved owner."""
    if not thing.proved or not submission.owner_name:
        return
    name, by_id = submission.owner_name, submission.by_id
    if submitting.owner_named(name, by_id=by_id) != thing.owner:
        raise OwnerMismatch


def address_in(query: str) -> str:
    """The address that a lookup asks for, out of its raw query.

    >>> address_in("url=http://a.example/?x=1&y=2&full=1")
    'http://a.example/?x=1&y=2'
    >>> address_in("full&q=http%3A%2F%2Fa.example%2F%3Fx%3D1&y=2")
    'http://a.example/?x=1'
    """
    parts = query.split("&")
    for place, part in enumerate(parts):
        name, _, value = part.partition("=")
        if name not in ASKED or not value:
            continue
        if "://" not in value:
            return unescaped(value.replace("+", " "))
        rest_of_it = [more for more in parts[place + 1 :] if not is_own(more)]
        text = "&".join([value, *rest_of_it])
        return text if is_link(text) else unescaped(text)
    return ""


def is_own(part: str) -> bool:
    return part.partition("=")[0] in OWN or not part


def is_link(text: str) -> bool:
    """An auto-submit link has parameters of its own, which are read later."""
    try:
        return old_links.read_auto_submit(text) is not None
    except BadAddress:
        return True

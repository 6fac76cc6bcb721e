"""“Check my page now”: a page of its own, and the door for the forms on others."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.people.asker import signed_in
from buttons.checks import page_checks
from buttons.models import PageCheck
from buttons.things import submitting
from buttons.things.addresses import BadAddress
from buttons.things.check_now import CheckNow
from buttons.things.typed_addresses import address_in
from flattr.web.way_back import is_our_path


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def check_page(request: HttpRequest) -> HttpResponse:
    """Have a page checked, and go back to where the form stands; without such a place,
    and for what is refused, the page is this one."""
    person = signed_in(request)
    if request.method == "POST":
        return _ask(request, person)
    typed = request.GET.get("url", "")
    check = _latest(person, typed)
    url = typed or (check.url if check else "")
    return _page(request, CheckNow(url, check=check, free=True, loud=True))


def _latest(person: User, typed: str) -> PageCheck | None:
    """What was asked last about an address, or about any where none is typed."""
    try:
        url = address_in(typed, "") if typed else ""
    except BadAddress:
        return None
    return PageCheck.objects.newest(person, url)


def _ask(request: HttpRequest, person: User) -> HttpResponse:
    typed = request.POST.get("url", "").strip()
    try:
        said = {**request.POST.dict(), "user_id": person.username}
        about = submitting.parse({**said, "url": address_in(typed, "")})
        page_checks.ask(person, about)
    except (BadAddress, page_checks.AskedTooOften) as refusal:
        refused = CheckNow(typed, free=True, loud=True, refusal=str(refusal))
        return _page(request, refused, status=refusal.status)
    back = request.POST.get("next")
    if back is None or not is_our_path(back):
        back = f"{reverse('buttons:check')}?{urlencode({'url': about.url})}"
    return redirect(f"{back}#check")


def _page(request: HttpRequest, check: CheckNow, status: int = 200) -> HttpResponse:
    facts = {"check_now": check}
    return render(request, "buttons/checks/check.html", facts, status=status)

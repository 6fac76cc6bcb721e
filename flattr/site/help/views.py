"""The page of all questions, and one for each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from flattr.sharing.shared_pages import SharedPage
from flattr.site.help import by_all, by_creators, by_readers
from flattr.site.help.questions import Group

GROUPS = (
    Group("readers", _("Giving"), by_readers.QUESTIONS),
    Group("creators", _("Receiving"), by_creators.QUESTIONS),
    Group("accounts", _("Your account"), by_all.QUESTIONS),
)
BY_SLUG = {
    question.slug: (group, question) for group in GROUPS for question in group.questions
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "site/help/index.html", {"groups": GROUPS})


@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """One question, with the others of its group below."""
    if slug not in BY_SLUG:
        raise Http404
    group, question = BY_SLUG[slug]
    others = [other for other in group.questions if other is not question]
    facts = {
        "question": question,
        "group": group,
        "others": others,
        "sharing": SharedPage(
            str(question.title),
            str(next(iter(question.paragraphs))),
            question.url,
            "article",
        ),
    }
    return render(request, "site/help/answer.html", facts)

"""The admin: Django's own, to read and to decide, and never to type data.

Every page is read-only, for superusers too; what staff do are named acts that ask
for a reason. Lists count at most a limit and make a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from flattr.staff.cells import Table, Text
from flattr.web import controls
from flattr.web.refusals import Refusal

MOST_COUNTED = 10_000
MOST_AT_ONCE = 100


class LimitedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts at most `MOST_COUNTED` rows: a list of millions costs no more."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by().values("pk")[:MOST_COUNTED].count()
        return counted


@dataclass(frozen=True, slots=True)
class Act:
    """Something that staff do to an object, with one text that they type: `do` is
    called with the object, the request and the text.

    `ask_also` asks for a second text that may be left out, which `do` gets as its fourth.

    It may refuse with a `Refusal`, which is shown. With `each`, the text is asked
    for every object. `reveal` shows more of an object when the button is pressed that
    `reveal_label` names; a template asks for the label, since it would call `reveal`.
    """

    label: Text
    ask: Text
    do: Callable[..., object]
    explain: Text = ""
    each: bool = False
    reveal: Callable[[Any, HttpRequest], str] | None = None
    reveal_label: Text = ""
    ask_also: Text = ""

    def __post_init__(self) -> None:
        assert bool(self.reveal) == bool(self.reveal_label)


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shown to staff; added to, changed and deleted by nobody (T13)."""

    acts: ClassVar[dict[str, Act]] = {}
    # What of an object is the number of the person whom its page is about: that it was
    # opened is written down (`settings.STAFF_LOOKS`). Empty where it is about nobody.
    whose: ClassVar[str] = ""
    actions_on_bottom = False
    change_form_template = "admin/shown.html"
    list_per_page = 50
    paginator = LimitedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    # --- What an object's page shows beside its fields

    def tables(self, obj: Any) -> list[Table]:
        return []

    def more(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What a template of an object's own page needs."""
        return {}

    def possible(self, obj: Any) -> list[str]:
        """Which of the acts make sense for an object, to be offered on its page."""
        return list(self.acts)

    def summary(self, obj: Any) -> str:
        """The object in a line, on the page that asks before an act."""
        return ""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        shown = {
            "tables": self.tables(obj) if obj else [],
            "acts": [
                (self.acts[name].label, self.act_url(name, obj))
                for name in (self.possible(obj) if obj else [])
            ],
            **(self.more(request, obj) if obj else {}),
        }
        answer = super().change_view(
            request, object_id, form_url, {**shown, **(extra_context or {})}
        )
        if obj:
            self._write_down(request, obj)
        return answer

    def _write_down(self, request: HttpRequest, obj: Any) -> None:
        person = getattr(obj, self.whose) if self.whose else None
        if person is not None:
            looked = import_string(settings.STAFF_LOOKS)
            looked(request, person, f"{self.opts.model_name}:{obj.pk}")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Under the name of the list."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    # --- Acts: from the list or an object's page, by way of a page that asks

    def act_url(self, name: str, obj: Any) -> str:
        return f"{reverse(self.act_name(name))}?ids={obj.pk}"

    def act_name(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"

    def get_urls(self) -> list[URLPattern]:
        asking = [
            path(
                f"act/{name}/",
                self.admin_site.admin_view(partial(self.ask, name=name)),
                name=self.act_name(name).removeprefix("admin:"),
            )
            for name in self.acts
        ]
        return [*asking, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        for name, act in self.acts.items():
            found[name] = (partial(_go_and_ask, name), name, act.label)
        return found

    def ask(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """Ask for the act's text; with it, do it to each object and say how it went."""
        act = self.acts[name]
        asked = request.GET.get("ids", "").split(",")
        keys = [key for key in asked if self._is_key(key)]
        objects = list(self.get_queryset(request).filter(pk__in=keys[:MOST_AT_ONCE]))
        if not objects:
            raise Http404
        if request.method == "POST" and "reveal" not in request.POST:
            for obj in objects:
                self._do(request, act, obj)
            return redirect(self._back(objects))
        return TemplateResponse(
            request,
            "admin/ask.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": act.label,
                "act": act,
                "objects": [
                    {
                        "pk": obj.pk,
                        "name": str(obj),
                        "summary": self.summary(obj),
                        "revealed": self._reveal(request, act, obj),
                    }
                    for obj in objects
                ],
                "back": self._back(objects),
            },
        )

    def _is_key(self, key: str) -> bool:
        """Numbers are the keys of most; Stripe's names those of some."""
        if self.opts.pk.get_internal_type() == "CharField":
            return not controls.holds_one(key)
        return key.isascii() and key.isdecimal() and len(key) < 19

    def _do(self, request: HttpRequest, act: Act, obj: Any) -> None:
        text = request.POST.get(f"text-{obj.pk}" if act.each else "text", "").strip()
        more = [request.POST.get("also", "").strip()] if act.ask_also else []
        try:
            told = act.do(obj, request, text, *more)
        except Refusal as refusal:
            self.message_user(request, f"{obj}: {refusal}", messages.ERROR)
        else:
            said = told if isinstance(told, str) else gettext("done")
            facts = {"act": act.label, "object": obj, "said": said}
            sentence = _("%(act)s: %(object)s: %(said)s.") % facts
            self.message_user(request, sentence, messages.SUCCESS)

    def _reveal(self, request: HttpRequest, act: Act, obj: Any) -> str:
        """What the button asks for, or why it is not shown."""
        if act.reveal is None or request.method != "POST":
            return ""
        try:
            return act.reveal(obj, request)
        except Refusal as refusal:
            return str(refusal)

    def _back(self, objects: list[Any]) -> str:
        to = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if len(objects) == 1:
            return reverse(f"{to}_change", args=[objects[0].pk])
        return reverse(f"{to}_changelist")

    # --- Nothing is typed

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def _go_and_ask(
    name: str, shown: ReadOnly, _request: HttpRequest, chosen: QuerySet[Any]
) -> HttpResponse:
    keys = chosen.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    url = reverse(shown.act_name(name))
    return redirect(f"{url}?ids={','.join(map(str, keys))}")

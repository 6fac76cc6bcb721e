"""Pictures of people and things: seen, and taken down alone, with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import audit_table
from accounts.models import User
from buttons.models import Picture, Thing
from buttons.pictures.keeping import owner_of
from flattr.staff.cells import Table
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from payouts.moderation import moderating

HIDE = Act(
    _("Take the picture down"),
    _("The reason, as the owner reads it"),
    moderating.hide_picture,
    _(
        "A pattern is shown instead, and nothing else changes. This picture is refused if"
        " it is sent again. We tell the owner how to appeal."
    ),
)


def picture_of(whose: User | Thing) -> str:
    """What is shown for a person or a thing, or was before it was taken down or they
    were suspended; empty for a pattern."""
    kept = Picture.objects.filter(**owner_of(whose))
    picture = kept.only("id", "person_id", "taken_down_at").first()
    return seen_by_staff(picture) if picture else ""


def can_be_hidden(whose: User | Thing) -> bool:
    shown = Picture.objects.filter(**owner_of(whose), taken_down_at=None)
    return shown.exists()


def seen_by_staff(picture: Picture) -> str:
    said = gettext("taken down") if picture.taken_down_at else gettext("as it is shown")
    address = reverse("admin:buttons_picture_body", args=[picture.pk])
    # A face is square, a thing's picture eight by five.
    width = 128 if picture.person_id else 205
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="128" loading="lazy">',
        address,
        said,
        width,
    )


@admin.register(Picture)
class PictureAdmin(ReadOnly):
    """The newest first, so that staff can look through them."""

    list_display = ["made_at", "picture_", "whose_", "source_", "taken_down_at"]
    list_filter = [("taken_down_at", YesNo), ("person", YesNo)]
    list_select_related = ["person", "thing__owner"]
    list_per_page = 25
    search_fields = ["=person__username", "=thing__owner__username"]
    search_help_text = _("The name of a person or an owner")
    ordering = ["-id"]
    fields = ["picture_", "whose_", "source_", "made_at", "taken_down_at"]
    readonly_fields = ["picture_", "whose_", "source_"]
    acts = {
        "hide": Act(
            HIDE.label,
            HIDE.ask,
            lambda picture, *told: HIDE.do(picture.whose, *told),
            HIDE.explain,
        )
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        pictures: Any = super().get_queryset(request)
        return pictures.select_related("person", "thing__owner").defer("body")

    def get_urls(self) -> list[URLPattern]:
        body = path(
            "<int:pk>/body.webp",
            self.admin_site.admin_view(self.body),
            name="buttons_picture_body",
        )
        return [body, *super().get_urls()]

    def body(self, _request: HttpRequest, pk: int) -> HttpResponse:
        """A picture for staff, also while nobody else sees it."""
        picture = get_object_or_404(Picture, pk=pk)
        return HttpResponse(bytes(picture.body), content_type="image/webp")

    def possible(self, obj: Picture) -> list[str]:
        return [] if obj.taken_down_at else ["hide"]

    def summary(self, obj: Picture) -> str:
        return str(obj.whose)

    def tables(self, obj: Picture) -> list[Table]:
        kind = "person" if obj.person else "thing"
        return [audit_table(f"{kind}:{obj.whose.pk}")]

    @admin.display(description=_("picture"))
    def picture_(self, picture: Picture) -> str:
        return seen_by_staff(picture)

    @admin.display(description=_("of"))
    def whose_(self, picture: Picture) -> str:
        whose = picture.whose
        kind = "buttons_thing" if isinstance(whose, Thing) else "accounts_user"
        address = reverse(f"admin:{kind}_change", args=[whose.pk])
        return format_html('<a href="{}">{}</a>', address, whose)

    @admin.display(description=_("from"))
    def source_(self, picture: Picture) -> str:
        return picture.source or gettext("a file that its owner sent")

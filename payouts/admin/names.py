"""Strings that are one person's username and another's public id, until staff give the
later of the two a new one."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedName, User
from buttons.models import Flattr, Proof
from buttons.proofs import naming
from flattr import months
from flattr.staff.cells import Cell, Table
from flattr.staff.tables import Act, ReadOnly

LONGEST = 200


@admin.register(SharedName)
class SharedNameAdmin(ReadOnly):
    """While a string is two people's it names nobody, on no page and in no link."""

    list_display = ["name", "named", "numbered", "later_"]
    list_select_related = ["named", "numbered"]
    ordering = ["name"]
    fields = ["name", "named", "numbered", "later_"]
    readonly_fields = ["later_"]
    acts = {
        "rename": Act(
            _("Give another username"),
            _("The new username, a space, and the reason"),
            naming.rename,
            _(
                "The person with this username came later. We tell them, and the string"
                " then names the person with this public id. Both people's pages are"
                " checked again."
            ),
        ),
        "draw_again": Act(
            _("Give another public id"),
            _("The reason"),
            naming.draw_again,
            _(
                "The person with this public id came later. We tell them, and the string"
                " then names the person with this username. Both people's pages are"
                " checked again."
            ),
        ),
    }

    def possible(self, obj: SharedName) -> list[str]:
        return ["rename" if obj.later == obj.named else "draw_again"]

    @admin.display(description=_("came later"))
    def later_(self, shared: SharedName) -> str:
        return str(shared.later)

    def summary(self, obj: SharedName) -> str:
        return gettext("username of %(named)s, public id of %(numbered)s") % {
            "named": obj.named.email,
            "numbered": obj.numbered.username,
        }

    def tables(self, obj: SharedName) -> list[Table]:
        both = [obj.named, obj.numbered]
        return [proofs_of(both), flattrs_of(both)]


def proofs_of(people: list[User]) -> Table:
    """Standing ones and lost ones: each may rest on the string."""
    found = Proof.objects.filter(person__in=people).select_related("person", "thing")
    return Table(
        _("What is proved to be theirs"),
        [_("Whose"), _("Page or host"), _("How"), _("Found"), _("Lost")],
        [
            [
                proof.person.username,
                Cell(
                    proof.host or str(proof.thing),
                    reverse("admin:buttons_thing_change", args=[proof.thing_id])
                    if proof.thing_id
                    else "",
                ),
                gettext(proof.get_kind_display()),
                f"{proof.found_at:%Y-%m-%d %H:%M}",
                f"{proof.lost_at:%Y-%m-%d %H:%M}" if proof.lost_at else "",
            ]
            for proof in found.order_by("-id")[:LONGEST]
        ],
    )


def flattrs_of(people: list[User]) -> Table:
    """By month and thing, the latest month first."""
    found = (
        Flattr.objects.filter(creator__in=people)
        .values_list("period", "creator__username", "thing_id", "thing__title")
        .annotate(flattrs=Count("reader_id"))
        .order_by("-period", "-flattrs", "thing_id")
    )
    return Table(
        _("What they were flattred for"),
        [_("Month"), _("Whose"), _("Thing"), _("Flattrs")],
        [
            [
                months.show(period),
                username,
                Cell(title, reverse("admin:buttons_thing_change", args=[thing])),
                Cell(str(flattrs), number=True),
            ]
            for period, username, thing, title, flattrs in found[:LONGEST]
        ],
    )

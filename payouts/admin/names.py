"""Strings that are one person's username and another's public id, until staff have
given the later of the two another."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse

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

    list_display = ["name", "named", "numbered", "later"]
    list_select_related = ["named", "numbered"]
    ordering = ["name"]
    fields = ["name", "named", "numbered", "later"]
    readonly_fields = ["later"]
    acts = {
        "rename": Act(
            "Give another username",
            "The new username, a space, and the reason",
            naming.rename,
            "Whose username it is came later. They are told, and the string names"
            " whose public id it is; the pages of both are looked at again.",
        ),
        "draw_again": Act(
            "Give another public id",
            "The reason",
            naming.draw_again,
            "Whose public id it is came later. They are told, and the string names"
            " whose username it is; the pages of both are looked at again.",
        ),
    }

    def possible(self, obj: SharedName) -> list[str]:
        return ["rename" if obj.later == obj.named else "draw_again"]

    def summary(self, obj: SharedName) -> str:
        return f"username of {obj.named.email}, public id of {obj.numbered.username}"

    def tables(self, obj: SharedName) -> list[Table]:
        both = [obj.named, obj.numbered]
        return [proofs_of(both), flattrs_of(both)]


def proofs_of(people: list[User]) -> Table:
    """Standing ones and lost ones: each may rest on the string."""
    found = Proof.objects.filter(person__in=people).select_related("person", "thing")
    return Table(
        "What was proved to be theirs",
        ["Whose", "Page or host", "How", "Found", "Lost"],
        [
            [
                proof.person.username,
                Cell(
                    proof.host or str(proof.thing),
                    reverse("admin:buttons_thing_change", args=[proof.thing_id])
                    if proof.thing_id
                    else "",
                ),
                proof.get_kind_display(),
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
        "What they were flattred for",
        ["Month", "Whose", "Thing", "Flattrs"],
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

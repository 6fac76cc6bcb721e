"""Things: shown, suspended with a reason, and given to their owners."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import audit_table
from buttons.models import Look, Refused, Thing
from buttons.proofs import refusing, settling
from flattr.staff.cells import Table
from flattr.staff.faces import person_cell, work_cell
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from payouts.admin import pictures
from payouts.moderation import moderating, suspending


@admin.register(Thing)
class ThingAdmin(ReadOnly):
    list_display = ["work_", "owner_", "host", "proof_", "flattrs", "suspended_at"]
    list_filter = [
        ("suspended_at", YesNo),
        ("proved_at", YesNo),
        "category",
    ]
    list_select_related = ["owner"]
    search_fields = ["=url", "=host", "=owner__username"]
    search_help_text = _("A whole address, a host, or the owner's name")
    ordering = ["-id"]
    fields = [
        "title",
        "picture_",
        "old_id",
        "url",
        "host",
        "owner_",
        "proved_at",
        "proof_",
        "category",
        "language",
        "hidden",
        "created_at",
        "flattrs",
        "flattrs_before",
        "sample",
        "suspended_at",
        "suspension_reason",
    ]
    readonly_fields = ["owner_", "proof_", "picture_"]
    acts = {
        "decide": Act(
            _("Decide whose it is"),
            _("The username, a space, and the reason"),
            settling.decide,
            _(
                "It stays theirs whatever its page says. We tell both sides, and from the"
                " next flattr on it pays the person you name."
            ),
            each=True,
        ),
        "hide_picture": pictures.HIDE,
        "suspend": Act(
            _("Suspend"),
            _("The reason"),
            moderating.suspend,
            _(
                "It gets no new flattrs. Those of this month are taken back, and we tell"
                " the readers; older ones are split. We tell the owner how to appeal."
            ),
        ),
        "refuse_page": Act(
            _("Refuse this page for its author"),
            _("How the author showed that it is theirs"),
            refusing.refuse_page,
            _(
                "Nobody can flattr it any more. Flattrs that wait for the author are given"
                " up, and we tell the readers."
            ),
        ),
        "refuse_host": Act(
            _("Refuse the whole host for its author"),
            _("How the author showed that all of the host is theirs"),
            refusing.refuse_host,
            _(
                "Not for hosts that many people share. Nobody can flattr any page there"
                " that is not proved; flattrs that wait for the author are given up, and we"
                " tell the readers."
            ),
        ),
        "unsuspend": Act(
            _("Lift the suspension"), _("The reason"), suspending.unsuspend_thing
        ),
    }

    @admin.display(description=_("title"), ordering="title")
    def work_(self, thing: Thing) -> str:
        return work_cell(thing)

    @admin.display(description=_("owner"), ordering="owner")
    def owner_(self, thing: Thing) -> str:
        return person_cell(thing.owner)

    @admin.display(description=_("proof"), ordering="proof")
    def proof_(self, thing: Thing) -> str:
        return thing.proof_sentence

    @admin.display(description=_("picture"))
    def picture_(self, thing: Thing) -> str:
        return pictures.picture_of(thing)

    def possible(self, obj: Thing) -> list[str]:
        refused = [] if obj.proved else ["refuse_page", "refuse_host"]
        return [
            "decide",
            *(["hide_picture"] if pictures.can_be_hidden(obj) else []),
            *(["unsuspend"] if obj.suspended_at else ["suspend"]),
            *refused,
        ]

    def summary(self, obj: Thing) -> str:
        return obj.url

    def tables(self, obj: Thing) -> list[Table]:
        return [*_proofs(obj), audit_table(f"thing:{obj.pk}")]


def _proofs(thing: Thing) -> list[Table]:
    """Who proved it and how, the newest first, and what was seen the last time."""
    look = Look.objects.filter(thing=thing).first()
    seen = (
        gettext("Checked on %(when)s. %(why)s")
        % {"when": f"{look.looked_at:%Y-%m-%d %H:%M}", "why": look.reason}
        if (look and look.looked_at)
        else ""
    )
    return [
        Table(
            _("Proofs"),
            [_("Whose"), _("How"), _("Found"), _("Last seen"), _("Lost"), _("Why")],
            [
                [
                    str(proof.person),
                    gettext(proof.get_kind_display()),
                    f"{proof.found_at:%Y-%m-%d %H:%M}",
                    f"{proof.seen_at:%Y-%m-%d %H:%M}",
                    f"{proof.lost_at:%Y-%m-%d %H:%M}" if proof.lost_at else "",
                    proof.reason,
                ]
                for proof in thing.proofs.select_related("person").order_by("-id")[:50]
            ],
            note=seen,
        )
    ]


@admin.register(Refused)
class RefusedAdmin(ReadOnly):
    """Pages and hosts whose authors do not want flattrs."""

    list_display = ["address", "proof", "refused_at"]
    search_fields = ["=address"]
    search_help_text = _("A whole address, or a host")
    ordering = ["-id"]
    fields = ["address", "proof", "refused_at"]
    acts = {
        "lift": Act(
            _("Lift the refusal"),
            _("How the author showed that it is theirs"),
            refusing.lift,
            _(
                "The author has changed their mind. It can be flattred again; what was"
                " given up does not come back."
            ),
        ),
    }

    def tables(self, obj: Refused) -> list[Table]:
        return [audit_table(f"refused:{obj.pk}")]

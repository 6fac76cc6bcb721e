"""People: what a creator is owed and was paid, and suspending, with a reason."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import mailboxes
from accounts.admin import audit_table
from accounts.models import User
from accounts.signing_in import invitations
from flattr.database import clock
from flattr.staff.cells import Table, euros
from flattr.staff.faces import person_cell
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from flattr.templatetags.flattr import money
from payouts.admin import person_tables, pictures
from payouts.leaving import by_hand
from payouts.models import Creator
from payouts.moderation import moderating, suspending


def pay_by_hand(person: User, request: HttpRequest, reference: str) -> str:
    amount = by_hand.pay_by_hand(person, request, reference)
    return gettext("%(amount)s recorded") % {"amount": money(amount)}


@admin.register(User)
class UserAdmin(ReadOnly):
    """Everybody who is here. Nobody types passwords, addresses or rights here."""

    whose = "pk"
    list_display = [
        "person_",
        "email",
        "date_joined",
        "suspended_at",
        "is_active",
        "is_staff",
    ]
    list_filter = [
        ("suspended_at", YesNo),
        ("closing_at", YesNo),
        "is_staff",
        "is_active",
    ]
    search_fields = ["^username", "=email"]
    search_help_text = _("The beginning of a name, or a whole e-mail address")
    ordering = ["-id"]
    fields = [
        "username",
        "picture_",
        "email",
        "first_name",
        "last_name",
        "date_joined",
        "last_login",
        "is_active",
        "is_staff",
        "suspended_at",
        "suspension_reason",
        "closing_at",
        "erased_at",
    ]
    readonly_fields = ["picture_"]
    acts = {
        "hide_picture": pictures.HIDE,
        "suspend": Act(
            _("Suspend"),
            _("The reason"),
            moderating.suspend,
            _(
                "They give and get no new flattrs. Flattrs that they got this month are"
                " taken back, and we tell the readers. Payouts are held, and the next close"
                " sets them aside as a reader. We tell them how to appeal."
            ),
        ),
        "unsuspend": Act(
            _("Lift the suspension"),
            _("The reason"),
            suspending.unsuspend_person,
            _("Held payouts stay held until you release each of them."),
        ),
        "invite": Act(
            _("Send the link for a second factor"),
            _("The reason"),
            invitations.send,
            _(
                "Staff set up their first second factor with this link only. We mail it to"
                " their address, and it works for three days. Make sure that the address"
                " is theirs."
            ),
        ),
        "paid_by_hand": Act(
            _("Record that the rest was paid by hand"),
            _("The bank's reference"),
            pay_by_hand,
            _(
                "This person is leaving, or the platform ends. Make the transfer of what no"
                " card and no payout takes at the bank first, then record its reference"
                " here."
            ),
        ),
    }

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A mail address is found in each of its spellings."""
        if "@" in search_term:
            search_term = mailboxes.as_login(search_term)
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("username"), ordering="username")
    def person_(self, person: User) -> str:
        return person_cell(person)

    def possible(self, obj: User) -> list[str]:
        acts = ["paid_by_hand"] if by_hand.is_due(obj, clock.now()) else []
        if obj.erased_at is not None:
            return acts
        if obj.is_staff and not is_mfa_enabled(obj):
            acts.append("invite")
        if pictures.can_be_hidden(obj):
            acts.append("hide_picture")
        return [*acts, "unsuspend" if obj.suspended_at else "suspend"]

    @admin.display(description=_("picture"))
    def picture_(self, person: User) -> str:
        return pictures.picture_of(person)

    def summary(self, obj: User) -> str:
        return obj.email

    def tables(self, obj: User) -> list[Table]:
        return [
            *([person_tables.leaving_table(obj)] if obj.closing_at else []),
            person_tables.accounts_table(obj),
            person_tables.payouts_table(obj),
            person_tables.destinations_table(obj),
            person_tables.payments_table(obj),
            person_tables.splits_of(obj),
            person_tables.gifts_table(obj),
            audit_table(f"person:{obj.pk}"),
        ]


@admin.register(Creator)
class CreatorAdmin(UserAdmin):
    """Everybody who ever earned something, with what is theirs now."""

    list_display = [
        "person_",
        "pending_",
        "matured_",
        "reserved_",
        "paid_",
        "owed_",
        "suspended_at",
    ]
    list_filter = [("suspended_at", YesNo)]
    acts = {}
    fields = [
        "username",
        "email",
        "pending_",
        "matured_",
        "reserved_",
        "paid_",
        "owed_",
    ]
    readonly_fields = ["pending_", "matured_", "reserved_", "paid_", "owed_"]

    def get_queryset(self, request: HttpRequest) -> Any:
        creators: Any = super().get_queryset(request)
        return creators.earning(settings.CURRENCY).with_purse(settings.CURRENCY)

    def possible(self, obj: User) -> list[str]:
        return []

    @admin.display(description=_("held"), ordering="pending")
    def pending_(self, creator: Any) -> str:
        return euros(creator.pending).text

    @admin.display(description=_("ready"), ordering="revenue")
    def matured_(self, creator: Any) -> str:
        return euros(creator.revenue).text

    @admin.display(description=_("on its way"), ordering="transit")
    def reserved_(self, creator: Any) -> str:
        return euros(creator.transit).text

    @admin.display(description=_("paid"), ordering="paid")
    def paid_(self, creator: Any) -> str:
        return euros(creator.paid).text

    @admin.display(description=_("owed by them"))
    def owed_(self, creator: Any) -> str:
        return euros(creator.owed).text

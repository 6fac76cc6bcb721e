"""People: what a creator is owed and was paid, and suspending, with a reason."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from accounts import mailboxes
from accounts.admin import audit_table
from accounts.models import User
from accounts.signing_in import invitations
from flattr import months
from flattr.database import clock
from flattr.staff.cells import Cell, Table, euros
from flattr.staff.filters import YesNo
from flattr.staff.tables import Act, ReadOnly
from flattr.templatetags.flattr import money
from payouts.leaving import leftovers
from payouts.ledger.admin import account_cell
from payouts.ledger.models import Account
from payouts.models import Creator, Destination, Payment, Payout, Split
from payouts.moderation import moderating, suspending


def pay_by_hand(person: User, request: HttpRequest, reference: str) -> str:
    return f"{money(leftovers.pay_by_hand(person, request, reference))} recorded"


@admin.register(User)
class UserAdmin(ReadOnly):
    """Whoever is here. Passwords, addresses and rights are nobody's to type here."""

    list_display = [
        "username",
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
    search_help_text = "The beginning of a name, or a whole e-mail address"
    ordering = ["-id"]
    fields = [
        "username",
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
    acts = {
        "suspend": Act(
            "Suspend",
            "The reason",
            moderating.suspend,
            "No new flattrs, given or received. Those received in the running month"
            " are taken back and the readers told; payouts are held; the next close"
            " sets them aside as a reader. They are told how to appeal.",
        ),
        "unsuspend": Act(
            "Lift the suspension",
            "The reason",
            suspending.unsuspend_person,
            "Payouts that were held stay so until each is released.",
        ),
        "invite": Act(
            "Send the link for a second factor",
            "The reason",
            invitations.send,
            "Staff set their first second factor only with this link, which is mailed"
            " to their address and works for three days. Be sure that the address is"
            " theirs.",
        ),
        "paid_by_hand": Act(
            "Record that the rest was paid by hand",
            "The bank's reference",
            pay_by_hand,
            "What is left of somebody who is leaving, and what no card and no payout"
            " takes, was sent to them by the bank.",
        ),
    }

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A mail address is found in each of its spellings."""
        if "@" in search_term:
            search_term = mailboxes.as_login(search_term)
        return super().get_search_results(request, queryset, search_term)

    def possible(self, obj: User) -> list[str]:
        left = bool(obj.closing_at and leftovers.leftover(obj, clock.now()))
        acts = ["paid_by_hand"] if left else []
        if obj.erased_at is not None:
            return acts
        if obj.is_staff and not is_mfa_enabled(obj):
            acts.append("invite")
        return [*acts, "unsuspend" if obj.suspended_at else "suspend"]

    def summary(self, obj: User) -> str:
        return obj.email

    def tables(self, obj: User) -> list[Table]:
        return [
            *([leaving_table(obj)] if obj.closing_at else []),
            accounts_table(obj),
            payouts_table(obj),
            destinations_table(obj),
            payments_table(obj),
            splits_of(obj),
            audit_table(f"person:{obj.pk}"),
        ]


@admin.register(Creator)
class CreatorAdmin(UserAdmin):
    """Everybody who ever earned something, with what is theirs now."""

    list_display = [
        "username",
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

    @admin.display(description="pending", ordering="pending")
    def pending_(self, creator: Any) -> str:
        return euros(creator.pending).text

    @admin.display(description="matured", ordering="revenue")
    def matured_(self, creator: Any) -> str:
        return euros(creator.revenue).text

    @admin.display(description="reserved", ordering="transit")
    def reserved_(self, creator: Any) -> str:
        return euros(creator.transit).text

    @admin.display(description="paid", ordering="paid")
    def paid_(self, creator: Any) -> str:
        return euros(creator.paid).text

    @admin.display(description="owed by them")
    def owed_(self, creator: Any) -> str:
        return euros(creator.owed).text


def leaving_table(person: User) -> Table:
    """What keeps somebody who closed their account from being erased, as they read it."""
    now = clock.now()
    left = leftovers.leftover(person, now)
    told = [f"{money(left)} is left, to be paid by hand or given up."] if left else []
    return Table(
        "Leaving",
        ["Before they are erased"],
        [[reason] for reason in [*leftovers.under_way(person, now), *told]],
    )


def accounts_table(person: User) -> Table:
    accounts = (
        Account.objects.filter(owner_id=person.pk)
        .select_related("balance")
        .order_by("kind")
    )
    return Table(
        "Accounts in the ledger",
        ["Account", "Balance"],
        [
            [
                account_cell(account),
                euros(account.balance.amount)
                if hasattr(account, "balance")
                else "summed on its page",
            ]
            for account in accounts
        ],
    )


def payouts_table(person: User) -> Table:
    payouts = Payout.objects.filter(creator=person).select_related("destination")
    return Table(
        "Payouts",
        ["Payout", "Asked for", "State", "Account", "Amount"],
        [
            [
                Cell(str(one), reverse("admin:payouts_payout_change", args=[one.pk])),
                f"{one.requested_at:%Y-%m-%d}",
                one.state,
                str(one.destination),
                euros(one.amount),
            ]
            for one in payouts.order_by("-id")[:50]
        ],
    )


def destinations_table(person: User) -> Table:
    return Table(
        "Bank accounts, the newest first",
        ["Holder", "Account", "At Stripe", "Named", "Usable", "Cancelled"],
        [
            [
                one.holder,
                str(one),
                one.stripe_id,
                f"{one.made_at:%Y-%m-%d}",
                f"{one.usable_at:%Y-%m-%d}",
                f"{one.cancelled_at:%Y-%m-%d}" if one.cancelled_at else "",
            ]
            for one in Destination.objects.filter(creator=person).order_by("-id")[:20]
        ],
    )


def payments_table(person: User) -> Table:
    return Table(
        "Paid in",
        ["Started", "Arrived", "Failed", "Provider", "Amount"],
        [
            [
                f"{one.started_at:%Y-%m-%d %H:%M}",
                f"{one.paid_at:%Y-%m-%d %H:%M}" if one.paid_at else "",
                f"{one.failed_at:%Y-%m-%d %H:%M}" if one.failed_at else "",
                one.provider,
                euros(one.amount),
            ]
            for one in Payment.objects.filter(reader=person).order_by("-started_at")[
                :50
            ]
        ],
    )


def splits_of(person: User) -> Table:
    return Table(
        "Months given",
        ["Month", "Spent", "Fee", "Creators"],
        [
            [
                Cell(
                    months.show(one.period),
                    reverse("admin:payouts_close_change", args=[one.period]),
                ),
                euros(one.spent),
                euros(one.fee),
                Cell(str(one.creators), number=True),
            ]
            for one in Split.objects.filter(reader=person).order_by("-period")[:24]
        ],
    )

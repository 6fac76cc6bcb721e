"""The admin of records about people, read-only; suspending is in `payouts.admin`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit import TAKEOVER
from accounts.models import AccountLook, Audit, Outbox, User
from accounts.models.oauth import AccessToken, Application
from accounts.models.records import LOOKED
from flattr import months
from flattr.database import clock
from flattr.staff.cells import Cell, Table
from flattr.staff.filters import YesNo, one_of
from flattr.staff.tables import ReadOnly
from flattr.templatetags.flattr import month

# The permission to read who looked at whom.
AUDITORS = "accounts.view_accountlook"
ACTIONS = [
    *(
        f"payout_{act}"
        for act in (
            "requested",
            "approved",
            "held",
            "released",
            "rejected",
            "handed_over",
            "not_covered",
            "sent",
            "returned",
            "failed",
        )
    ),
    "account_shown",
    "stripe_account_opened",
    "destination_changed",
    "destination_cancelled",
    "person_suspended",
    "person_unsuspended",
    "thing_suspended",
    "thing_unsuspended",
    "name_changed",
    "reader_closed",
    "app_registered",
    "app_changed",
    "app_secret_renewed",
    "app_deleted",
    "token_made",
    "webhook_made",
    "webhook_changed",
    "webhook_secret_renewed",
    "webhook_removed",
    "refund_asked",
    "refund_made",
    "invoices_exported",
    "refund_failed",
    "dispute_asked",
    "dispute_opened",
    "dispute_reopened",
    "dispute_decided",
    "debit_failed",
    "second_factor_link",
    "second_factor_on",
    "passkey_added",
    "backup_made",
    *TAKEOVER,
]
MAILS = [
    "bank_refused",
    "bank_waits",
    "debit_failed",
    "destination",
    "dispute",
    "hook_off",
    "name_changed",
    "owed",
    "paid_in",
    "payout",
    "promise_kept",
    "promise_lapsed",
    "refund",
    "revenue",
    "second_factor_link",
    "statement",
    "stripe_asks",
    "taken_back",
    "top_up",
]


@admin.register(Audit)
class AuditAdmin(ReadOnly):
    """What staff did, and why. Search for its subject, as in payout:12 or person:7."""

    list_display = ["at", "actor", "action", "subject", "reason", "ip"]
    list_filter = [one_of("action", ACTIONS)]
    list_select_related = ["actor"]
    search_fields = ["=subject", "=actor__username"]
    search_help_text = _("A subject (payout:12, person:7, thing:3) or a username")
    ordering = ["-id"]
    fields = ["at", "actor", "action", "subject", "before", "after", "reason", "ip"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without who looked at whom, which only auditors read."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.exclude(action=LOOKED)


class LookedBy(admin.SimpleListFilter):
    """Whoever is staff now."""

    title = _("who looked")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = User.objects.filter(is_staff=True).order_by("username")
        return [(str(key), name) for key, name in staff.values_list("pk", "username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        chosen = [key for key, _name in self.lookup_choices if key == self.value()]
        return queryset.filter(actor__in=chosen) if self.value() else queryset


class LookedIn(admin.SimpleListFilter):
    """The last year, month by month."""

    title = _("month")
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        last = clock.period()
        shown = [months.shifted(last, -n) for n in range(12)]
        return [(str(period), month(period)) for period in shown]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        chosen = [key for key, _name in self.lookup_choices if key == self.value()]
        if not chosen:
            return queryset
        period = int(chosen[0])
        return queryset.filter(at__gte=months.start(period), at__lt=months.end(period))


@admin.register(AccountLook)
class AccountLookAdmin(ReadOnly):
    """Who of staff opened a page about whom. A name that is nobody's finds the same as
    that of somebody at whom nobody looked: nothing."""

    list_display = ["at", "actor", "account", "opened", "ip"]
    list_filter = [LookedBy, LookedIn]
    list_select_related = ["actor"]
    list_display_links = None
    search_fields = ["subject"]
    search_help_text = _("The whole username of the account's owner")
    ordering = ["-id"]
    fields = ["at", "actor", "account", "opened", "ip"]
    readonly_fields = ["account", "opened"]

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Auditors' alone."""
        return super().has_view_permission(request, obj) and request.user.has_perm(
            AUDITORS
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Each with `owner`: the name of whose account it was."""
        looks: QuerySet[Any] = super().get_queryset(request)
        number = Cast(
            Substr(OuterRef("subject"), len("person:") + 1), BigIntegerField()
        )
        names = User.objects.filter(pk=number).values("username")
        named: QuerySet[Any] = looks.annotate(owner=Subquery(names))
        return named

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            try:
                whose = f"person:{User.objects.named(search_term.strip()).pk}"
            except User.DoesNotExist:
                return queryset.none(), False
            queryset = queryset.filter(subject=whose)
        return queryset, False

    @admin.display(description=_("account"))
    def account(self, look: Any) -> str:
        return look.owner or str(look.subject)

    @admin.display(description=_("page"))
    def opened(self, look: AccountLook) -> str:
        return page_in_words(look.page)


OPENED = {
    "user": _("the person's page"),
    "creator": _("what they earned"),
    "payout": _("payout %(number)s"),
    "payment": _("payment %(number)s"),
    "payer": _("their card"),
    "renewal": _("renewal %(number)s"),
    "refund": _("refund %(number)s"),
    "dispute": _("dispute %(number)s"),
    "lot": _("amount on hold %(number)s"),
    "account": _("account %(number)s of the ledger"),
    "bank": _("the bank account in full, for payout %(number)s"),
}


def page_in_words(page: str) -> str:
    """What staff opened, from how it is written down: `payout:12`."""
    kind, _colon, number = page.partition(":")
    return str(OPENED.get(kind, page)) % {"number": number}


@admin.register(Outbox)
class OutboxAdmin(ReadOnly):
    """Mails, without their text: some contain keys that belong to the person."""

    list_display = ["key", "template", "person", "due_at", "sent_at", "tries"]
    list_filter = [one_of("template", MAILS), ("sent_at", YesNo)]
    list_select_related = ["person"]
    search_fields = ["=key", "=person__username"]
    search_help_text = _("A key or a username")
    ordering = ["-id"]
    fields = ["key", "template", "person", "due_at", "sent_at", "tries", "failure"]


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    """Apps that people registered, and how many people they act for."""

    list_display = ["name", "user", "host", "client_type", "created"]
    list_select_related = ["user"]
    search_fields = ["=name", "=client_id", "=user__username"]
    search_help_text = _("A title, a client id or a username")
    ordering = ["-id"]
    fields = [
        "name",
        "user",
        "website",
        "description",
        "platform",
        "client_id",
        "client_type",
        "keys_are_public",
        "redirect_uris",
        "created",
        "updated",
        "people",
    ]
    readonly_fields = ["people"]

    @admin.display(description=_("host"))
    def host(self, app: Application) -> str:
        return app.host

    @admin.display(description=_("acts for"))
    def people(self, app: Application) -> int:
        tokens = AccessToken.objects.filter(application=app)
        return int(tokens.values("user").distinct().count())


def audit_table(subject: str) -> Table:
    """What staff and the platform did to a subject, newest first."""
    rows = Audit.objects.acts().filter(subject=subject).select_related("actor")
    return Table(
        _("Audit log"),
        [_("When"), _("Who"), _("What"), _("Before"), _("After"), _("Reason")],
        [
            [
                Cell(
                    f"{row.at:%Y-%m-%d %H:%M}",
                    reverse("admin:accounts_audit_change", args=[row.pk]),
                ),
                str(row.actor or _("the platform")),
                row.action,
                facts(row.before),
                facts(row.after),
                row.reason,
            ]
            for row in rows.order_by("-id")[:50]
        ],
        nothing=_("Nobody has done anything to it yet."),
    )


def facts(told: dict[str, object]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in told.items())

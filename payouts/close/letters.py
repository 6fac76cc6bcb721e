"""What we write about a month that is closed, and to staff when closes stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.happenings import Event
from accounts.mail.letter import Block, Button, Letter, Link, Quote, Table, page
from accounts.mail.notices import Words
from accounts.models.webhook import Happening
from flattr import months
from flattr.templatetags.flattr import money, month
from payouts.models.invoices import invoice_name


def statement(
    *,
    period: int,
    spent: int,
    fee: int,
    creators: int,
    without: int,
    more: int,
    slices: Sequence[str] = (),
    portions: Sequence[dict[str, Any]] = (),
    once: int = 0,
) -> Letter:
    facts = {
        "month": month(period),
        "spent": money(spent),
        "number": creators,
        "once": money(once),
    }
    if not creators:
        return _given_once(period, facts)
    rows = [(portion["name"], money(portion["amount"])) for portion in portions]
    if more:
        rows.append((_more_creators(more), ""))
    if fee:
        rows.append((_("stays with this site"), money(fee)))
    return Letter(
        ngettext(
            "%(month)s: %(spent)s for %(number)s creator",
            "%(month)s: %(spent)s for %(number)s creators",
            creators,
        )
        % facts,
        _("%(month)s is over. This is where your money went.") % facts,
        Table(rows, (_("Total"), money(spent)), slices),
        _("Beside it you gave %(once)s once.") % facts if once else "",
        _got_nothing(without),
        Button(_("See it line by line"), page("payouts:statement", period)),
        Link(_("Check every number yourself"), page("payouts:check", period)),
    )


def _given_once(period: int, facts: dict[str, Any]) -> Letter:
    """To somebody of whose budget nothing was shared."""
    return Letter(
        _("%(month)s: %(once)s, given once") % facts,
        _(
            "%(month)s is over. You gave %(once)s once, and nothing of your budget was"
            " spent."
        )
        % facts,
        Button(_("See it line by line"), page("payouts:statement", period)),
        Link(_("Check every number yourself"), page("payouts:check", period)),
    )


def _more_creators(number: int) -> str:
    return ngettext(
        "and %(number)s more creator", "and %(number)s more creators", number
    ) % {"number": number}


def _got_nothing(without: int) -> str:
    if not without:
        return ""
    return ngettext(
        "There were more creators than cents; %(number)s creator got none this time.",
        "There were more creators than cents; %(number)s creators got none this time.",
        without,
    ) % {"number": without}


def revenue(
    *,
    period: int,
    amount: int,
    readers: int,
    clicks: int,
    lots: list[dict[str, Any]],
    is_first: bool = False,
    papers: Sequence[dict[str, int]] = (),
) -> Letter:
    """`papers` are the invoices and credit notes of the month, which are negative."""
    facts = {"amount": money(amount), "month": month(period)}
    rows = [
        (_("from %(day)s on") % {"day": lot["day"]}, money(lot["amount"]))
        for lot in lots
    ]
    return Letter(
        (_first_money() if is_first else _("%(amount)s arrived for %(month)s")) % facts,
        _("%(month)s is closed, and %(amount)s arrived for you.") % facts,
        f"{_from_readers(readers)} {_for_clicks(clicks)}",
        _("We hold it for a while. Then it is ready to be paid out:"),
        Table(rows, (_("Total"), money(amount))),
        *_papers(papers),
        Button(_("See it by thing"), page("payouts:revenue_month", period)),
    )


def _papers(papers: Sequence[dict[str, int]]) -> Iterator[Link]:
    for one in papers:
        name = invoice_name(one["year"], one["number"])
        facts = {"number": name, "amount": money(abs(one["amount"]))}
        said = _("Invoice %(number)s over our fee, %(amount)s")
        if one["amount"] < 0:
            said = _("Credit note %(number)s over our fee, %(amount)s")
        yield Link(said % facts, page("payouts:invoice", name))


def _first_money() -> str:
    return _("Your first money from readers: %(amount)s for %(month)s")


def revenue_notice(period: int, amount: int, is_first: bool = False) -> Words | None:
    """The first time alone: later months are on the page anyway."""
    if not is_first:
        return None
    return Words(
        _("Your first money from readers: %(amount)s for %(month)s.")
        % {"amount": money(amount), "month": month(period)},
        is_good=True,
        label=_("See it by thing"),
        url=reverse("payouts:revenue_month", args=[period]),
    )


def revenue_event(period: int, amount: int) -> Event:
    return Event(
        Happening.MONTH_REVENUE,
        {
            "period": months.show(period),
            "amount": amount,
            "currency": settings.CURRENCY,
        },
    )


def _from_readers(number: int) -> str:
    return ngettext(
        "It came from %(number)s reader.", "It came from %(number)s readers.", number
    ) % {"number": number}


def _for_clicks(number: int) -> str:
    return ngettext(
        "We counted %(number)s click.", "We counted %(number)s clicks.", number
    ) % {"number": number}


def stopped(reason: str) -> Letter:
    return Letter(
        _("Payouts and closes are stopped: the ledger does not add up"),
        _(
            "A check of the ledger found something that is wrong, so payouts and"
            " closes are stopped. Readers can go on flattring and paying in; nothing is lost by"
            " waiting. The check found:"
        ),
        Quote(reason),
        _(
            "Look at it before anything else. `manage.py check_ledger` says it again in"
            " full, `manage.py verify_seals` says which day was changed. Correct the"
            " ledger by a transaction that reverses, never by hand in the database."
        ),
        _(
            "When a check finds everything in order again, payouts and closes resume by"
            " themselves and you get another mail."
        ),
        _staff_pages(),
        greets=False,
    )


def resumed(reason: str) -> Letter:
    return Letter(
        _("Payouts and closes resume: the ledger adds up again"),
        _(
            "A check of the whole ledger has found everything in order, so payouts and"
            " closes resume. They were stopped for this:"
        ),
        Quote(reason),
        _("If nobody knows why it is gone, find out: a ledger does not mend itself."),
        _staff_pages(),
        greets=False,
    )


def _staff_pages() -> Block:
    return Button(_("Staff pages"), page("admin:index"))

"""What staff can do has a page that asks, and on it every button that it needs."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Audit
from buttons.models import Refused, Report, Thing
from buttons.pictures import keeping
from payouts.earnings import destinations
from payouts.models import Payout
from payouts.moderation import suspending
from tests.admin.test_admin import PAYOUTS, asked_for, staff, stripe_was_heard
from tests.collisions import collided
from tests.world.browsing import signed_in
from tests.world.earning import iban_of

SHOW = "Show the accounts in full"


def buttons(page: str) -> list[str]:
    """The texts of a page's buttons, as they are read."""
    found = re.findall(r'<input type="submit"[^>]* value="([^"]*)"', page)
    found += re.findall(r"<button[^>]*>([^<]*)</button>", page)
    return [unescape(text) for text in found]


def act_pages() -> list[tuple[Any, str, Any]]:
    return [
        (shown, name, act)
        for shown in admin.site._registry.values()
        for name, act in getattr(shown, "acts", {}).items()
    ]


def approved(client: Client, payout: Payout) -> Payout:
    """Two of staff said yes, so that it is paid by hand."""
    for one in (client, signed_in(staff("erik"))):
        one.post(f"{PAYOUTS}act/approve/?ids={payout.pk}", {"text": "read the blog"})
    payout.refresh_from_db()
    assert payout.state == "approved"
    return payout


def test_every_act_has_a_page_with_all_of_its_buttons(own_database: str) -> None:
    payout = asked_for()
    suspending.suspend_thing(Thing.objects.get(), staff("frida"), "a copy")
    Report.objects.create(person=payout.creator, reason="swindle")
    keeping.keep(payout.creator, b"RIFF....WEBP")
    Refused.objects.create(address="rob.example", proof="by the operator")
    stripe_was_heard()
    collided(payout.creator)
    dora = signed_in(staff("dora"))

    assert any(act.reveal for _, _, act in act_pages())
    for shown, name, act in act_pages():
        row = shown.model._default_manager.order_by("pk").last()
        assert row is not None, f"This test has no {shown.opts.verbose_name}."
        page = dora.get(shown.act_url(name, row)).content.decode()

        wanted = [act.label, *([act.reveal_label] if act.reveal else [])]
        assert set(wanted) <= set(buttons(page)), (name, buttons(page))
        assert f">{act.ask}</label>" in unescape(page), name
        assert str(act.explain) in unescape(page), name


def test_every_object_leads_to_what_can_be_done_with_it(own_database: str) -> None:
    payout = asked_for()
    dora = signed_in(staff("dora"))

    every: list[tuple[Any, Any]] = [
        (admin.site.get_model_admin(Payout), payout),
        (admin.site.get_model_admin(Thing), Thing.objects.get()),
    ]
    for shown, row in every:
        at = f"admin:{shown.opts.app_label}_{shown.opts.model_name}_change"
        page = unescape(dora.get(reverse(at, args=[row.pk])).content.decode())
        possible = shown.possible(row)
        assert possible
        for name in possible:
            address = shown.act_url(name, row)
            label = shown.acts[name].label
            link, button = f'<a href="{address}">', f'formaction="{address}">'
            assert re.search(f"({re.escape(link)}|{re.escape(button)}){label}", page)


def test_dora_sees_the_account_that_she_pays_by_hand(own_database: str) -> None:
    """T42: by the button on the page, and the audit log says that she saw it."""
    dora = signed_in(staff("dora"))
    payout = approved(dora, asked_for())
    address = f"{PAYOUTS}act/send/?ids={payout.pk}"
    iban = iban_of(payout.creator)

    page = dora.get(address).content.decode()
    assert SHOW in buttons(page)
    assert iban not in page
    assert not Audit.objects.filter(action="account_shown").exists()

    revealed = dora.post(address, {"reveal": "1"}).content.decode()
    assert destinations.reveal(payout.destination) == iban
    assert f'<p class="revealed">{payout.destination.holder}, {iban}' in revealed
    log = dora.get("/admin/accounts/audit/", {"action": "account_shown"})
    row = log.content.decode().split('field-action">account_shown')[1].split("</tr>")[0]
    assert f"payout:{payout.pk}" in row
    detail = dora.get(f"{PAYOUTS}{payout.pk}/change/").content.decode()
    assert "Bank account shown in full" in detail


def test_an_account_that_may_not_be_shown_is_refused_in_a_sentence(
    own_database: str,
) -> None:
    """A payout that nobody has approved yet; nothing is noted, and nothing shown."""
    payout = asked_for()
    dora = signed_in(staff("dora"))

    answer = dora.post(f"{PAYOUTS}act/send/?ids={payout.pk}", {"reveal": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert iban_of(payout.creator) not in page
    assert 'class="revealed"' in page
    assert not Audit.objects.filter(action="account_shown").exists()

"""What people write about themselves, and which mails they want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import links
from flattr import vat
from flattr.web.visible import visible

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Profile(forms.ModelForm):  # type: ignore[type-arg]
    url = forms.URLField(
        label=_("Web page"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
    )
    links = forms.CharField(
        label=_("Other pages of yours"),
        help_text=_(
            "One address a line, up to 8. Your profile links to them, with a tick beside"
            " those that name you."
        ),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 4, "inputmode": "url", "spellcheck": "false"}
        ),
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = [
            "first_name",
            "last_name",
            "about",
            "url",
            "links",
            "city",
            "country",
            "shows_flattrs",
        ]
        labels: ClassVar[dict[str, StrPromise]] = {
            "about": _("About you"),
            "city": _("City"),
            "country": _("Country"),
            "shows_flattrs": _("Show on my profile what I flattr"),
        }
        help_texts: ClassVar[dict[str, StrPromise]] = {
            "about": _("In your own words, up to 1000 letters."),
            "shows_flattrs": _("Unless you tick this, nobody but you can see it."),
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "about": forms.Textarea(attrs={"rows": 4})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["links"] = "\n".join(self.instance.links)

    def clean_url(self) -> str:
        return links.link(given) if (given := self.cleaned_data["url"]) else ""

    def clean_links(self) -> list[str]:
        return links.addresses_in(self.cleaned_data["links"])

    def clean_first_name(self) -> str:
        return visible(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return visible(self.cleaned_data["last_name"])


class PaperAddress(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["paper_address"]
        labels: ClassVar[dict[str, StrPromise]] = {
            "paper_address": _("Your name and address on paper")
        }
        help_texts: ClassVar[dict[str, StrPromise]] = {
            "paper_address": _(
                "As your tax adviser needs it, up to 300 letters. It stands on the printed"
                " page alone, and nobody else sees it."
            )
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "paper_address": forms.Textarea(
                attrs={"rows": 4, "autocomplete": "street-address"}
            )
        }


class Billing(PaperAddress):
    """To whom invoices are made out: an address, and the VAT id of a business."""

    class Meta(PaperAddress.Meta):
        fields: ClassVar[list[str]] = ["paper_address", "vat_id"]
        labels: ClassVar[dict[str, StrPromise]] = {
            **PaperAddress.Meta.labels,
            "vat_id": _("VAT id"),
        }
        help_texts: ClassVar[dict[str, StrPromise]] = {
            "paper_address": _(
                "As the law and your tax adviser need them, up to 300 letters. They stand on"
                " invoices and printed years, and nobody else sees them."
            ),
            "vat_id": _(
                "Of a business in the European Union, such as DE123456789. If it is of"
                " another country than ours, you owe the VAT there, and we charge none."
            ),
        }

    def clean_vat_id(self) -> str:
        vat_id = vat.plain(self.cleaned_data["vat_id"])
        if vat_id and not vat.is_shaped(vat_id):
            raise forms.ValidationError(
                _(
                    "That is not a VAT id of the European Union. It begins with two"
                    " letters for the country, such as DE123456789."
                )
            )
        return vat_id


class Mails(forms.ModelForm):  # type: ignore[type-arg]
    """Which mails a person wants, by what they do here."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = [
            "mail_paid_in",
            "mail_renewal",
            "mail_statement",
            "mail_gift_given",
            "mail_reader_digest",
            "mail_first",
            "mail_gift",
            "mail_revenue",
            "mail_creator_digest",
        ]
        labels: ClassVar[dict[str, StrPromise]] = {
            "mail_paid_in": _("A payment of mine has arrived"),
            "mail_renewal": _("A quarter or a year is about to be renewed"),
            "mail_statement": _("Where my month's money went"),
            "mail_reader_digest": _("My month so far, on the 15th"),
            "mail_gift_given": _("Something that I gave once has arrived"),
            "mail_gift": _("Somebody gave me something once"),
            "mail_first": _("Somebody flattred me for the first time"),
            "mail_revenue": _("What readers gave me in a month"),
            "mail_creator_digest": _("My clicks so far, on the 15th"),
        }
        help_texts: ClassVar[dict[str, StrPromise]] = {
            "mail_renewal": _("A week before, with the amount and how to stop it."),
            "mail_statement": _("Once a month is closed."),
            "mail_gift_given": _(
                "An hour after, when it cannot be taken back any more."
            ),
            "mail_reader_digest": _(
                "What you have flattred, and what each of them would get."
            ),
            "mail_revenue": _("Once a month is closed, the first time too."),
            "mail_creator_digest": _(
                "Clicks alone: what they are worth is not known yet."
            ),
        }

    def of_readers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields[:5]]

    def of_creators(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields[5:]]

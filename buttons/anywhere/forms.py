"""What somebody pastes: an address, a text with addresses, or a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from buttons.reading.unpacking import decoded
from buttons.signals import listings
from buttons.signals.listings import Entry, Listing, ListKind
from buttons.things import submitting
from buttons.things.typed_addresses import ADDRESS, address_in
from flattr.web.refusals import Refusal

MOST_BYTES = 1_000_000
# A whole request may be as long as that; letters may take several bytes.
LONGEST_TEXT = 900_000


class NothingFound(Refusal):
    says = _(
        "We found no address in it. It can be the address of a page, a feed or a"
        " repository, a text with an address on each line, an OPML file, or a lock file."
    )

    code = "nothing_found"


# One of both is asked for.
EITHER = "_either_field.html"


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("An address, or a text with addresses"),
        required=False,
        template_name=EITHER,  # type: ignore[call-arg] # unknown to the stubs
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "placeholder": "https://",
            }
        ),
        help_text=_("A page, a feed, a repository, or a list of them."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        template_name=EITHER,  # type: ignore[call-arg] # unknown to the stubs
        allow_empty_file=True,
        help_text=_(
            "OPML from your reader of feeds or podcasts, or a lock file of a program"
            " (requirements.txt, uv.lock, poetry.lock, package-lock.json, Cargo.lock,"
            " go.sum). At most 1 MB; we keep the addresses, not the file."
        ),
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("It is larger than 1 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = {**self.cleaned_data}
        if self.errors:
            return cleaned
        text, file = cleaned["text"].strip(), cleaned["file"]
        field = "file" if file is not None else "text"
        try:
            if file is not None:
                cleaned["readable"] = _in_file(file)
            elif text:
                cleaned["readable"] = in_text(text)
            else:
                raise ValidationError({"text": _("Please paste something first.")})
        except Refusal as refusal:
            raise ValidationError({field: str(refusal)}) from refusal
        return cleaned


def _in_file(file: UploadedFile[Any]) -> Listing:
    name = file.name or ""
    text, _encoding = decoded(file.read(), "", xml=True)
    listing = listings.listing_of(name, text)
    if listing is None or not listing.entries:
        raise NothingFound
    return listing if listing.title else replace(listing, title=name)


def in_text(text: str) -> Listing:
    """The list that a text is, or that of the one address in it; refused with
    `NothingFound`, `BadAddress` or `Unreadable`."""
    listing = listings.listing_of("", text)
    if listing is None and "\n" in text and not ADDRESS.search(text):
        raise NothingFound
    if listing is None:
        address = address_in("", text)
        entry = Entry(address, "")
        return Listing(
            ListKind.ADDRESSES, submitting.title_of(address), (entry,), left_out=0
        )
    if not listing.entries:
        raise NothingFound
    number = len(listing.entries)
    title = ngettext("%(number)d address", "%(number)d addresses", number)
    return replace(listing, title=listing.title or title % {"number": number})

"""What somebody pastes: an address, a text with addresses, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from buttons.anywhere.found_there import Entry
from buttons.things import submitting
from buttons.things.addresses import BadAddress
from buttons.things.typed_addresses import address_in

MOST_BYTES = 1_000_000
# A whole request may be as long as that; letters may take several bytes.
LONGEST_TEXT = 900_000
NOTHING_FOUND = _(
    "We found no address in it. It can be the address of a page, a feed or a repository,"
    " a text with addresses, an OPML file, or a lock file."
)


@dataclass(frozen=True, slots=True)
class Readable:
    """What was pasted, as far as there are addresses in it; `left_out` counts those that
    were too many."""

    title: str
    entries: list[Entry]
    left_out: int = 0


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("An address, or a text with addresses"),
        required=False,
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
        text = cleaned["text"].strip()
        if not text:
            raise ValidationError({"text": _("Please paste something first.")})
        try:
            cleaned["readable"] = readable_text(text)
        except BadAddress as refusal:
            raise ValidationError({"text": str(refusal)}) from refusal
        return cleaned


def readable_text(text: str) -> Readable:
    """What was pasted as text; refused with `BadAddress`."""
    address = address_in("", text)
    return Readable(submitting.title_of(address), [Entry(address)])

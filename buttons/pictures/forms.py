"""What the owner of a picture sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from buttons.models.picture import MOST_SOURCE_BYTES
from buttons.pictures.wanting import WHY_NOT


class PictureForm(forms.Form):
    file = forms.FileField(
        label=_("A picture from your device"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        allow_empty_file=True,
        help_text=_(
            "JPEG, PNG, WebP, AVIF or GIF, at most 5 MB. We make a small picture of it and"
            " keep nothing else of the file, neither place nor time that a camera wrote."
        ),
        error_messages={"required": _("Please choose a file.")},
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_SOURCE_BYTES:
            raise forms.ValidationError(WHY_NOT["heavy"])
        return file

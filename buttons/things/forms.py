"""What creators say of their things."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.models import CATEGORIES, Report, Thing
from buttons.things import submitting
from buttons.things.addresses import BadAddress, normalise
from buttons.things.languages import LANGUAGES
from buttons.things.submitting import Submission


class ThingForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an owner may change; the address is what it is."""

    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("Separated by commas."),
        max_length=1000,
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    class Meta:
        model = Thing
        fields = ["title", "description", "category", "language", "tags", "hidden"]
        labels = {
            "title": _("Title"),
            "description": _("Description"),
            "category": _("Category"),
            "hidden": _("Leave it out of the catalogue and my profile"),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_title(self) -> str:
        return submitting.line(self.cleaned_data["title"], submitting.LONGEST_TITLE)

    def clean_description(self) -> str:
        return submitting.text(
            self.cleaned_data["description"], submitting.LONGEST_DESCRIPTION
        )

    def clean_tags(self) -> list[str]:
        return submitting.tags(self.cleaned_data["tags"])


class SnippetForm(forms.Form):
    """For which page a button is to be made."""

    url = forms.CharField(
        label=_("Address of the page"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    title = forms.CharField(
        label=_("Title of the page"),
        required=False,
        max_length=submitting.LONGEST_TITLE,
        help_text=_("Readers see it before they flattr."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=submitting.LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    category = forms.ChoiceField(
        label=_("Category"), choices=CATEGORIES, required=False, initial="text"
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("Separated by commas."),
        max_length=1000,
    )

    def clean_url(self) -> str:
        try:
            return normalise(self.cleaned_data["url"])
        except BadAddress as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def submission(self, owner_name: str) -> Submission:
        """What was filled in, for a button of that person's."""
        given = {name: str(value) for name, value in self.cleaned_data.items()}
        return submitting.parse(given | {"user_id": owner_name})


class ReportForm(forms.Form):
    """What is wrong with a thing or a person."""

    reason = forms.ChoiceField(label=_("What is wrong"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What our staff should know or look at, for example where the original is."
        ),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_(
            "Only if you want to know what we decide. We delete it a month after our"
            " answer."
        ),
    )

    def __init__(
        self, about: Thing | User, *args: Any, knows_whom: bool, **kwargs: Any
    ) -> None:
        """Whoever `knows_whom` is signed in, and is answered there."""
        super().__init__(*args, **kwargs)
        if knows_whom:
            del self.fields["email"]
        reasons = self.fields["reason"]
        assert isinstance(reasons, forms.ChoiceField)
        reasons.choices = [
            (value, label)
            for value, label in Report.Reason.choices
            if value != Report.Reason.SEEN
            and (about.picture or value != Report.Reason.PICTURE)
        ]

    def clean_words(self) -> str:
        return submitting.text(self.cleaned_data["words"], 2000)


class AppealForm(forms.Form):
    """Why something should not have been taken down."""

    words = forms.CharField(
        label=_("Why it should be here"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Somebody who did not take the first decision reads it."),
    )

    def clean_words(self) -> str:
        words = submitting.text(self.cleaned_data["words"], 2000)
        if not words:
            raise forms.ValidationError(_("Please say why."))
        return words


class HostForm(forms.Form):
    """A whole host, as a name or as an address of one of its pages."""

    host = forms.CharField(
        label=_("Your host"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={"placeholder": "blog.example", "inputmode": "url"}
        ),
    )

    def clean_host(self) -> str:
        """A normalised address on the host."""
        given = self.cleaned_data["host"].strip()
        address = given if "://" in given else f"https://{given}"
        try:
            return normalise(address)
        except BadAddress as refusal:
            raise forms.ValidationError(str(refusal)) from None

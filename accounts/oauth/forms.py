from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.models.oauth import Allowance, Application
from flattr.web.visible import visible

KINDS = {
    Application.CLIENT_CONFIDENTIAL: "On a server of mine, where nobody else can read"
    " its secret",
    Application.CLIENT_PUBLIC: "In a browser, on a phone or a laptop: it has no secret"
    " and proves itself by PKCE",
}


class AppForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the maker says of an app. Where it runs is decided once."""

    website = forms.URLField(
        label="Its web page",
        max_length=500,
        assume_scheme="https",
        help_text="People see its host before they let the app do anything.",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )

    class Meta:
        model = Application
        fields: ClassVar[list[str]] = [
            "name",
            "website",
            "description",
            "platform",
            "redirect_uris",
            "client_type",
        ]
        labels: ClassVar[dict[str, str]] = {
            "name": "Title",
            "redirect_uris": "Callbacks",
            "client_type": "Where it runs",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "description": "What it does, in a sentence or two.",
            "platform": "As in Web, Android or Linux.",
            "redirect_uris": "Where people are sent back to, one address a line: https,"
            " a scheme of the app’s own (myapp://back), or http://localhost, there at"
            " any port. Compared letter by letter.",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "name": forms.TextInput(attrs={"maxlength": 60}),
            "description": forms.Textarea(attrs={"rows": 2}),
            "redirect_uris": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            "client_type": forms.RadioSelect(),
        }

    def __init__(self, maker: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.maker = maker
        self.fields["name"].required = True
        self.fields["redirect_uris"].required = True
        if self.instance.pk:
            del self.fields["client_type"]
        else:
            kind = self.fields["client_type"]
            kind.choices = list(KINDS.items())  # type: ignore[attr-defined]
            kind.initial = Application.CLIENT_CONFIDENTIAL

    def clean_name(self) -> str:
        name = visible(str(self.cleaned_data["name"]))
        if not name:
            raise ValidationError("A title has letters that can be seen.")
        if len(name) > 60:
            raise ValidationError("A title has at most 60 letters.")
        same = Application.objects.filter(user=self.maker, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError("You have an app of this title already.")
        return name

    def clean_redirect_uris(self) -> str:
        return "\n".join(str(self.cleaned_data["redirect_uris"]).split())


class LimitForm(forms.Form):
    most = forms.IntegerField(
        label="Flattrs a month, at most",
        min_value=0,
        max_value=Allowance.LARGEST,
        required=False,
        help_text="Leave it empty for no limit.",
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label="What it is for",
        max_length=60,
        help_text="So that you know later which one to revoke.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it can do",
        choices=list(settings.SCOPES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="With none of these it reads what everybody can, and who you are.",
    )

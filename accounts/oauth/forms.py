from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.oauth import Allowance, Application
from flattr.web.amounts import AmountField
from flattr.web.visible import visible

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KINDS = {
    Application.CLIENT_CONFIDENTIAL: _(
        "On a server of mine, where nobody else can read its secret"
    ),
    Application.CLIENT_PUBLIC: _(
        "In a browser, on a phone or a laptop: it has no secret and proves itself by"
        " PKCE"
    ),
}


class AppForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the maker says of an app. Where it runs is decided once."""

    website = forms.URLField(
        label=_("Its web page"),
        max_length=500,
        assume_scheme="https",
        help_text=_("People see its host before they let the app do anything."),
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
        labels: ClassVar[dict[str, StrPromise]] = {
            "name": _("Title"),
            "description": _("Description"),
            "platform": _("Platform"),
            "redirect_uris": _("Callbacks"),
            "client_type": _("Where it runs"),
        }
        help_texts: ClassVar[dict[str, StrPromise]] = {
            "description": _("What it does, in a sentence or two."),
            "platform": _("Such as Web, Android or Linux."),
            "redirect_uris": _(
                "Where we send people back to, one address a line: https, a scheme of"
                " the app’s own (myapp://back), or http://localhost at any port. We"
                " compare them letter by letter."
            ),
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
            raise ValidationError(_("A title needs letters that can be seen."))
        if len(name) > 60:
            raise ValidationError(_("A title has at most 60 letters."))
        same = Application.objects.filter(user=self.maker, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("You have an app with this title already."))
        return name

    def clean_redirect_uris(self) -> str:
        return "\n".join(str(self.cleaned_data["redirect_uris"]).split())


class LimitForm(forms.Form):
    most = forms.IntegerField(
        label=_("Flattrs a month, at most"),
        min_value=0,
        max_value=Allowance.LARGEST,
        required=False,
        help_text=_("Leave it empty for no limit."),
    )


class GiftLimitForm(forms.Form):
    """What an app may give once in a month, in all."""

    gift_most = AmountField(
        least=0,
        most=Allowance.GIFT_LARGEST,
        label=_("Gifts a month, at most"),
        help_text=_("In all, whoever they are for. 0 is none."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=60,
        help_text=_("So that you know later which one to revoke."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it can do"),
        choices=list(settings.SCOPES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "With none of these it can read what everybody can, and who you are."
        ),
    )

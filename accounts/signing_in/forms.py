from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.fields import EmailField
from allauth.account.models import EmailAddress
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import context as current
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import mailboxes
from accounts.models import User
from accounts.signing_in import allauth_inside, attempts, browsers, mailed_codes

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ADVICE = _("Eight characters or more, and not what many others use.")


def label(form: forms.BaseForm, **labels: str | StrPromise) -> None:
    """Label each field in our words, and drop the placeholder that repeats the label."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)


class MailboxField(EmailField):
    """A mail address; a valid one is returned in its one form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=mailboxes.LONGEST, **kwargs)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        try:
            return mailboxes.one_form(typed)
        except mailboxes.NoMailbox as refused:
            raise ValidationError(
                _("We cannot send mail to that address. Please check it for typos.")
            ) from refused


class SignIn(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, login=_("E-mail or username"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    def clean_login(self) -> str:
        login: str = super().clean_login()
        return mailboxes.as_login(login) if "@" in login else login


class AskForCode(account.RequestLoginCodeForm):
    """A code by mail, for people who opened the link in their first mail: before that,
    somebody else may have chosen the password of the account."""

    email = MailboxField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, email=_("E-mail"))

    def clean_email(self) -> str:
        email = str(super().clean_email())
        confirmed = EmailAddress.objects.filter(email=email, verified=True)
        owners = User.objects.filter(email=email, is_active=True)
        allauth_inside.send_code_to(
            self, owners.filter(pk__in=confirmed.values("user_id")).first()
        )
        return email


class MailedCode(account.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        login = LoginStageController.enter(current.request, LoginByCodeStage.key).login
        if not mailed_codes.use(login.user, login.email, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class ResetPassword(account.ResetPasswordForm):
    email = MailboxField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, email=_("E-mail"))

    def clean_email(self) -> str:
        """The link goes to an account's own address, never to a new one that the person
        typed and has not confirmed."""
        email = str(self.cleaned_data["email"])
        person = User.objects.with_login(email)
        self.users = [person] if person is not None and person.is_active else []
        return email


class NewPassword(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, password1=_("New password"), password2=_("New password again"))
        self.fields["password1"].help_text = ADVICE

    def save(self) -> None:
        """Whoever opened the link reads the account's mail: that confirms it too."""
        super().save()
        allauth_inside.confirm_address(current.request, self.user)


class ChangePassword(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password again"),
        )
        self.fields["password1"].help_text = ADVICE


class ChangeEmail(account.AddEmailForm):
    email = MailboxField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, email=_("New e-mail"))


class Reauthenticate(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self)


class Code(mfa.AuthenticateForm):
    """A code of the authenticator app, or a recovery code: five tries in a quarter
    of an hour, counted in the database (T34).

    They are counted separately for a known browser and for each way to get here, so
    that whoever stole a password does not lock out the owner, who comes by mail.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self)
        self.fields["code"].widget.attrs["inputmode"] = "text"

    def clean_code(self) -> str:
        try:
            taken = attempts.count({self.counted_as(): attempts.CODE})
        except attempts.TooMany as refused:
            raise ValidationError(
                _("Too many wrong codes. Please wait a quarter of an hour.")
            ) from refused
        code: str = super().clean_code()
        attempts.forgive(taken)
        return code

    def counted_as(self) -> str:
        records = get_authentication_records(current.request, self.user)
        ways = sorted({record["method"] for record in records})
        browser = browsers.known_as(current.request, self.user)
        return attempts.key_of("code", f"{self.user.pk} {browser} {ways}")


class CodeAgain(Code, mfa.ReauthenticateForm):
    """The same, for somebody who is signed in and confirms it."""

    def save(self) -> None:
        mfa.ReauthenticateForm.save(self)


class FirstCode(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, code=_("Code that the app shows"))

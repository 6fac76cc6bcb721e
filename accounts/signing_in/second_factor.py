"""The second factor: its secrets are stored encrypted."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signing_in import passkeys


class Adapter(DefaultMFAAdapter):
    """Whoever reads the database cannot make codes with what it contains."""

    def encrypt(self, text: str) -> str:
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """None: the page draws the picture itself (`accounts.templatetags.qr`)."""
        return ""

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        return passkeys.next_name(user)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": passkeys.site(), "name": settings.OPERATOR_NAME}


def keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


@dataclass(frozen=True, slots=True)
class Ways:
    """By what somebody shows that they are themselves, besides a password: of "totp",
    "webauthn" and "recovery_codes" those that they have."""

    types: frozenset[str]

    @property
    def passkey(self) -> bool:
        return "webauthn" in self.types

    @property
    def about_codes(self) -> str:
        """Which codes the page takes."""
        if "totp" in self.types:
            return _(
                "Type the code that your authenticator app shows. If you do not have the"
                " app, type one of your recovery codes."
            )
        return _(
            "If you do not have your passkey here, type one of your recovery codes."
        )

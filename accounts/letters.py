"""Every kind of letter about somebody's account; allauth's kinds have its names."""

from __future__ import annotations

from accounts.signing_in import letters

KINDS = {
    "second_factor_link": letters.second_factor_link,
    "terms_changed": letters.terms_changed,
    "account/email/account_already_exists": letters.account_already_exists,
    "account/email/email_changed": letters.email_changed,
    "account/email/email_confirm": letters.email_confirmed,
    "account/email/email_confirmation": letters.confirm_email,
    "account/email/email_confirmation_signup": letters.confirm_signup,
    "account/email/email_deleted": letters.email_deleted,
    "account/email/login_code": letters.login_code,
    "account/email/password_changed": letters.password_changed,
    "account/email/password_reset": letters.password_changed,
    "account/email/password_reset_key": letters.choose_password,
    "account/email/password_set": letters.password_changed,
    "account/email/unknown_account": letters.unknown_account,
    "mfa/email/recovery_codes_generated": letters.recovery_codes,
    "mfa/email/totp_activated": letters.second_factor_on,
    "mfa/email/totp_deactivated": letters.second_factor_off,
    "mfa/email/webauthn_added": letters.passkey_added,
    "mfa/email/webauthn_removed": letters.passkey_removed,
}

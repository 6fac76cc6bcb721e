"""What readers and creators ask."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from flattr.site.help.questions import Link, Question

SECURITY = Link(_("Security"), "settings_security")

QUESTIONS = (
    Question(
        "who-sees-what-i-flattr",
        _("Who sees what I flattr?"),
        (
            _(
                "Nobody, unless you switch it on in your settings. Creators see how many"
                " people flattred a thing in a month and what it earned, not who they were."
            ),
            _(
                "We delete who flattred what %(flattrs_kept)s after the month was closed."
                " Your statements stay, for you alone."
            ),
        ),
        (Link(_("Privacy"), "privacy"), Link(_("Record of processing"), "record")),
    ),
    Question(
        "i-forgot-my-password",
        _("I forgot my password"),
        (
            _(
                "Let us send you a link to choose another, or a code that signs you in"
                " once. Look into your spam folder if neither arrives within minutes. If"
                " money waits for you, payouts wait %(takeover_waits)s after a new password"
                " was chosen this way."
            ),
        ),
        (
            Link(_("Choose another password"), "account_reset_password"),
            Link(_("Sign in with a code"), "account_request_login_code"),
        ),
    ),
    Question(
        "how-do-i-protect-my-account",
        _("How do I protect my account?"),
        (
            _(
                "With a password that you use nowhere else, and with a second factor: an app"
                " on your telephone that shows a new code every half minute. Who knows your"
                " password alone then gets nowhere."
            ),
            _(
                "We write to you when somebody changes your address, password, second"
                " factor or bank account, and to your former address as well. In your"
                " settings you see which browsers are signed in, and can sign them out."
            ),
        ),
        (SECURITY,),
    ),
    Question(
        "i-lost-my-second-factor",
        _("I lost my second factor"),
        (
            _(
                "Use one of the recovery codes that you were given when you switched it on;"
                " each works once. Then switch the second factor off and on again, with"
                " your new telephone."
            ),
            _(
                "Without a recovery code, write to %(email)s from the address of your"
                " account. We ask you things that only you can know, and payouts wait"
                " %(takeover_waits)s."
            ),
        ),
        (SECURITY,),
    ),
    Question(
        "how-do-i-leave",
        _("How do I close my account?"),
        (
            _(
                "In your settings. What you did not spend goes back to where it came from,"
                " and what you earned is paid out. For %(leaving_waits)s you can change your mind."
            ),
            _(
                "After that, as soon as no money of yours is here, all that says who you"
                " were is erased. Nobody ever gets your username."
            ),
        ),
        (
            Link(_("Close the account"), "payouts:close_account"),
            Link(_("Download everything we keep"), "payouts:export"),
        ),
    ),
    Question(
        "what-if-something-is-taken-down",
        _("What if something of mine is taken down?"),
        (
            _(
                "We write to you why, with a link to appeal. You can do so once, within"
                " %(appealed_within)s, and somebody else of our staff decides. Until then"
                " it stays down, and nothing of its revenue is lost."
            ),
        ),
        (Link(_("Terms"), "terms"),),
    ),
)

"""What we write when somebody closes their account."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.mail.letter import Button, Letter, page
from accounts.models import User
from flattr.templatetags.flattr import money


def leaving(person: User, until: str, keep_url: str) -> Letter:
    return Letter(
        _("Your account is closed"),
        _(
            "Your account %(username)s is closed. What you paid in and did not spend goes"
            " back to where it came from. What you earned is paid out to you or kept for"
            " you."
        )
        % {"username": person.username},
        _("If this was not you, or you have changed your mind, keep the account."),
        Button(_("Keep the account"), keep_url),
        _(
            "Nothing is erased before %(day)s. After that we erase what says who you were,"
            " as soon as none of your money is here any more. Then we cannot write to you again, so"
            " this may be our last mail. Thank you for having been here."
        )
        % {"day": until},
    )


def leftover(leaver: int, amount: int) -> Letter:
    facts = {"amount": money(amount), "leaver": leaver}
    return Letter(
        _("%(amount)s of somebody who left has to be paid by hand") % facts,
        _(
            "Person number %(leaver)s has closed their account, and we cannot send"
            " %(amount)s of theirs automatically: it cannot go back to where it came from,"
            " or it is less than a payout. They were told to write to us, or to give it up. We keep it"
            " until then."
        )
        % facts,
        _("When you have sent it by the bank, record it on their page."),
        Button(_("Open their page"), page("admin:accounts_user_change", leaver)),
    )

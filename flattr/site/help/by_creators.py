"""What creators ask."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from flattr.site.help.questions import Link, Question

HOME = Link(_("Home"), "payouts:home")
REVENUE = Link(_("Revenue"), "payouts:revenue")
PAYOUTS = Link(_("Payouts"), "payouts:payouts")
BUTTON = Link(_("Put a button on a page"), "buttons:snippet")
THINGS = Link(_("My things"), "buttons:things")

QUESTIONS = (
    Question(
        "how-do-i-put-a-button",
        _("How do I put a button on my page?"),
        (
            _(
                "Enter the address of the page, copy the line that you get, and put it into"
                " the page. A plain link is enough. A script can show the count beside it;"
                " it sets no cookie and tracks nobody."
            ),
            _(
                "Then have the page checked: the answer says whether your button was found,"
                " and what stands there instead if it was not. Where you cannot change a"
                " page, share its address here instead of a button."
            ),
        ),
        (BUTTON, Link(_("Flattr anything"), "buttons:anywhere")),
    ),
    Question(
        "why-is-my-page-not-proved",
        _("Why is my page “not proved yet”?"),
        (
            _(
                "Because anybody can register any page in anybody’s name, and we pay only"
                " who shows that a page is theirs. Until then its flattrs wait as promises,"
                " for up to %(promises_wait)s, and nothing of them is lost in that time."
            ),
            _(
                "Your button on the page is the proof: after the first flattr we read the"
                " page and look for your name in it. A tag, a link to your profile, a"
                " record in the host’s DNS or a file on the host prove it as well. If we do"
                " not find it, have the page checked: the answer says what we saw."
            ),
        ),
        (Link(_("Claim a page"), "buttons:claim"), THINGS),
    ),
    Question(
        "what-counts-beside-a-page",
        _("I have a FUNDING.yml or a podcast already. Does that count?"),
        (
            _(
                "Yes, with your profile’s address in it: FUNDING.yml of a repository proves"
                " that repository’s page, a funding.json at the root of your host the pages"
                " that it lists, and podcast:funding the pages that declare the feed, if it"
                " is on the same host and its home is that page or above it. What stands on"
                " the page itself is stronger, and two names prove nothing."
            ),
            _(
                "Once one page or host is yours, Claim a page shows what else may be: on"
                " your hosts, below your accounts, named by your pages, or registered in"
                " your name. One press has all of it checked, and we write to you once."
            ),
        ),
        (Link(_("Claim a page"), "buttons:claim"), BUTTON),
    ),
    Question(
        "why-do-clicks-bring-no-money",
        _("Why do some clicks bring no money?"),
        (
            _(
                "A click takes its share of what the reader gives in that month. It brings"
                " nothing when the reader had nothing in the account at the month’s end,"
                " when the page was not proved in time, or when it was undone."
            ),
            _(
                "Several clicks of one reader on your works are one share of theirs. So"
                " revenue follows how many readers you have, and among how many creators"
                " each of them divides, rather than how often they click."
            ),
        ),
        (REVENUE,),
    ),
    Question(
        "why-is-my-money-held",
        _("Why is my money held?"),
        (
            _(
                "Because a reader’s bank can take a payment back for a while, and then the"
                " money has to be here. What a month gave you is held %(held_if_trusted)s"
                " after the close when it comes from trusted readers, who began to pay"
                " %(trusted_after)s ago or earlier, have paid for %(trusted_months)s and"
                " had no payment taken back; otherwise %(held)s. If they paid by bank debit"
                " lately it is %(held_if_debit)s, since a bank takes a debit back for that"
                " long."
            ),
            _(
                "Then it becomes ready by itself. Payouts shows each sum that is held, and"
                " the day on which it will be ready."
            ),
        ),
        (PAYOUTS,),
    ),
    Question(
        "when-am-i-paid",
        _("When am I paid?"),
        (
            _(
                "Once a month we request a payout of all that is ready, from"
                " %(least_payout)s on; you can also request it yourself at any time. What"
                " is below that waits for the next month."
            ),
            _(
                "A person reviews each payout, two for the first one and from"
                " %(large_payout)s on. Then it goes to your bank account, by Stripe or by"
                " hand, and we write to you."
            ),
        ),
        (PAYOUTS,),
    ),
    Question(
        "why-does-my-payout-wait",
        _("Why does my payout wait?"),
        (
            _(
                "A new bank account waits %(bank_waits)s, so that nobody who gets into your"
                " account for an hour gets your money. The same wait, %(takeover_waits)s,"
                " follows when your e-mail address or password was changed, or your second"
                " factor was switched off."
            ),
            _(
                "Otherwise it waits for a person to review it, or for something that Stripe"
                " still wants to know of you. Payouts says which."
            ),
        ),
        (PAYOUTS, Link(_("Bank account"), "payouts:destination")),
    ),
    Question(
        "what-if-a-reader-disputes",
        _("What if a reader’s payment is taken back?"),
        (
            _(
                "What that payment paid for is taken back from those who received it: first"
                " from what is still held, then from what is ready. If you have been paid"
                " already, it is set off against what you get later, and you never have to"
                " send us anything."
            ),
            _(
                "If the bank decides for you, you get it back. Revenue shows both as lines"
                " of their own."
            ),
        ),
        (REVENUE,),
    ),
    Question(
        "what-does-it-cost",
        _("What does it cost?"),
        (
            _(
                "%(fee)s We charge nothing for an account, for a button, or for paying you"
                " out."
            ),
            _(
                "Taking a reader’s payment costs us something; how much depends on how they"
                " pay, and the page about fees shows it to the cent. That does not come out"
                " of the reader’s budget, nor out of your revenue."
            ),
        ),
        (Link(_("Fees"), "fees"),),
    ),
    Question(
        "which-papers-do-i-get",
        _("Which papers do I get for my taxes?"),
        (
            _(
                "Your revenue of each year stands on one page that adds up: what arrived by"
                " month, what was taken back, what was paid out, and what was there when"
                " the year began and ended. It prints on one sheet, with your address if"
                " you enter it, and comes as a table or for beancount and hledger."
            ),
            _(
                "%(papers)s What you owe in tax on your revenue, we cannot tell you; ask a"
                " tax adviser where you live."
            ),
        ),
        (REVENUE, Link(_("Invoices"), "payouts:invoices")),
    ),
)

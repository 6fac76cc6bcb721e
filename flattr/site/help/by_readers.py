"""What readers ask."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from flattr.site.help.questions import Link, Question

MONTH = Link(_("My month"), "payouts:month")
PAY = Link(_("Payments"), "payouts:pay")
BUDGET = Link(_("Change the budget"), "payouts:budget")
STATEMENTS = Link(_("Your statements"), "payouts:statements")
GIFTS = Link(_("Your gifts"), "payouts:gifts")
HOW = Link(_("How it works"), "how_it_works")

QUESTIONS = (
    Question(
        "what-does-a-click-give",
        _("What does a click give?"),
        (
            _(
                "An equal share of your budget of that month. If you flattr the works of"
                " one creator, all of it goes there; of ten creators, each gets a tenth."
            ),
            _(
                "Several works of one creator are still one share. What a click is worth"
                " is known when the month is over; until then, my month shows what it is"
                " worth so far. It never costs more than your budget, which is any sum"
                " from %(least_budget)s to %(most_budget)s."
            ),
        ),
        (MONTH, HOW),
    ),
    Question(
        "can-i-flattr-what-has-no-button",
        _("Can I flattr what has no button?"),
        (
            _(
                "Any page, feed, video or repository. Paste its address, or all that you"
                " follow at once: the OPML file of your reader of feeds or podcasts, a text"
                " of addresses, or the lock file of a program that you build. We look at"
                " each, and say who would get a flattr, why, and how we know, before you"
                " give anything."
            ),
            _(
                "Names that we find there, in a feed or a FUNDING.yml for example, are what"
                " people have published about themselves: nobody is here by that. Where"
                " nobody is here yet, your flattr waits as a promise and costs nothing"
                " until the author comes forward. Your list is for you alone, and you can"
                " have us forget it at once."
            ),
        ),
        (Link(_("Flattr any page"), "buttons:anywhere"), MONTH),
    ),
    Question(
        "when-am-i-charged",
        _("When am I charged?"),
        (
            _(
                "When you pay in yourself, and when a month begins that your account does"
                " not cover: then we charge the card or the bank account that you saved,"
                " for a month, a quarter or a year, as you chose, less what is left in your"
                " account. We write to you each time. Who saved nothing is sent a link"
                " instead, to pay by hand."
            ),
            _(
                "A month in which you flattr nothing spends nothing. We never charge for a"
                " month that is over. Remove what is saved, or stop, and nothing is charged"
                " any more."
            ),
        ),
        (PAY, BUDGET),
    ),
    Question(
        "how-can-i-pay",
        _("How can I pay?"),
        (
            _(
                "%(methods)s The page on which you pay says beside each what it costs, and"
                " which is the cheapest for your budget. You type your card or your"
                " account on a page of Stripe’s, never here."
            ),
            _(
                "A card, or an account from which you let us debit, is saved for the"
                " renewals. By other methods you confirm each payment yourself: when one is"
                " due we write to you with a link. A debit takes some days to arrive: if it"
                " is your first payment, you can flattr as soon as it is here."
            ),
        ),
        (PAY, Link(_("Fees"), "fees")),
    ),
    Question(
        "why-was-my-card-declined",
        _("Why was my card or debit declined?"),
        (
            _(
                "Your bank decides that, and often does not tell us more than no: the card"
                " has expired, the account does not cover it, or the bank wants you to"
                " confirm the payment. Of a debit we hear it only after some days. The note"
                " on my month says what your bank told us."
            ),
            _(
                "We try again %(first_try_again)s and %(last_try_again)s after the first"
                " try, as long as that month runs. Then your budget is suspended, and"
                " nothing is charged. You can pay at once, by the same method or another."
                " What you flattred stays."
            ),
        ),
        (PAY,),
    ),
    Question(
        "why-does-my-flattr-wait",
        _("Why does my flattr wait?"),
        (
            _(
                "Because nobody has shown yet that the page is theirs, and we give your"
                " money to nobody else. Until then your flattr is a promise: it takes no"
                " share and costs nothing."
            ),
            _(
                "When the author proves the page, the promise becomes a flattr of the month"
                " that is running then, we tell you, and you can still undo it. After"
                " %(promises_wait)s without an author it lapses. A creator whom you know"
                " may just not have heard of it: tell them."
            ),
        ),
        (MONTH,),
    ),
    Question(
        "can-i-undo-a-flattr",
        _("Can I undo a flattr?"),
        (
            _(
                "Yes, until its month ends: on my month, or on the page of the thing. Your"
                " other creators then share your budget. A month that has closed cannot be"
                " changed, by you or by us."
            ),
        ),
        (MONTH,),
    ),
    Question(
        "how-do-i-give-once",
        _("How do I give once?"),
        (
            _(
                "On the page of a creator, or of something that they made, choose Give"
                " once: %(least_gift)s or more, at most %(most_gifts)s a month in all. A"
                " gift takes no share of your budget, and you need no budget for it."
            ),
            _(
                "It is paid from what is free in your account, beside what your budget"
                " needs; if that is not enough, you pay for it in the same step. The"
                " creator learns who gave it only if you show in public what you flattr."
                " An app gives in your name only if you allow it, and up to %(app_gifts)s"
                " a month unless you change that."
            ),
        ),
        (GIFTS, Link(_("Find creators"), "buttons:creators")),
    ),
    Question(
        "can-i-take-a-gift-back",
        _("Can I take a gift back?"),
        (
            _(
                "Yes, for %(gift_undo)s, on the page of the gift: the money is in your"
                " account again, and nobody learns of it. After that it is the creator’s."
            ),
            _(
                "A gift that you pay for is given when the payment arrives; until then"
                " you can take it back as well. If no payment comes in %(gift_waits)s, it"
                " lapses."
            ),
        ),
        (GIFTS,),
    ),
    Question(
        "can-i-have-my-money-back",
        _("Can I have my money back?"),
        (
            _(
                "What you paid in and did not spend is yours. When you close your account"
                " it goes back to where it came from by itself; without closing it, write"
                " to %(email)s and we send it back."
            ),
            _(
                "What a closed month gave to creators is theirs. If a payment was not made"
                " by you, write to us before you ask your bank: it is quicker, and nobody"
                " loses a flattr over it."
            ),
        ),
        (Link(_("Close the account"), "payouts:close_account"), PAY),
    ),
    Question(
        "how-does-my-statement-add-up",
        _("How does my statement add up?"),
        (
            _(
                "The month spent your budget, or what was in your account if that was"
                " less. %(fee)s Each creator gets the same; the cents that cannot be"
                " divided go to some of them, one each, by a rule that nobody can"
                " influence."
            ),
            _(
                "Each statement has a page, Check it yourself, on which every step of the"
                " sum is written out with your figures."
            ),
        ),
        (STATEMENTS, Link(_("The closes of all months"), "payouts:closes")),
    ),
    Question(
        "why-was-my-month-set-aside",
        _("Why was my month set aside?"),
        (
            _(
                "Because something about its money is not decided: your bank has taken a"
                " payment back, or our staff look at your account. Everybody else’s month"
                " was closed; yours waits, and nothing of it is lost."
            ),
            _(
                "When that is decided, your month is divided as it would have been, and"
                " your statement appears. You need not do anything, unless your bank or we"
                " have asked you."
            ),
        ),
        (STATEMENTS,),
    ),
)

"""What the public page of a close says: the totals, and the rules it was made by."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.sharing.shared_pages import SharedPage
from flattr.templatetags.flattr import month as month_in_words
from payouts.models import Close


@dataclass(frozen=True, slots=True)
class CloseWords:
    close: Close

    @property
    def why_not_shown(self) -> str:
        """In place of the totals, where few people stand behind them."""
        return _(
            "Fewer than five readers gave something this month, or fewer than five"
            " creators got something. The totals of so few people are not shown: they"
            " would tell what one of them gave or got."
        )

    @property
    def sharing(self) -> SharedPage:
        """What other sites learn of the page."""
        month = month_in_words(self.close.period)
        return SharedPage(
            _("%(month)s, closed") % {"month": month},
            _("What was given in %(month)s, how it was divided, and how to check it.")
            % {"month": month},
            reverse("payouts:close", args=[self.close.period]),
        )

    @property
    def given_by(self) -> str:
        many = self.close.readers
        text = ngettext(
            "Given by %(number)s reader", "Given by %(number)s readers", many
        )
        return text % {"number": intcomma(many)}

    @property
    def shared(self) -> str:
        """Among how many the money went."""
        close = self.close
        creators = ngettext("%(number)s creator", "%(number)s creators", close.creators)
        shares = ngettext("%(number)s share", "%(number)s shares", close.shares)
        flattrs = ngettext("%(number)s flattr", "%(number)s flattrs", close.flattrs)
        return _("to %(creators)s, in %(shares)s for %(flattrs)s") % {
            "creators": creators % {"number": intcomma(close.creators)},
            "shares": shares % {"number": intcomma(close.shares)},
            "flattrs": flattrs % {"number": intcomma(close.flattrs)},
        }

    @property
    def division(self) -> str:
        if self.close.policy == "thing":
            return _(
                "Each budget was divided evenly over the things its reader flattred."
            )
        return _(
            "Each budget was divided evenly over the creators its reader flattred; several"
            " flattrs for one creator are one share."
        )

    @property
    def odd_cents(self) -> str:
        if self.close.formula == "first":
            return _(
                "What does not divide evenly goes out as single cents, and our first rule"
                " chose who gets them; later closes no longer use it."
            )
        text = _(
            "What does not divide evenly goes out as single cents, and who gets them moves on"
            ' from month to month (<a href="{url}">how it is computed</a>).'
        )
        return format_html(text, url=reverse("how_it_works") + "#odd-cents")

    @property
    def names(self) -> str:
        """What the two rules are called where they are written down."""
        text = _("The policy is “%(policy)s”, the formula for odd cents “%(formula)s”.")
        return text % {"policy": self.close.policy, "formula": self.close.formula}

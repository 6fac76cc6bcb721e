"""What pages say of one gift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from buttons.clicks.worth import back_to, bdi, named
from flattr.templatetags.flattr import day, money, short_day
from payouts.models import Ending, Gift, GiftState


def clock_time(at: datetime, now: datetime) -> str:
    """A time of today, or soon: 15:42 UTC, with its day where that is another one."""
    here = timezone.localtime(at, UTC)
    said = formats.date_format(here, "H:i") + " UTC"
    if here.date() == timezone.localtime(now, UTC).date():
        return said
    return _("%(time)s on %(day)s") % {"time": said, "day": short_day(at)}


@dataclass(frozen=True, slots=True)
class GiftWords:
    """Sentences about `gift`, with its creator and thing, to its reader."""

    gift: Gift
    now: datetime

    @property
    def amount(self) -> str:
        return money(self.gift.amount, self.gift.currency)

    @property
    def who(self) -> str:
        """Whose it is, as a link's text; whoever left has no name."""
        creator = self.gift.creator
        if creator.erased_at is not None:
            return _("somebody who left")
        return named(creator)

    @property
    def has_profile(self) -> bool:
        creator = self.gift.creator
        return creator.is_active and creator.closing_at is None

    @property
    def is_undoable(self) -> bool:
        """The reader can still take it back."""
        gift = self.gift
        if gift.state == GiftState.WAITING:
            return True
        return gift.undoable_until is not None and gift.undoable_until > self.now

    @property
    def undo_label(self) -> str:
        until = self.gift.undoable_until
        if until is None:
            return _("Take it back")
        return _("Take it back until %(time)s") % {"time": clock_time(until, self.now)}

    @property
    def state_and_day(self) -> str:
        """In a line, where there is no room for two."""
        if self.gift.given_at is not None:
            return self.gift.in_words
        return f"{short_day(self.gift.made_at)}: {self.gift.in_words}"

    # --- Its own page

    @property
    def title(self) -> str:
        return _("A gift of %(amount)s") % {"amount": self.amount}

    @property
    def heading(self) -> SafeString:
        facts = {"amount": self.amount, "name": self.who}
        if self.gift.state == GiftState.WAITING:
            return format_html(_("{amount} for {name} waits for your payment"), **facts)
        if self.gift.state == GiftState.RESERVED:
            return format_html(_("{amount} goes to {name}"), **facts)
        if self.gift.state == GiftState.GIVEN:
            return format_html(_("{name} got {amount} from you"), **facts)
        return format_html(_("{amount} for {name}: not given"), **facts)

    @property
    def sentence(self) -> str:
        gift = self.gift
        if gift.state == GiftState.WAITING:
            return _(
                "It is given as soon as your payment arrives. If none comes in 14 days,"
                " the gift lapses."
            )
        if gift.state == GiftState.RESERVED and self.is_undoable:
            until = gift.undoable_until
            assert until is not None
            return _(
                "You can take it back until %(time)s. Then it is theirs, and we write to"
                " them."
            ) % {"time": clock_time(until, self.now)}
        if gift.state == GiftState.RESERVED:
            return _("It is being handed over, which takes a few minutes.")
        if gift.given_at is not None:
            return _("It was given on %(day)s.") % {"day": day(gift.given_at)}
        return self._not_given()

    def _not_given(self) -> str:
        gift = self.gift
        why = str(Gift.IN_WORDS[gift.ending])
        if gift.ending == Ending.UNPAID or gift.reserved_at is None:
            return _("The reason: %(why)s.") % {"why": why}
        return _("The reason: %(why)s. The money is in your account again.") % {
            "why": why
        }

    @property
    def fee(self) -> str:
        """What of it stays with the site; empty where that is nothing."""
        if not self.gift.fee:
            return ""
        return _("%(rest)s of it arrive, %(fee)s stays with this site.") % {
            "rest": money(self.gift.for_creator, self.gift.currency),
            "fee": money(self.gift.fee, self.gift.currency),
        }

    @property
    def about(self) -> str:
        """For what it was given; empty for nothing in particular."""
        if self.gift.thing is None:
            return ""
        return format_html(_("For “{title}”"), title=bdi(self.gift.thing.title))

    @property
    def is_over(self) -> bool:
        """It came to nothing, so the reader may want to give again."""
        return self.gift.state in {GiftState.VOID, GiftState.LAPSED}

    @property
    def again(self) -> str:
        """The address on which the reader gives the same once more."""
        path = reverse("payouts:give", args=[self.gift.creator.username])
        return f"{path}?thing={self.gift.thing_id}" if self.gift.thing_id else path

    @property
    def back(self) -> str:
        """The way back to what it is for, as a button says it."""
        thing = self.gift.thing
        return back_to(thing.title if thing else self.gift.creator.name)

    @property
    def back_url(self) -> str:
        thing, creator = self.gift.thing, self.gift.creator
        if thing is not None:
            return str(thing.url)
        return reverse("buttons:person", args=[creator.username])

    @property
    def is_simulated(self) -> bool:
        return self.gift.payment_id is not None and bool(settings.STRIPE_API_BASE)

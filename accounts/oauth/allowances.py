"""How often an app may flattr for a reader in a month, if the reader set a limit, and
how much it may give once.

We count with or without a limit, so that a limit set in the middle of a month knows
what was before. One statement counts and refuses, in the caller's transaction: of two
calls at once the second waits for the first.
"""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.oauth import AccessToken, Allowance, Application
from flattr.web.refusals import Refusal

COUNT = """
    INSERT INTO allowance (reader_id, application_id, period, used)
    VALUES (%(reader)s, %(application)s, %(period)s, 1)
    ON CONFLICT ON CONSTRAINT allowance_once_for_an_app DO UPDATE
    SET used = CASE WHEN allowance.period = EXCLUDED.period
                    THEN allowance.used + 1 ELSE 1 END,
        period = EXCLUDED.period
    WHERE allowance.most IS NULL
       OR CASE WHEN allowance.period = EXCLUDED.period
               THEN allowance.used ELSE 0 END < allowance.most
    RETURNING used
"""
# Who allowed the app to give said how much; a row that is made here says the usual.
FIRST = """
    INSERT INTO allowance (reader_id, application_id, period, used)
    VALUES (%(reader)s, %(application)s, 0, 0)
    ON CONFLICT ON CONSTRAINT allowance_once_for_an_app DO NOTHING
"""
COUNT_GIFT = """
    UPDATE allowance
    SET gifted = %(amount)s
                 + CASE WHEN gift_period = %(period)s THEN gifted ELSE 0 END,
        gift_period = %(period)s
    WHERE reader_id = %(reader)s AND application_id = %(application)s
      AND %(amount)s + CASE WHEN gift_period = %(period)s THEN gifted ELSE 0 END
          <= gift_most
    RETURNING gifted
"""


class LimitReached(Refusal):
    says = _("The reader set a monthly limit for this app, and it is reached.")

    code = "forbidden"
    status = 403


def count(token: AccessToken, period: int) -> None:
    """Count one flattr that the token's app makes in `period`, or `LimitReached`.

    Call it in the transaction that records the flattr: if that is refused, the count is
    undone with it. People's own tokens are not limited.
    """
    if token.application_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "reader": token.user_id,
                "application": token.application_id,
                "period": period,
            },
        )
        if cursor.fetchone() is None:
            raise LimitReached


class GiftLimitReached(Refusal):
    says = _(
        "The reader allows this app less than that in gifts a month, or it has given"
        " too much of it already."
    )

    code = "forbidden"
    status = 403


def count_gift(token: AccessToken, period: int, amount: int) -> None:
    """Count a gift of `amount` minor units that the token's app makes in `period`, or
    `GiftLimitReached`.

    Call it in the transaction that records the gift, as `count`. What the reader takes
    back stays counted: an app cannot give and take back without end.
    """
    if token.application_id is None:
        return
    facts = {
        "reader": token.user_id,
        "application": token.application_id,
        "period": period,
        "amount": amount,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIRST, facts)
        cursor.execute(COUNT_GIFT, facts)
        if cursor.fetchone() is None:
            raise GiftLimitReached


def of(reader: User, application: Application) -> Allowance:
    """What the reader allows the app, or would if they let it in and said no more."""
    found = Allowance.objects.filter(reader=reader, application=application).first()
    return found or Allowance()


def limit_gifts(reader: User, application: Application, most: int) -> None:
    """Let the app give at most `most` minor units in any month; 0 lets it give
    nothing."""
    Allowance.objects.update_or_create(
        reader=reader, application=application, defaults={"gift_most": most}
    )


def left(token: AccessToken, period: int) -> int | None:
    """How many flattrs the token's app may still make in `period`; None is no limit."""
    allowance = Allowance.objects.filter(
        reader=token.user_id, application=token.application_id
    ).first()
    if allowance is None or allowance.most is None:
        return None
    return max(0, allowance.most - allowance.used_in(period))


def limit(reader: User, application: Application, most: int | None) -> None:
    """Let the app flattr at most `most` times in any month; None removes the limit."""
    Allowance.objects.update_or_create(
        reader=reader, application=application, defaults={"most": most}
    )

"""Public figures: of a closed month, written once after its close, and of last night."""

from __future__ import annotations

from django.db import models

# A figure that fewer people stand behind is never shown, nor given away by others.
FEWEST_PEOPLE = 5


class MonthFigures(models.Model):
    """A closed month in public figures; None for what fewer than five people stand
    behind, and for what would give such a figure away. Amounts are minor units, parts
    whole per cents of what the creators got."""

    period = models.IntegerField(primary_key=True)
    made_at = models.DateTimeField()
    # Readers who had been set aside are in the figures if closed until then; None if
    # there are none of them.
    late_through = models.DateTimeField(null=True)
    readers = models.BigIntegerField(null=True)
    creators = models.BigIntegerField(null=True)
    clicks = models.BigIntegerField(null=True)
    given = models.BigIntegerField(null=True)
    fee = models.BigIntegerField(null=True)
    median_click = models.BigIntegerField(null=True)
    ten_percent = models.IntegerField(null=True)
    half_percent = models.IntegerField(null=True)
    stripe_cost = models.BigIntegerField(null=True)
    given_back = models.BigIntegerField(null=True)

    class Meta:
        db_table = "month_figures"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    readers__gte=FEWEST_PEOPLE, creators__gte=FEWEST_PEOPLE
                )
                | models.Q(
                    readers=None,
                    creators=None,
                    clicks=None,
                    given=None,
                    fee=None,
                    median_click=None,
                    ten_percent=None,
                    half_percent=None,
                ),
                name="month_figures_are_of_five_people_or_more",
            ),
        ]

    def __str__(self) -> str:
        return f"figures of {self.period}"

    @property
    def is_shown(self) -> bool:
        """Whether five readers and five creators stand behind the month."""
        return self.readers is not None


class NightFigures(models.Model):
    """How many there are, counted once a night; readers are rounded down to five, so
    that nobody sees who came or went. None below five people."""

    day = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    readers = models.BigIntegerField(null=True)
    things = models.BigIntegerField(null=True)

    class Meta:
        db_table = "night_figures"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(readers=None) | models.Q(readers__gte=FEWEST_PEOPLE),
                name="night_figures_are_of_five_readers_or_more",
            ),
        ]

    def __str__(self) -> str:
        return f"figures of {self.day}"

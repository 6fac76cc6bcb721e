"""What creators would get if the month ended now: written once a night, read by pages."""

from __future__ import annotations

from django.conf import settings
from django.db import models

FEWEST_READERS = 5


class ForecastNight(models.Model):
    """A night whose forecasts were made, by the platform's clock."""

    day = models.DateField(primary_key=True)
    period = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "forecast_night"

    def __str__(self) -> str:
        return f"{self.day}"


class Forecast(models.Model):
    """A creator's of the last night that had any: there is none of fewer than five
    readers."""

    creator = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        primary_key=True,
        related_name="forecast",
    )
    period = models.IntegerField()
    amount = models.BigIntegerField()
    readers = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "forecast"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(readers__gte=FEWEST_READERS),
                name="forecast_is_of_five_readers_or_more",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=models.F("readers")),
                name="forecast_has_a_cent_of_each_reader",
            ),
        ]

    def __str__(self) -> str:
        return f"forecast for {self.creator_id} in {self.period}"

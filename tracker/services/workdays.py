"""Owns workdays: China's official calendar where it is published, an estimate beyond, the office's word above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.periods import Period
from tracker.store.office import CalendarDay

#: The years for which the official calendar, adjusted workdays included, is known.
PUBLISHED_YEARS = range(
    min(chinese_calendar.constants.holidays).year, max(chinese_calendar.constants.holidays).year + 1
)


@dataclass(frozen=True, slots=True)
class Workday:
    """A workday; `estimated` where the official calendar of its year is not published yet."""

    day: date
    estimated: bool


def nth_workday(session: Session, period: Period, number: int) -> Workday:
    """Return the `number`-th workday of the month; the month's last one when it has fewer."""
    overruled = dict(session.execute(sa.select(CalendarDay.day, CalendarDay.workday)).all())
    day, last = period.first_day, period.first_day
    while day <= period.last_day:
        if is_workday(day, overruled):
            last = day
            number -= 1
            if number == 0:
                break
        day += timedelta(days=1)
    return Workday(last, last.year not in PUBLISHED_YEARS and last not in overruled)


def workday_after(session: Session, day: date, number: int) -> Workday:
    """Return the `number`-th workday after `day`, which itself does not count."""
    overruled = dict(session.execute(sa.select(CalendarDay.day, CalendarDay.workday)).all())
    while number > 0:
        day += timedelta(days=1)
        number -= is_workday(day, overruled)
    return Workday(day, day.year not in PUBLISHED_YEARS and day not in overruled)


def is_workday(day: date, overruled: Mapping[date, bool]) -> bool:
    """Return whether people work on `day`; the office's own word comes first."""
    if day in overruled:
        return overruled[day]
    if day.year in PUBLISHED_YEARS:
        return bool(chinese_calendar.is_workday(day))
    import holidays  # noqa: PLC0415 - ten megabytes that a server needs only beyond the published years

    # Beyond the published years: Monday to Friday, less the statutory days whose dates are fixed by law.
    return day.weekday() < 5 and day not in holidays.country_holidays("CN", years=day.year)

"""Owns periods: the months that reports are made for."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

_PERIOD = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month of a year; ordered, hashable, written 2023-03."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1990 <= self.year <= 2200):
            raise ValueError(f"不是月份：{self.year}-{self.month:02d}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period of "2023-03"; raise ValueError with a sentence otherwise."""
        match = _PERIOD.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"月份应写成 2023-03 的样子，读到“{text}”")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Period:
        """Return the period that `day` lies in."""
        return cls(day.year, day.month)

    @classmethod
    def from_index(cls, index: int) -> Period:
        """Return the period with this running number; the inverse of `index`."""
        return cls(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:
        """Return a running number, so that differences are months."""
        return self.year * 12 + self.month - 1

    def plus(self, months: int) -> Period:
        """Return the period `months` later (earlier when negative)."""
        return Period.from_index(self.index + months)

    @property
    def first_day(self) -> date:
        """Return the first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Return the last day of the month."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def quarter(self) -> int:
        """Return 1 to 4."""
        return (self.month + 2) // 3

    def year_to_date(self) -> tuple[Period, ...]:
        """Return the months of the year up to and with this one."""
        return _months(self.year)[: self.month]

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@cache
def _months(year: int) -> tuple[Period, ...]:
    return tuple(Period(year, month) for month in range(1, 13))

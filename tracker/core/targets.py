"""Owns targets: which additional sums of completed investment make a published rate reach what is asked of it.

Every sum is whole yuan. Published rates are rounded once, so that a target is a bound on exact money: half a
hundredth of a percent below the rate suffices (domain.md, arithmetic 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tracker.core.progress import WHOLE, published


class Target(Protocol):
    """Sums that reach a goal; `next` returns the least of them from `least` on, None when there is none."""

    def next(self, least: int) -> int | None: ...

    @property
    def steady(self) -> int | None: ...


def least_part(rate: int, whole: int) -> int:
    """Return the least part of `whole` that is published as `rate` hundredths of a percent or more."""
    return -(-(2 * rate - 1) * whole // (2 * WHOLE))


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Every sum from `first` on: what others do not move, such as a schedule or another front's rate."""

    first: int

    def next(self, least: int) -> int | None:
        """Return the least sum from `least` on that reaches the goal."""
        return max(least, self.first)

    @property
    def steady(self) -> int | None:
        """Return the sum from which on every larger one reaches the goal too."""
        return self.first


def rate_of_at_least(rate: int, completed: int, annual_plan: int) -> AtLeast:
    """Return the target of a published progress of `rate` or more; `annual_plan` must not be zero."""
    return AtLeast(max(0, least_part(rate, annual_plan) - completed))


@dataclass(frozen=True, slots=True)
class AboveCity:
    """The sums that lift the published progress above the published citywide average, which they lift too.

    Both figures are rounded, each at its own amounts, so that a sum can suffice and a slightly larger one,
    which turns the last digit of the average first, not. `city_*` are the sums over all fronts, this one
    included.
    """

    completed: int
    annual_plan: int
    city_completed: int
    city_plan: int

    def next(self, least: int) -> int | None:
        """Return the least sum from `least` on that reaches the goal; None when all the city's plan is ours."""
        rate = published(self.completed + least, self.annual_plan)
        if rate is None or self._others <= 0:
            return None
        if least < self._overtaken(rate):
            return least
        # Where a rate begins the average still has to be below it; that takes about this rate at the least.
        rate = max(rate + 1, (2 * WHOLE * (self._lead - 1) // self._others + 1) // 2)
        while self._begins(rate) >= self._overtaken(rate):
            rate += 1
        return self._begins(rate)

    @property
    def steady(self) -> int | None:
        """Return the sum from which on every larger one reaches the goal too."""
        lowest = published(self.completed, self.annual_plan)
        if lowest is None or self._others <= 0:
            return None
        # From the rate at which the exact gap is a whole hundredth, downwards to the last one that is overtaken.
        sums = self.annual_plan + self.city_plan + 2 * WHOLE * (self._lead + 1)
        rate = max(lowest, sums // (2 * self._others) + 1)
        while rate >= lowest and max(self._overtaken(rate), self._begins(rate)) >= self._begins(rate + 1):
            rate -= 1
        return max(0, self._begins(rate + 1)) if rate >= lowest else 0

    @property
    def _others(self) -> int:
        return self.city_plan - self.annual_plan

    @property
    def _lead(self) -> int:
        return self.city_completed - self.completed

    def _begins(self, rate: int) -> int:
        """Return the least sum with which the progress is published as `rate` or more."""
        return least_part(rate, self.annual_plan) - self.completed

    def _overtaken(self, rate: int) -> int:
        """Return the least sum with which the average is published as `rate` or more."""
        return least_part(rate, self.city_plan) - self.city_completed

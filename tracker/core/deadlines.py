"""Owns what a deadline says on a day: how long something is overdue, and whose business that has become."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Escalation(StrEnum):
    """Whom something that is overdue has reached: the unit first, then the office, then the leader."""

    NONE = "none"
    UNIT = "unit"
    OFFICE = "office"
    LEADER = "leader"

    @property
    def level(self) -> int:
        """Return 0 (not overdue) to 3 (the leader's business)."""
        return _LEVELS[self]


_LEVELS = {Escalation.NONE: 0, Escalation.UNIT: 1, Escalation.OFFICE: 2, Escalation.LEADER: 3}


def days_overdue(deadline: date | None, today: date) -> int:
    """Return for how many days the deadline has passed; 0 on the day itself, before it, and without one."""
    return 0 if deadline is None else max((today - deadline).days, 0)


def escalation(deadline: date | None, today: date, *, office_after: int, leader_after: int) -> Escalation:
    """Return whom the matter has reached: the office once it is overdue by more than `office_after` days, the
    leader by more than `leader_after` (domain.md asks that what lags is chased; the days are settings)."""
    days = days_overdue(deadline, today)
    if days == 0:
        return Escalation.NONE
    if days > leader_after:
        return Escalation.LEADER
    return Escalation.OFFICE if days > office_after else Escalation.UNIT

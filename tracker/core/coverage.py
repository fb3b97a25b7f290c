"""Owns coverage: which reports are due, which came, and which are missing (missing is never zero)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ReportStatus(StrEnum):
    """Where one line's report for a period stands; exactly one holds (domain.md, arithmetic 5)."""

    NOT_DUE = "not_due"
    EXEMPT = "exempt"
    PENDING = "pending"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"

    @property
    def reported(self) -> bool:
        """Return whether figures came."""
        return self in REPORTED

    @property
    def due(self) -> bool:
        """Return whether figures are owed, come or not."""
        return self in DUE


REPORTED = frozenset({ReportStatus.ON_TIME, ReportStatus.LATE})
DUE = frozenset(ReportStatus) - {ReportStatus.NOT_DUE, ReportStatus.EXEMPT}


def report_status(
    *, due: bool, exempt: bool, reported: bool, late: bool, deadline_passed: bool
) -> ReportStatus:
    """Return the one status that the facts give; a report that came counts even where none was owed."""
    if reported:
        return ReportStatus.LATE if late else ReportStatus.ON_TIME
    if not due:
        return ReportStatus.NOT_DUE
    if exempt:
        return ReportStatus.EXEMPT
    return ReportStatus.MISSING if deadline_passed else ReportStatus.PENDING


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many reports an aggregate rests on; `due` counts what is owed, `reported` what came of it."""

    due: int = 0
    reported: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0
    pending: int = 0
    exempt: int = 0
    not_due: int = 0


def coverage_of(statuses: Iterable[ReportStatus]) -> Coverage:
    """Return the counts of `statuses`."""
    counts = Counter(statuses)
    return Coverage(
        due=sum(count for status, count in counts.items() if status.due),
        reported=sum(count for status, count in counts.items() if status.reported),
        on_time=counts[ReportStatus.ON_TIME],
        late=counts[ReportStatus.LATE],
        missing=counts[ReportStatus.MISSING],
        pending=counts[ReportStatus.PENDING],
        exempt=counts[ReportStatus.EXEMPT],
        not_due=counts[ReportStatus.NOT_DUE],
    )

"""Owns who is missing: per unit what it owes for a month, what came, and what did not (missing is never zero)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.accumulation import accumulate
from tracker.core.cohorts import Category
from tracker.core.coverage import Coverage, ReportStatus, coverage_of, report_status
from tracker.core.figures import PeriodState
from tracker.core.lines import Line
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.owing import NOBODY, Key, UnitName, owing_units
from tracker.services.periods import PeriodInfo
from tracker.services.state_changes import last_reasons
from tracker.store.month import lines_of
from tracker.store.periods import PeriodRow
from tracker.store.reports import COUNTED, Report, ReportRevision, ReportState
from tracker.store.roster import KeyProject, Kind, Programme


@dataclass(frozen=True, slots=True)
class DueReport:
    """Where the report of one line or work stands; `returned` is the reason when it came back.

    `closed` says that the month takes no reports any more.
    """

    work: bool
    id: int
    code: str
    name: str
    units: tuple[UnitName, ...]
    status: ReportStatus
    state: ReportState | None
    returned: str
    exempt_reason: str
    closed: bool

    @property
    def owed(self) -> bool:
        """Return whether a unit still has to hand it in or to mend it.

        What is exempt or not due is never owed. Of a closed month, what counts stands, though a correction of
        it came back.
        """
        return self.status.due and (not self.status.reported or (self._came_back and not self.closed))

    @property
    def to_be_mended(self) -> bool:
        """Return whether it came back to the unit and is owed again."""
        return self._came_back and self.owed

    @property
    def _came_back(self) -> bool:
        return self.state is ReportState.RETURNED


@dataclass(frozen=True, slots=True)
class UnitMonth:
    """What one unit owes for the month; `reports` in the roster's order, works after lines."""

    unit: UnitName
    reports: tuple[DueReport, ...]

    @property
    def coverage(self) -> Coverage:
        """Return the counts of the unit's reports."""
        return coverage_of(report.status for report in self.reports)

    @property
    def owed(self) -> tuple[DueReport, ...]:
        """Return what the unit still has to hand in or to mend."""
        return tuple(report for report in self.reports if report.owed)

    @property
    def returned(self) -> int:
        """Return how many reports came back to the unit and wait to be mended."""
        return sum(report.to_be_mended for report in self.reports)


@dataclass(frozen=True, slots=True)
class MissingList:
    """A month's reports, each once, and the units that owe them, those who owe most first.

    A report that two units owe stands with both; `coverage` counts it once.
    """

    info: PeriodInfo
    reports: tuple[DueReport, ...]
    units: tuple[UnitMonth, ...]

    @property
    def coverage(self) -> Coverage:
        """Return the counts of all reports of the month, lines and works."""
        return coverage_of(report.status for report in self.reports)

    @property
    def missing(self) -> int:
        """Return how many reports are due and have not come; closing turns them into missing ones."""
        return self.coverage.due - sum(
            report.status.due and report.status.reported for report in self.reports
        )

    @property
    def missing_works(self) -> int:
        """Return how many of the missing are those of works."""
        return sum(
            report.work and report.status.due and not report.status.reported for report in self.reports
        )

    @property
    def returned(self) -> int:
        """Return how many reports are with their units to be mended."""
        return sum(report.to_be_mended for report in self.reports)

    @property
    def owing(self) -> tuple[UnitMonth, ...]:
        """Return the units that still have to hand in or to mend something."""
        return tuple(month for month in self.units if month.owed)


def missing_list(session: Session, period: Period, now: datetime) -> MissingList:
    """Return where every report of the month stands, as known today; raise NotFound without such a period."""
    row = periods.find(session, period)
    info = periods.info_of(row)
    passed = info.deadline_passed(now)
    facts = _Facts(
        owing_units(session, row.year),
        _states(session, row),
        last_reasons(
            session, "report", ReportState.RETURNED, sa.select(Report.id).where(Report.period_id == row.id)
        ),
        info.state is PeriodState.CLOSED,
    )
    reports = [
        facts.due(
            (False, line.id), line.code, line.name, _line_status(line, period, passed), line.exempt_reason
        )
        for line in lines_of(session, period)
        if line.category is not Category.PREPARATORY
    ]
    reports += [
        facts.due((True, work_id), code, name, _work_status(late, passed))
        for work_id, code, name, late in _works(session, row)
    ]
    return MissingList(info, tuple(reports), _by_unit(reports))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of all lines and works at once."""

    owing: Mapping[Key, tuple[UnitName, ...]]
    states: Mapping[Key, tuple[int, ReportState]]
    returned: Mapping[int, str]
    closed: bool

    def due(self, key: Key, code: str, name: str, status: ReportStatus, exempt_reason: str = "") -> DueReport:
        work, object_id = key
        head, state = self.states.get(key, (0, None))
        return DueReport(
            work=work,
            id=object_id,
            code=code,
            name=name,
            units=self.owing.get(key, (NOBODY,)),
            status=status,
            state=state,
            returned=self.returned.get(head, "") if state is ReportState.RETURNED else "",
            exempt_reason=exempt_reason,
            closed=self.closed,
        )


def _line_status(line: Line, period: Period, deadline_passed: bool) -> ReportStatus:
    """Return the status that the month's figures give the line (see `core.month`)."""
    amount = accumulate(line.statements).amounts[period.month - 1]
    return report_status(
        due=line.due,
        exempt=bool(line.exempt_reason),
        reported=line.submitted_late is not None and amount is not None,
        late=bool(line.submitted_late),
        deadline_passed=deadline_passed,
    )


def _work_status(late: bool | None, deadline_passed: bool) -> ReportStatus:
    return report_status(
        due=True,
        exempt=False,
        reported=late is not None,
        late=bool(late),
        deadline_passed=deadline_passed,
    )


def _states(session: Session, row: PeriodRow) -> dict[Key, tuple[int, ReportState]]:
    """Return the id and the state of every report of the month."""
    rows = session.execute(
        sa.select(Report.key_project_id, Report.subproject_id, Report.id, Report.state).where(
            Report.period_id == row.id
        )
    )
    return {(work is not None, work or line or 0): (head, state) for work, line, head, state in rows}


def _works(session: Session, row: PeriodRow) -> Sequence[tuple[int, str, str, bool | None]]:
    """Return the year's works in the roster's order, with whether what counts of each came late."""
    counted = (
        sa.select(Report.key_project_id, ReportRevision.late)
        .join(ReportRevision, COUNTED)
        .where(Report.period_id == row.id, Report.key_project_id.is_not(None))
    )
    late: dict[int | None, bool] = dict(session.execute(counted).all())
    works = session.execute(
        sa.select(KeyProject.id, KeyProject.code, KeyProject.name)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .where(KeyProject.year == row.year, KeyProject.kind == Kind.WORK)
        .order_by(Programme.position, KeyProject.position, KeyProject.id)
    )
    return [(work_id, code, name, late.get(work_id)) for work_id, code, name in works]


def _by_unit(reports: Iterable[DueReport]) -> tuple[UnitMonth, ...]:
    found: dict[UnitName, list[DueReport]] = {}
    for report in reports:
        for unit in report.units:
            found.setdefault(unit, []).append(report)
    months = [UnitMonth(unit, tuple(theirs)) for unit, theirs in found.items()]
    return tuple(sorted(months, key=lambda month: (-len(month.owed), month.unit.name)))

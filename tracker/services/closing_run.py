"""Owns closing a month as the office does it: what to look at before, then closing and the briefings at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.briefing import Check, checks_of
from tracker.core.coverage import Coverage
from tracker.core.errors import WrongState
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.actors import Actor
from tracker.services.briefings import WriteWorkbook, issue_briefing
from tracker.services.closing import close_period, earlier_open
from tracker.services.figures import fresh_figures, fronts_with_lines, told_fronts
from tracker.services.missing import UnitMonth, missing_list
from tracker.services.periods import PeriodInfo
from tracker.store.fronts import FrontTotalRow
from tracker.store.reports import Report, ReportState
from tracker.store.roster import Front


@dataclass(frozen=True, slots=True)
class FrontChecks:
    """The checks of one front's figures as they stand now."""

    front: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Return whether all of them passed."""
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class BeforeClosing:
    """What the office looks at before it closes a month; `missing` counts what will count as missing.

    `fronts_without_totals` are other fronts known here whose totals for the month have not come.
    """

    info: PeriodInfo
    coverage: Coverage
    missing: int
    missing_works: int
    owing: tuple[UnitMonth, ...]
    unreviewed: int
    returned: int
    earlier_open: tuple[Period, ...]
    fronts_without_totals: tuple[str, ...]
    checks: tuple[FrontChecks, ...]

    @property
    def sound(self) -> bool:
        """Return whether every check passed, so that closing would not be refused for one."""
        return all(front.passed for front in self.checks)


@dataclass(frozen=True, slots=True)
class IssuedBriefing:
    """A briefing that was made: its sentence, and its file inside the folder of briefings."""

    sentence: str
    file_name: str


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """What closing made: one briefing per front, and the earlier months that are still open."""

    issues: tuple[IssuedBriefing, ...]
    earlier_open: tuple[Period, ...]


def before_closing(session: Session, period: Period, now: datetime) -> BeforeClosing:
    """Return what stands before the closing of a month; raise NotFound without such a period."""
    row = periods.find(session, period)
    found = missing_list(session, period, now)
    fronts = fronts_with_lines(session, period.year)
    return BeforeClosing(
        info=found.info,
        coverage=found.coverage,
        missing=found.missing,
        missing_works=found.missing_works,
        owing=found.owing,
        unreviewed=_waiting(session, row.id),
        returned=found.returned,
        earlier_open=earlier_open(session, period),
        fronts_without_totals=_without_totals(session, row.id, fronts),
        checks=tuple(
            FrontChecks(front, checks_of(fresh_figures(session, row, front, now))) for front in fronts
        ),
    )


def close_and_brief(
    session: Session,
    actor: Actor,
    period: Period,
    folder: Path,
    now: datetime,
    write: WriteWorkbook,
    *,
    missing_agreed: int | None = None,
    ask: bool = False,
) -> ClosedMonth:
    """Close a month and issue the briefing of every front whose lines are kept here.

    With `ask`, what is missing must be what somebody agreed to: WrongState otherwise, and nothing is closed.
    Raise WrongState and FailedChecks as `closing.close_period`.
    """
    if ask:
        _require_agreement(session, period, now, missing_agreed)
    close_period(session, actor, period, now)
    issues = [
        issue_briefing(session, actor, period, folder, now, write, front=front)
        for front in told_fronts(session, periods.find(session, period))
    ]
    made = tuple(IssuedBriefing(issue.sentence, issue.file_name) for issue in issues)
    return ClosedMonth(made, earlier_open(session, period))


def _require_agreement(session: Session, period: Period, now: datetime, agreed: int | None) -> None:
    """Raise WrongState unless what is missing under the claimed month is what was agreed to."""
    periods.claimed(session, period)
    missing = missing_list(session, period, now).missing
    if missing and agreed is None:
        raise WrongState(f"仍有 {missing} 个未报。关闭后按未报统计，请先勾选确认。")
    if missing and missing != agreed:
        raise WrongState(f"您确认时是 {agreed} 个未报，现在是 {missing} 个。请核对后重新确认。")


def _waiting(session: Session, period_id: int) -> int:
    """Return how many reports of the month wait for the office's word."""
    return (
        session.scalar(
            sa.select(sa.func.count(Report.id)).where(
                Report.period_id == period_id, Report.state == ReportState.SUBMITTED
            )
        )
        or 0
    )


def _without_totals(session: Session, period_id: int, own: Sequence[str]) -> tuple[str, ...]:
    came = sa.select(FrontTotalRow.front_id).where(FrontTotalRow.period_id == period_id)
    names = session.scalars(
        sa.select(Front.name).where(Front.id.not_in(came), Front.name.not_in(own)).order_by(Front.id)
    )
    return tuple(names)

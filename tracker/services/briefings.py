"""Owns making a month's briefing: its facts from the snapshot or from today, the workbook into the instance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.briefing import Briefing, Check, checks_of
from tracker.core.errors import WrongState
from tracker.core.figures import MonthFigures, MonthSummary, PeriodState
from tracker.core.periods import Period
from tracker.core.sentences import month_sentence
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.changes import plan_changes_of
from tracker.services.corrections import corrections_of
from tracker.services.figures import (
    figures_of,
    fresh_figures,
    latest_snapshot,
    rules_for,
    summary_of,
    told_front,
)
from tracker.services.office import office_of
from tracker.services.problems import open_problems
from tracker.store.briefings import BriefingIssue
from tracker.store.frozen import fingerprint, thaw_briefing
from tracker.store.periods import PeriodRow
from tracker.store.roster import Front

#: Writes a briefing as a workbook to a path; `tracker.briefing.write_briefing` in life.
WriteWorkbook = Callable[[Briefing, Path], None]


class FailedChecks(WrongState):
    """Raised when the figures do not agree with each other: such a briefing is not written."""

    def __init__(self, period: Period, failed: tuple[Check, ...]) -> None:
        names = "；".join(f"{check.name}（{check.detail}）" for check in failed)
        super().__init__(f"{period} 的通报没有生成，核对未通过：{names}。请先查明原因。")


def briefing_of(session: Session, period: Period, now: datetime, *, front: str | None = None) -> Briefing:
    """Return the month's briefing: as it was frozen for a closed period, provisional for an open one."""
    row = periods.find(session, period)
    front = told_front(session, row, front)
    snapshot = latest_snapshot(session, row, front)
    if snapshot is not None:
        return thaw_briefing(snapshot.briefing, figures_of(session, period, now, front=front))
    return fresh_briefing(session, row, front, now)


def fresh_briefing(session: Session, row: PeriodRow, front: str, now: datetime) -> Briefing:
    """Return the briefing as the facts of `now` give it."""
    return compose(session, row, fresh_figures(session, row, front, now), now)


def compose(session: Session, row: PeriodRow, figures: MonthFigures, now: datetime) -> Briefing:
    """Return the briefing of `figures`, with everything that it tells beside them."""
    period, front = row.period, figures.summary.front
    rules = rules_for(session, period)
    office = office_of(session)
    return Briefing(
        figures=figures,
        previous=_previous(session, period, front, now),
        rules=rules,
        cut_off=now.astimezone(clock.ZONE).date(),
        fingerprint=fingerprint(figures.summary, rules, figures.lines),
        office=office.name,
        corrections=corrections_of(session, row, front, now),
        plan_changes=plan_changes_of(session, row, figures, now),
        problems=open_problems(session, period, front),
        checks=checks_of(figures),
        notes=(office.notice,) if office.notice else (),
    )


def _previous(session: Session, period: Period, front: str, now: datetime) -> MonthSummary | None:
    if periods.month_before(session, period) is None:
        return None
    summary = summary_of(session, period.plus(-1), now, front=front)
    # The month before is there for movements; its own look back would only be carried along.
    return replace(summary, trend=())


def require_checks(period: Period, briefing: Briefing) -> None:
    """Raise FailedChecks when a check did not pass."""
    failed = tuple(check for check in briefing.checks if not check.passed)
    if failed:
        raise FailedChecks(period, failed)


def file_name_of(briefing: Briefing) -> str:
    """Return the workbook's name, such as 创新现代化重点项目进展情况通报（2023年3月）.xlsx."""
    summary = briefing.figures.summary
    state = "" if summary.state is PeriodState.CLOSED else "（暂定）"
    front = "".join(character for character in summary.front if character not in '\\/:*?"<>|\n\r\t')
    period = summary.period
    return f"{front}重点项目进展情况通报（{period.year}年{period.month}月）{state}.xlsx"


@dataclass(frozen=True, slots=True)
class Written:
    """A briefing workbook on disk."""

    path: Path
    briefing: Briefing


def write_briefing_to(
    session: Session,
    period: Period,
    folder: Path,
    now: datetime,
    write: WriteWorkbook,
    *,
    front: str | None = None,
) -> Written:
    """Write one front's briefing into `folder`; nothing is left there when it fails."""
    briefing = briefing_of(session, period, now, front=front)
    require_checks(period, briefing)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name_of(briefing)
    # Beside its final name first: whoever watches the folder never sees half a workbook.
    unfinished = path.with_name(f".{path.name}.part")
    try:
        write(briefing, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Written(path, briefing)


def issue_briefing(
    session: Session,
    actor: Actor,
    period: Period,
    folder: Path,
    now: datetime,
    write: WriteWorkbook,
    *,
    front: str | None = None,
) -> BriefingIssue:
    """Write the briefing into the instance and list it; the same workbook again is the same issue."""
    row = periods.find(session, period)
    front = told_front(session, row, front)
    front_id = session.scalars(sa.select(Front.id).where(Front.name == front)).one()
    last = session.scalar(
        sa.select(BriefingIssue)
        .where(BriefingIssue.period_id == row.id, BriefingIssue.front_id == front_id)
        .order_by(BriefingIssue.number.desc())
        .limit(1)
    )
    number = last.number + 1 if last else 1
    target = folder / str(period) / f"{front_id}-{number}"
    written = write_briefing_to(session, period, target, now, write, front=front)
    content = written.path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if last is not None and last.sha256 == sha256:
        written.path.unlink()
        written.path.parent.rmdir()
        return last
    summary = written.briefing.figures.summary
    issue = BriefingIssue(
        period_id=row.id,
        front_id=front_id,
        number=number,
        provisional=summary.state is not PeriodState.CLOSED,
        sentence=month_sentence(summary),
        file_name=written.path.relative_to(folder).as_posix(),
        size=len(content),
        sha256=sha256,
        checks=[asdict(check) for check in written.briefing.checks],
        made_by=actor.name,
        made_at=now,
    )
    session.add(issue)
    after = {"number": number, "sha256": sha256, "file": issue.file_name}
    audit.record(session, actor, now, "briefing.issue", "period", period, after=after)
    session.flush()
    return issue

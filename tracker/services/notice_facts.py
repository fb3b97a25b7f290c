"""Owns the facts that notices are proposed on: red lights in a row, missing reports, what is overdue, earlier notices.

They rest on the newest month whose figures have settled enough to answer for: one that is closed, or one that is open
and whose deadline has passed. An open month without a deadline is still being loaded, and says nothing yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker import clock
from tracker.core.deadlines import days_overdue
from tracker.core.figures import LineFigures, PeriodState
from tracker.core.lights import Light
from tracker.core.notice_ladder import Cause, Fact, Ladder, NoticeSubject, Standing, SubjectKind
from tracker.core.periods import Period
from tracker.core.reasons import reason_text
from tracker.core.rules import RuleKey
from tracker.core.words import month_name
from tracker.services.figures import figures_of, latest_snapshot, told_front
from tracker.services.notice_list import OPEN_STATES
from tracker.services.owing import Key, owing_units
from tracker.services.periods import PeriodInfo, known_periods, row_of
from tracker.services.subjects import Subject, SubjectKey, subjects_of
from tracker.store.frozen import thaw_line
from tracker.store.notices import Notice, NoticeState
from tracker.store.periods import PeriodRow
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.reports import Report
from tracker.store.roster import KeyProject, Kind, MilestoneRow, Subproject
from tracker.store.snapshots import SnapshotLine

#: How many missing reports of one unit are named one by one.
NAMED = 12


def month_to_answer_for(session: Session, now: datetime) -> PeriodInfo | None:
    """Return the newest month that notices can rest on; None while there is none."""
    return next((info for info in known_periods(session) if _settled(info, now)), None)


def _settled(info: PeriodInfo, now: datetime) -> bool:
    if info.state is PeriodState.CLOSED:
        return True
    return info.state is PeriodState.OPEN and info.deadline is not None and now > info.deadline


def facts_now(session: Session, info: PeriodInfo, now: datetime, *ladders: Ladder) -> tuple[Fact, ...]:
    """Return everything that the ladders measure, as it stands now for the month."""
    row = row_of(session, info.period)
    if row is None:
        return ()
    flagged = _flagged(session, row, now)
    today = now.astimezone(clock.ZONE).date()
    # No step asks for more months in a row than these.
    most = max(
        (step.at_least for ladder in ladders for step in ladder.steps if step.cause is Cause.RED_LIGHT),
        default=1,
    )
    return (
        *_of_lights(session, row, flagged, most, now),
        *_of_missing(session, row, flagged),
        *_of_problems(session, today),
        *_of_milestones(session, row.year, today),
    )


def issued_before(session: Session, period: Period, now: datetime) -> tuple[Standing, ...]:
    """Return the notices that bear on what is proposed: open ones, and the others of the year that held.

    One that was withdrawn by hand is left out. Nobody waits for the answer to one whose problem is closed out.
    """
    of_year = sa.and_(Notice.period >= Period(period.year, 1), Notice.period <= Period(period.year, 12))
    held = sa.or_(Notice.state != NoticeState.WITHDRAWN, _superseded())
    rows = session.execute(
        sa.select(Notice, ProblemRow.state)
        .outerjoin(ProblemRow, ProblemRow.id == Notice.problem_id)
        .where(sa.or_(Notice.state.in_(OPEN_STATES), sa.and_(of_year, held)))
        .order_by(Notice.id)
    )
    today = now.astimezone(clock.ZONE).date()
    return tuple(
        Standing(
            id=row.id,
            number=row.number,
            colour=row.colour,
            subject=subject_of_notice(row),
            unit_id=row.unit_id,
            open=row.state in OPEN_STATES,
            days_overdue=days_overdue(row.deadline, today)
            if row.state is NoticeState.ISSUED and problem is not ProblemState.CLOSED_OUT
            else 0,
            this_month=row.period == period,
        )
        for row, problem in rows
    )


def _superseded() -> sa.ColumnElement[bool]:
    """Return the condition that a sharper notice to the same unit took this one's place."""
    after = aliased(Notice)
    return sa.exists().where(after.follows_id == Notice.id, after.unit_id == Notice.unit_id)


def subject_of_notice(row: Notice) -> NoticeSubject:
    """Return what a notice is about; one about a problem is about that, though it names the line too."""
    for kind, object_id in (
        (SubjectKind.PROBLEM, row.problem_id),
        (SubjectKind.LINE, row.subproject_id),
        (SubjectKind.WORK, row.key_project_id),
    ):
        if object_id is not None:
            return NoticeSubject(kind, object_id)
    return NoticeSubject(SubjectKind.UNIT, row.unit_id)


@dataclass(frozen=True, slots=True)
class _Month:
    """The lines of a month that can call for a notice: those with a light, and those whose report is missing."""

    lit: Sequence[LineFigures]
    silent: Sequence[tuple[int, int]]


def _flagged(session: Session, row: PeriodRow, now: datetime) -> _Month:
    """Return the month's lines with a light, and (id, months in a row) of those without a report."""
    front = told_front(session, row)
    snapshot = latest_snapshot(session, row, front)
    if snapshot is None:
        lines = figures_of(session, row.period, now, front=front).lines
        return _Month(
            [figures for figures in lines if figures.light.flagged],
            [(figures.line.id, figures.missing_months) for figures in lines if figures.missing_months],
        )
    of_month = SnapshotLine.snapshot_id == snapshot.id
    texts = session.scalars(
        sa.select(SnapshotLine.figures)
        .where(of_month, SnapshotLine.light.in_((Light.RED, Light.YELLOW)))
        .order_by(SnapshotLine.id)
    )
    lit = [thaw_line(text) for text in texts]
    silent = session.execute(
        sa.select(SnapshotLine.subproject_id, SnapshotLine.missing_months)
        .where(of_month, SnapshotLine.missing_months > 0)
        .order_by(SnapshotLine.id)
    ).all()
    # Who handed in after the month was closed is missing in its figures, but owes nothing any more.
    came = set(
        session.scalars(
            sa.select(Report.subproject_id).where(
                Report.period_id == row.id, Report.counted.is_not(None), Report.subproject_id.is_not(None)
            )
        )
        if silent
        else ()
    )
    return _Month(lit, [(line_id, months) for line_id, months in silent if line_id not in came])


def _of_lights(session: Session, row: PeriodRow, month: _Month, most: int, now: datetime) -> Iterator[Fact]:
    """Yield what the lights of the lines call for; a light that is only a missing report is told with its unit."""
    lit = [
        figures
        for figures in month.lit
        if any(reason.rule is not RuleKey.REPORT_MISSING for reason in figures.reasons)
    ]
    red_ids = {figures.line.id for figures in lit if _own_light(figures) is Light.RED}
    in_a_row = _months_red(session, row, red_ids, most, now)
    leads = _leads(session, row.year)
    for figures in lit:
        unit_id = leads.get(figures.line.id)
        subject = NoticeSubject(SubjectKind.LINE, figures.line.id)
        told = _grounds(figures, row.period, in_a_row.get(figures.line.id, 0))
        if figures.line.id in red_ids:
            yield Fact(Cause.RED_LIGHT, in_a_row[figures.line.id], subject, unit_id, told)
        yield Fact(Cause.FLAGGED, figures.flagged_months, subject, unit_id, told)


def _leads(session: Session, year: int) -> dict[int, int | None]:
    """Return the unit that leads each line of the year."""
    rows = session.execute(
        sa.select(Subproject.id, KeyProject.lead_id)
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .where(Subproject.year == year)
    )
    return dict(rows.all())


def _own_light(figures: LineFigures) -> Light:
    """Return the worst light that something else than a missing report gives."""
    told = [reason.light for reason in figures.reasons if reason.rule is not RuleKey.REPORT_MISSING]
    return max(told, key=lambda light: light.severity, default=Light.GREEN)


def _grounds(figures: LineFigures, period: Period, red_months: int) -> tuple[str, ...]:
    months, colour = (red_months, "红灯") if red_months else (figures.flagged_months, "黄灯")
    if not red_months and months > 1:
        colour = "黄灯或红灯"
    lasting = f"连续{months}个月亮{colour}" if months > 1 else f"亮{colour}"
    head = f"截至{month_name(str(period))}，{figures.line.code} {figures.line.name}{lasting}"
    return (head, *(reason_text(reason) for reason in figures.reasons))


def _months_red(
    session: Session, row: PeriodRow, line_ids: Collection[int], most: int, now: datetime
) -> dict[int, int]:
    """Return for how many months in a row each of these lines is red, up to `most`; a year starts afresh.

    A month that was red for nothing but a missing report ends the row: it is told with its unit.
    """
    counted = dict.fromkeys(line_ids, 1)
    still, period = set(line_ids), row.period
    while still and period.month > 1 and row.period.month - period.month + 1 < most:
        period = period.plus(-1)
        still = _red_lines(session, period, still, now)
        for line_id in still:
            counted[line_id] += 1
    return counted


def _red_lines(session: Session, period: Period, line_ids: Collection[int], now: datetime) -> set[int]:
    """Return which of these lines were red in the month by their own light."""
    row = row_of(session, period)
    if row is None or row.state is PeriodState.UPCOMING:
        return set()
    front = told_front(session, row)
    snapshot = latest_snapshot(session, row, front)
    if snapshot is None:
        lines: Iterable[LineFigures] = figures_of(session, period, now, front=front).lines
    else:
        texts = session.scalars(
            sa.select(SnapshotLine.figures).where(
                SnapshotLine.snapshot_id == snapshot.id,
                SnapshotLine.light == Light.RED,
                SnapshotLine.subproject_id.in_(line_ids),
            )
        )
        lines = (thaw_line(text) for text in texts)
    red = {figures.line.id for figures in lines if _own_light(figures) is Light.RED}
    return red.intersection(line_ids)


def _of_missing(session: Session, row: PeriodRow, month: _Month) -> Iterator[Fact]:
    """Yield per unit what it did not hand in, lines and works together: one notice asks for all of it."""
    silent: dict[Key, int] = {(False, line_id): months for line_id, months in month.silent}
    silent |= {(True, work_id): months for work_id, months in _silent_works(session, row).items()}
    if not silent:
        return
    owing = owing_units(session, row.year)
    places = subjects_of(
        session, [key[1] for key in silent if not key[0]], [key[1] for key in silent if key[0]]
    )
    by_unit: dict[int, list[tuple[int, SubjectKey]]] = defaultdict(list)
    for key, months in silent.items():
        for unit in owing.get(key, ()):
            if unit.id is not None and key in places:
                by_unit[unit.id].append((months, key))
    for unit_id, told in by_unit.items():
        told.sort(key=lambda one: -one[0])
        yield Fact(
            Cause.REPORT_MISSING,
            told[0][0],
            NoticeSubject(SubjectKind.UNIT, unit_id),
            unit_id,
            _missing_grounds(row.period, [(months, places[key]) for months, key in told]),
        )


def _missing_grounds(period: Period, told: Sequence[tuple[int, Subject]]) -> tuple[str, ...]:
    head = f"截至{month_name(str(period))}报送期限，{len(told)}项月报未报送"
    named = [
        f"{place.code} {place.name}" + (f"（连续{months}个月）" if months > 1 else "")
        for months, place in told[:NAMED]
    ]
    rest = len(told) - len(named)
    return (head, *named, *((f"其余{rest}项见系统“谁还没报”",) if rest else ()))


def _silent_works(session: Session, row: PeriodRow) -> dict[int, int]:
    """Return for how many months in a row each work of the year has no report; months that are not due do not count."""
    works = set(
        session.scalars(
            sa.select(KeyProject.id).where(KeyProject.year == row.year, KeyProject.kind == Kind.WORK)
        )
    )
    counted = dict.fromkeys(works, 0)
    for month in range(row.month, 0, -1):
        period = row_of(session, Period(row.year, month))
        if not works or period is None or period.state is PeriodState.UPCOMING:
            break
        works -= set(
            session.scalars(
                sa.select(Report.key_project_id).where(
                    Report.period_id == period.id,
                    Report.counted.is_not(None),
                    Report.key_project_id.is_not(None),
                )
            )
        )
        for work_id in works:
            counted[work_id] += 1
    return {work_id: months for work_id, months in counted.items() if months}


def _of_problems(session: Session, today: date) -> Iterator[Fact]:
    """Yield the problems that their handler should have solved; what waits on the office is not the unit's."""
    rows = session.scalars(
        sa.select(ProblemRow)
        .where(ProblemRow.state.in_((ProblemState.ASSIGNED, ProblemState.IN_PROGRESS)))
        .where(ProblemRow.deadline < today)
        .order_by(ProblemRow.id)
    ).all()
    places = subjects_of(session, {row.subproject_id for row in rows}, {row.key_project_id for row in rows})
    for row in rows:
        work = row.subproject_id is None
        place = places[work, (row.key_project_id if work else row.subproject_id) or 0]
        days = days_overdue(row.deadline, today)
        words = f"{place.code} {place.name}的问题“{row.text}”应于{row.deadline}前办结，已逾期{days}天"
        subject = NoticeSubject(SubjectKind.PROBLEM, row.id)
        yield Fact(Cause.PROBLEM_OVERDUE, days, subject, row.handler_id or place.lead_id, (words,))


def _of_milestones(session: Session, year: int, today: date) -> Iterator[Fact]:
    """Yield the works whose milestones are overdue; those of lines are told by their lights."""
    rows = session.execute(
        sa.select(MilestoneRow, KeyProject.code, KeyProject.name, KeyProject.lead_id)
        .join(KeyProject, KeyProject.id == MilestoneRow.key_project_id)
        .where(KeyProject.year == year, KeyProject.kind == Kind.WORK)
        .where(MilestoneRow.done_on.is_(None), MilestoneRow.due_on < today)
        .order_by(MilestoneRow.due_on, MilestoneRow.id)
    )
    for row, code, name, lead_id in rows:
        days = days_overdue(row.due_on, today)
        words = f"{code} {name}的节点“{row.name}”应于{row.due_on}前完成，已逾期{days}天"
        subject = NoticeSubject(SubjectKind.WORK, row.key_project_id or 0)
        yield Fact(Cause.MILESTONE_OVERDUE, days, subject, lead_id, (words,))
